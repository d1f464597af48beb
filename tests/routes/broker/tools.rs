//! Tools that use an account of the caller's elsewhere.

use axum::http::Method;
use serde_json::json;

use super::mail::{assert_pending, connected, house, seen};
use crate::support::idp::{connect, signed_in, world};
use crate::support::mcp::McpClient;
use crate::support::request::Ask;
use crate::support::tools::{EVERY_SCOPE, call, switch, token, tool, with};

#[tokio::test]
async fn a_call_without_a_connection_is_answered_by_where_to_authorize_and_then_works() {
    let (server, token) = house().await;
    server.http.take_sent();
    let auth_url = assert_pending(&call(&server, &token, "mail", json!({})).await);
    assert_eq!(seen(&server), (None, 0), "nobody is asked without a token");
    let mut alice = signed_in(&server, "alice").await;
    let path = auth_url.strip_prefix(server.issuer()).expect("our page");
    connect(&server, &mut alice, path).await.assert_status(200);
    let reply = call(&server, &token, "mail", json!({})).await.assert_status(200).json();
    assert_eq!(reply["body"], "letters");
    assert_eq!(seen(&server).0.as_deref(), Some("Bearer upstream-access-1"));
    let used = json!(server.database.peek("SELECT last_used_at FROM connections"));
    assert!(used[0]["last_used_at"].is_number(), "{used}");
}

#[tokio::test]
async fn an_agent_is_told_the_same_as_structured_content() {
    let (server, token) = house().await;
    let agent = McpClient::new(&server, &token, "2025-11-25");
    let told = agent.result("tools/call", json!({ "name": "mail", "arguments": {} })).await;
    let pending = &told["structuredContent"];
    assert_eq!((&pending["pending"], &told["isError"]), (&json!(true), &json!(false)), "{told}");
    assert!(pending["auth_url"].as_str().is_some_and(|url| url.contains("/connect/idp?ticket=")), "{told}");
}

#[tokio::test]
async fn a_connection_of_another_or_without_the_scopes_is_none() {
    let (server, _) = connected().await;
    let bob = token(&server, "bob", EVERY_SCOPE).await;
    switch(&server, &bob, "tools/mail", Some(true)).await;
    assert_pending(&call(&server, &bob, "mail", json!({})).await);
    let (server, alice) = connected().await;
    server.database.peek("UPDATE connections SET scopes = 'openid email' RETURNING id");
    let auth_url = assert_pending(&call(&server, &alice, "mail", json!({})).await);
    let mut browser = signed_in(&server, "alice").await;
    let page = browser.open(&auth_url).await;
    assert!(page.body.contains("<code>mail:read</code>") && page.body.contains("<code>email</code>"), "{}", page.body);
}

#[tokio::test]
async fn a_tool_may_want_only_what_its_provider_may_be_asked_for() {
    let server = world().await;
    for (wanted, said) in [
        (json!({ "provider": "none" }), "there is no such provider"),
        (json!({ "provider": "idp", "scopes": "mail:write" }), "the provider may not be asked for mail:write"),
    ] {
        let settings = with(tool("mail"), &json!({ "authentication": { "connection": wanted } }));
        let reply = server.as_admin(Ask::json(Method::POST, "/admin/api/tools", &settings)).await;
        reply.assert_field(400, "invalid_request", "authentication").assert_says(400, "invalid_request", said);
    }
}
