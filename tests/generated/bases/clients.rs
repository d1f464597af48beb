//! What clients send.

use base64::Engine as _;

use super::Base;
use crate::draft::{Carrier, Draft};
use crate::support::flow::VERIFIER;
use crate::world::World;

/// The draft, when it is one of these.
pub fn draft(base: Base, world: &World) -> Option<Draft> {
    let known = |name: &str| world.get(name);
    Some(match base {
        Base::CodeWeb => public(redeem(world, "code_web", "web_redirect")),
        Base::CodeServer => basic(world, redeem(world, "code_server", "server_redirect"), "server"),
        Base::CodePlain => {
            let mut draft = redeem(world, "code_plain", "plain_redirect");
            draft.fields.retain(|field| field.name != "code_verifier");
            draft.fields(&[("client_id", "plain"), ("client_secret", known("plain_secret"))])
        }
        Base::CodeUsed => public(redeem(world, "code_used", "web_redirect")),
        Base::RefreshWeb => public(refresh(world, "refresh_web")),
        Base::RefreshServer => basic(world, refresh(world, "refresh_server"), "server"),
        Base::RefreshPrevious => basic(world, refresh(world, "refresh_previous"), "server"),
        Base::RefreshOld => basic(world, refresh(world, "refresh_old"), "server"),
        Base::ClientCredentials => {
            basic(world, token("client_credentials"), "server").fields(&[("scope", "read:tools")])
        }
        Base::UserClientCredentials => {
            let draft = token("client_credentials").known(world, &[("client_id", "user_client")]);
            draft.known(world, &[("client_secret", "user_secret")]).fields(&[("resource", "https://auth.example")])
        }
        Base::NotForClient => {
            let draft = token("client_credentials").fields(&[("client_id", "plain")]);
            draft.known(world, &[("client_secret", "plain_secret")])
        }
        Base::IntrospectAccess => about(world, "/oauth/introspect", "access_user"),
        Base::IntrospectRefresh => about(world, "/oauth/introspect", "refresh_server"),
        Base::IntrospectClient => about(world, "/introspect", "access_client"),
        Base::RevokeAccess => {
            let draft = Draft::new("POST", "/oauth/revoke", Carrier::Form);
            public(draft.known(world, &[("token", "access_user")]))
        }
        Base::RevokeRefresh => about(world, "/oauth/revoke", "refresh_server"),
        Base::RevokeClient => about(world, "/revoke", "access_client"),
        Base::CallTool => {
            json(bearing(world, "POST", "/api/tools/search/call", "access_tools")).fields(&[("q", "words")])
        }
        Base::CallUnfit => {
            let draft = bearing(world, "POST", "/api/tools/search/call", "access_tools");
            json(draft).members(&[("q", "[{\"a\":1}]"), ("n", "1.5")])
        }
        Base::CallOff => json(bearing(world, "POST", "/api/tools/other/call", "access_tools")),
        Base::McpCall => {
            let call = json(bearing(world, "POST", "/mcp", "access_tools"));
            let params = r#"{"name":"search","arguments":{"q":"words"}}"#;
            call.members(&[("jsonrpc", "\"2.0\""), ("id", "1"), ("method", "\"tools/call\""), ("params", params)])
        }
        Base::McpList => {
            let list = json(bearing(world, "POST", "/mcp", "access_tools"));
            let list = list.header("mcp-protocol-version", "2026-07-28").header("mcp-method", "tools/list");
            let params = r#"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}"#;
            list.members(&[("jsonrpc", "\"2.0\""), ("id", "\"a\""), ("method", "\"tools/list\""), ("params", params)])
        }
        Base::SwitchTool => {
            json(bearing(world, "PUT", "/api/users/me/tools/search", "access_tools")).members(&[("enabled", "false")])
        }
        Base::SwitchGroup => json(bearing(world, "PUT", "/api/users/me/tool-groups/group", "access_tools"))
            .members(&[("enabled", "true")]),
        Base::ListSwitches => bearing(world, "GET", "/api/users/me/tools", "access_tools"),
        Base::OwnTools => bearing(world, "GET", "/api/users/me", "access_tools"),
        Base::OwnClients => bearing(world, "GET", "/api/oauth/clients/me", "access_user"),
        Base::UserinfoGet => bearing(world, "GET", "/oauth/userinfo", "access_openid"),
        Base::UserinfoPost => bearing(world, "POST", "/userinfo", "access_openid"),
        Base::UserinfoBody => {
            let draft = Draft::new("POST", "/oauth/userinfo", Carrier::Form);
            draft.known(world, &[("access_token", "access_openid")])
        }
        Base::UserinfoRefused => bearing(world, "GET", "/oauth/userinfo", "access_user"),
        _ => return None,
    })
}

fn token(grant_type: &str) -> Draft {
    Draft::new("POST", "/oauth/token", Carrier::Form).fields(&[("grant_type", grant_type)])
}

fn redeem(world: &World, code: &str, redirect: &str) -> Draft {
    let draft = token("authorization_code").known(world, &[("code", code), ("redirect_uri", redirect)]);
    draft.fields(&[("code_verifier", VERIFIER)])
}

fn refresh(world: &World, token_name: &str) -> Draft {
    token("refresh_token").known(world, &[("refresh_token", token_name)]).fields(&[("scope", "read:tools")])
}

fn public(draft: Draft) -> Draft {
    draft.fields(&[("client_id", "web")])
}

fn basic(world: &World, draft: Draft, client: &str) -> Draft {
    let pair = format!("{client}:{}", world.get("server_secret"));
    let header = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
    Draft { authorization: vec![header.into_bytes()], ..draft }
}

pub(super) fn bearing(world: &World, method: &str, path: &str, token: &str) -> Draft {
    let header = format!("Bearer {}", world.get(token)).into_bytes();
    Draft { authorization: vec![header], ..Draft::new(method, path, Carrier::Query) }
}

fn about(world: &World, path: &str, token: &str) -> Draft {
    basic(world, Draft::new("POST", path, Carrier::Form).known(world, &[("token", token)]), "server")
}

/// With a body of JSON.
pub(super) fn json(draft: Draft) -> Draft {
    Draft { carrier: Carrier::Json, ..draft }
}
