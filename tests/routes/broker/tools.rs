//! Tools that use an account of the caller's elsewhere.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::idp::{TOKEN, connect, signed_in, stored, world};
use crate::support::mcp::McpClient;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, call, make_tool, switch, token, tool, url, with};

/// A server with a tool that needs `mail:read` at the provider, and a token of alice.
async fn house() -> (Server, String) {
    let server = world().await;
    let authentication = json!({ "connection": { "provider": "idp", "scopes": "mail:read" } });
    make_tool(&server, with(tool("mail"), &json!({ "authentication": authentication }))).await;
    let token = token(&server, "alice", EVERY_SCOPE).await;
    switch(&server, &token, "tools/mail", Some(true)).await;
    server.http.answer(&url("mail"), 200, "text/plain", b"letters");
    (server, token)
}

async fn connected() -> (Server, String) {
    let (server, token) = house().await;
    let mut alice = signed_in(&server, "alice").await;
    connect(&server, &mut alice, "/connect/idp").await.assert_status(200);
    server.http.take_sent();
    (server, token)
}

/// With what token the tool's server was asked last, and how often the provider was asked for tokens.
fn seen(server: &Server) -> (Option<String>, usize) {
    let sent = server.http.take_sent();
    let asked = sent.iter().filter(|request| request.url == TOKEN).count();
    let used = sent
        .iter()
        .rfind(|request| request.url == url("mail"))
        .map(|request| request.headers.iter().find(|(name, _)| name == "authorization").expect("a token").1.clone());
    (used, asked)
}

fn gives(server: &Server, access: &str, refresh: Option<&str>) {
    let tokens =
        json!({ "access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 3600 });
    server.http.answer_json(TOKEN, None, &tokens);
}

fn assert_pending(reply: &Reply) -> String {
    let told = reply.assert_status(200).json();
    let auth_url = told["auth_url"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    assert_eq!(told, json!({ "pending": true, "message": "Authorization required", "auth_url": auth_url }));
    assert!(auth_url.starts_with("http://localhost:8787/connect/idp?ticket="), "{auth_url}");
    auth_url
}

fn status(server: &Server) -> Value {
    json!(server.database.peek("SELECT status FROM connections"))[0]["status"].clone()
}

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
async fn a_token_is_refreshed_five_minutes_before_its_end_and_the_rotated_one_is_used_next() {
    let (server, _) = connected().await;
    server.advance(3600 - 301);
    gives(&server, "upstream-access-2", Some("upstream-refresh-2"));
    let token = token_of(&server).await;
    call(&server, &token, "mail", json!({})).await.assert_status(200);
    assert_eq!(seen(&server), (Some("Bearer upstream-access-1".to_owned()), 0));
    server.advance(2);
    call(&server, &token, "mail", json!({})).await.assert_status(200);
    let sent = server.http.take_sent();
    assert!(sent[0].body.as_ref().is_some_and(|form| form.contains("refresh_token=upstream-refresh-1")));
    server.advance(3400);
    gives(&server, "upstream-access-3", None);
    let token = token_of(&server).await;
    call(&server, &token, "mail", json!({})).await.assert_status(200);
    let sent = server.http.take_sent();
    assert!(sent[0].body.as_ref().is_some_and(|form| form.contains("refresh_token=upstream-refresh-2")));
    let everything = json!(server.remembered()).to_string();
    assert!(!everything.contains("upstream-"), "tokens lie about in plain");
}

/// Access tokens of ours last for half an hour.
async fn token_of(server: &Server) -> String {
    token(server, "alice", EVERY_SCOPE).await
}

#[tokio::test]
async fn fifty_callers_at_once_cause_one_refresh_and_each_gets_a_token() {
    let (server, _) = connected().await;
    server.advance(3600 - 60);
    let token = token(&server, "alice", EVERY_SCOPE).await;
    gives(&server, "upstream-access-2", Some("upstream-refresh-2"));
    let other = server.fresh_isolate();
    let lanes = [&server, &other];
    let calls = (0..50).map(|number| call(lanes[number % 2], &token, "mail", json!({})));
    for reply in join_all(calls).await {
        assert_eq!(reply.assert_status(200).json()["body"], "letters");
    }
    assert_eq!(seen(&server).1, 1);
    call(&server, &token, "mail", json!({})).await.assert_status(200);
    assert_eq!(seen(&server), (Some("Bearer upstream-access-2".to_owned()), 0));
}

#[tokio::test]
async fn a_refusal_or_an_end_without_a_refresh_token_asks_for_authorization_again() {
    let (server, _) = connected().await;
    server.advance(3600);
    server.http.answer(TOKEN, 400, "application/json", br#"{"error":"invalid_grant"}"#);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    for asked in [1, 0] {
        assert_pending(&call(&server, &alice, "mail", json!({})).await);
        assert_eq!(seen(&server), (None, asked));
    }
    assert_eq!(status(&server), "needs_authorization");
    let mut browser: Browser<'_> = signed_in(&server, "alice").await;
    assert!(browser.open("/account/connections").await.body.contains("Connect it again"));
    connect(&server, &mut browser, "/connect/idp").await.assert_status(200);
    assert_eq!((status(&server), stored(&server).0), (json!("active"), 1));
}

#[tokio::test]
async fn a_refresh_whose_answer_is_lost_is_never_repeated() {
    let (server, _) = connected().await;
    server.advance(3600 - 120);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    server.http.never_answer(TOKEN);
    for asked in [1, 0, 0] {
        call(&server, &alice, "mail", json!({})).await.assert_status(200);
        assert_eq!(seen(&server), (Some("Bearer upstream-access-1".to_owned()), asked));
    }
    gives(&server, "upstream-access-2", None);
    server.advance(120);
    assert_pending(&call(&server, &alice, "mail", json!({})).await);
    assert_eq!((seen(&server), status(&server)), ((None, 0), json!("needs_authorization")));
}

#[tokio::test]
async fn a_provider_that_is_busy_is_asked_again_and_the_old_token_is_used_while_it_lives() {
    let (server, _) = connected().await;
    server.advance(3600 - 120);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    for status in [503, 429] {
        server.http.answer(TOKEN, status, "text/plain", b"later");
        call(&server, &alice, "mail", json!({})).await.assert_status(200);
        assert_eq!(seen(&server), (Some("Bearer upstream-access-1".to_owned()), 1), "{status}");
    }
    server.advance(120);
    call(&server, &alice, "mail", json!({})).await.assert_error(502, "bad_gateway");
    gives(&server, "upstream-access-2", None);
    call(&server, &alice, "mail", json!({})).await.assert_status(200);
    assert_eq!(status(&server), "active");
}

/// The server stopped between the provider's answer and our write: the claim stands, and nobody repeats the request.
#[tokio::test]
async fn whoever_was_stopped_in_a_refresh_leaves_a_claim_that_ends_in_authorization_and_not_in_a_second_request() {
    let (server, _) = connected().await;
    server.advance(3600);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    server.database.peek("UPDATE connections SET refreshing_since = expires_at RETURNING id");
    call(&server, &alice, "mail", json!({})).await.assert_error(503, "temporarily_unavailable");
    server.advance(61);
    assert_pending(&call(&server, &alice, "mail", json!({})).await);
    assert_eq!(seen(&server).1, 0);
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
