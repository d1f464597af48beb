//! What comes for accounts at other providers: from browsers, agents, administrators.

use super::Base;
use super::admin::admin;
use super::clients::{bearing, json};
use super::people::{alice, bob, page_form};
use crate::draft::{Carrier, Draft};
use crate::world::World;

/// The draft, when it is one of these.
pub fn draft(base: Base, world: &World) -> Option<Draft> {
    let page = |path: &str| Draft::new("GET", path, Carrier::Query);
    let connection = format!("/api/users/me/connections/{}", world.get("connection"));
    Some(match base {
        Base::ConnectPage => alice(world, page("/connect/mailer")).known(world, &[("ticket", "ticket")]),
        Base::Connect => alice(world, page_form("/connect/mailer")).known(world, &[("csrf_token", "alice_csrf")]),
        Base::ProvidersAnswer => alice(world, page("/oauth/callback/mailer"))
            .fields(&[("code", "a-code-of-the-provider")])
            .known(world, &[("state", "connect_state")]),
        Base::ProvidersNo => alice(world, page("/oauth/callback/mailer"))
            .fields(&[("error", "access_denied")])
            .known(world, &[("state", "connect_state")]),
        Base::DisconnectQuestion => {
            bob(world, page("/account/connections/remove")).known(world, &[("id", "connection")])
        }
        Base::Disconnect => bob(world, page_form("/account/connections/remove"))
            .known(world, &[("csrf_token", "bob_csrf"), ("id", "connection")]),
        Base::ListConnections => bearing(world, "GET", "/api/users/me/connections", "access_tools"),
        Base::ShowConnection => bearing(world, "GET", &connection, "access_tools"),
        Base::RemoveConnection => bearing(world, "DELETE", &connection, "access_tools"),
        Base::CallConnected => json(bearing(world, "POST", "/api/tools/mail/call", "access_tools")),
        Base::AgentAsk => {
            let draft = json(bearing(world, "POST", "/oauth/fastmcp/agent/authenticate", "access_agents"));
            let asked = draft.fields(&[("agent_id", "bot"), ("provider", "idp")]);
            asked.members(&[("requested_scopes", "[\"mail:read\"]")])
        }
        Base::AgentSession => {
            let draft = bearing(world, "GET", "/oauth/fastmcp/agent/bot/session", "access_agents");
            draft.fields(&[("provider", "idp")])
        }
        Base::AgentSocket => bearing(world, "GET", "/mcp/ws", "access_agents").header("upgrade", "websocket"),
        Base::AgentToken => agent_token(world, "the-code"),
        Base::AgentTokenWrong => agent_token(world, "another-code"),
        Base::CreateProvider => {
            provider(admin(world, "POST", "/admin/api/providers", Carrier::Json)).fields(&[("id", "another")])
        }
        Base::EditProvider => provider(admin(world, "PATCH", "/admin/api/providers/mailer", Carrier::Json)),
        Base::CheckProvider => admin(world, "POST", "/admin/api/providers/mailer/check", Carrier::Query),
        _ => return None,
    })
}

fn agent_token(world: &World, code: &str) -> Draft {
    let draft = json(bearing(world, "POST", "/oauth/fastmcp/agent/bot/token", "access_agents"));
    draft.fields(&[("authorization_code", code)]).known(world, &[("state", "agent_state")])
}

fn provider(draft: Draft) -> Draft {
    draft
        .fields(&[("name", "Another"), ("kind", "oauth"), ("flow", "client_credentials"), ("client_id", "we")])
        .fields(&[("client_secret", "a-secret-of-ours"), ("client_authentication", "body"), ("scopes", "a b")])
        .fields(&[("token_endpoint", "https://mailer.example/token")])
        .members(&[("tolerates_reuse", "true"), ("parameters", r#"{"prompt":"consent"}"#)])
}
