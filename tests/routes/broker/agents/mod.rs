//! Agents: `/oauth/fastmcp/agent/…`

mod attacked;
mod authenticate;
mod session;
mod token;

use axum::http::Method;
use ostiary::app::{Context, Whence};
use ostiary::service::agents::{self, AgentCaller, AgentRequest};
use serde_json::{Value, json};

use crate::support::admin::user_id;
use crate::support::browser::Browser;
use crate::support::idp::{connect, signed_in, world};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::token as token_of;

const AUTHENTICATE: &str = "/oauth/fastmcp/agent/authenticate";
/// All that an agent may be allowed.
const SCOPES: &str = "agent:connect connections:token";
/// What the provider answers in these tests.
const CODE: &str = "the-code";

/// A server that knows the provider `idp`, and a token of alice's for an agent.
async fn with_token() -> (Server, String) {
    let server = world().await;
    let token = token_of(&server, "alice", SCOPES).await;
    (server, token)
}

/// What an agent asks for.
fn request(agent_id: &str) -> Value {
    json!({ "agent_id": agent_id, "provider": "idp", "requested_scopes": ["mail:read"] })
}

async fn authenticate(server: &Server, token: &str, body: &Value) -> Reply {
    server.send(Ask::json(Method::POST, AUTHENTICATE, body).bearer(token)).await
}

/// The path of the page that the person is to open.
async fn page_for(server: &Server, token: &str, agent_id: &str) -> String {
    let url = authenticate(server, token, &request(agent_id)).await.assert_status(200).text("authorization_url");
    url.strip_prefix(server.issuer()).expect("a page of ours").to_owned()
}

async fn session(server: &Server, token: &str, agent_id: &str) -> Value {
    let path = format!("/oauth/fastmcp/agent/{agent_id}/session?provider=idp");
    server.send(Ask::get(&path).bearer(token)).await.assert_status(200).json()
}

/// What a session is when there is none.
fn no_session(agent_id: &str) -> Value {
    json!({ "agent_id": agent_id, "provider": "idp", "authenticated": false, "expires_at": null, "scopes": [] })
}

async fn redeem(server: &Server, token: &str, agent_id: &str, (code, state): (&str, &str)) -> Reply {
    let body = json!({ "authorization_code": code, "state": state });
    server.send(Ask::json(Method::POST, &format!("/oauth/fastmcp/agent/{agent_id}/token"), &body).bearer(token)).await
}

/// The person says yes to this page; answers the state, as the last page shows it.
async fn say_yes(server: &Server, browser: &mut Browser<'_>, path: &str) -> String {
    let page = connect(server, browser, path).await;
    page.assert_status(200);
    assert_eq!(page.element("message-text"), "Authorization successful! You can close this window.");
    assert_eq!(page.element("agent-code"), CODE);
    page.element("agent-state").to_owned()
}

/// Alice connects her account for this agent; answers the state.
async fn connected(server: &Server, token: &str, agent_id: &str) -> String {
    let path = page_for(server, token, agent_id).await;
    say_yes(server, &mut signed_in(server, "alice").await, &path).await
}

/// Alice's agent `bot` asks by a WebSocket; answers the path of the page.
async fn asked_by_socket(server: &Server, socket: &str) -> String {
    let context = Context::new(&server.app, "test".to_owned(), Whence::default());
    let caller = AgentCaller {
        user_id: user_id(server, "alice").await,
        client_id: "client".to_owned(),
        scopes: ostiary::protocol::scope::ScopeSet::default(),
    };
    let asked = AgentRequest { agent_id: "bot".to_owned(), provider: "idp".to_owned(), requested_scopes: Value::Null };
    let url = agents::authenticate(&server.app, &context, &caller, &asked, Some(socket)).await.expect("a page");
    url.strip_prefix(server.issuer()).expect("a page of ours").to_owned()
}
