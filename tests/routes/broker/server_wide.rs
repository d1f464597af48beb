//! Providers at which this server itself has one token, for everybody (client credentials).

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::mail::all_seen;
use crate::support::fault::Fault;
use crate::support::idp::{TOKEN, make, signed_in};
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, call, make_tool, switch, token, tool, url, with};

fn settings() -> Value {
    json!({
        "id": "idp", "name": "Example", "kind": "oauth", "flow": "client_credentials", "token_endpoint": TOKEN,
        "client_id": "us", "client_secret": "idp-secret", "scopes": "mail:read mail:write",
    })
}

/// A server with a tool that uses its own token, and tokens of alice and bob.
async fn world() -> (Server, String, String) {
    let server = Server::seeded().await;
    make(&server, &settings()).await;
    let authentication = json!({ "connection": { "provider": "idp", "scopes": "mail:read" } });
    make_tool(&server, with(tool("mail"), &json!({ "authentication": authentication, "default_enabled": true }))).await;
    server.http.answer(&url("mail"), 200, "text/plain", b"letters");
    gives(&server, "server-access-1");
    let [alice, bob] = [token(&server, "alice", EVERY_SCOPE).await, token(&server, "bob", EVERY_SCOPE).await];
    for token in [&alice, &bob] {
        switch(&server, token, "tools/mail", Some(true)).await;
    }
    server.http.take_sent();
    (server, alice, bob)
}

fn gives(server: &Server, access: &str) {
    server.http.answer_json(
        TOKEN,
        None,
        &json!({ "access_token": access, "token_type": "Bearer", "expires_in": 3600 }),
    );
}

/// The tokens that a call uses, and how often the provider is asked for one.
async fn called(server: &Server, token: &str) -> (Vec<String>, usize) {
    let reply = call(server, token, "mail", json!({})).await;
    assert_eq!(reply.assert_status(200).json()["body"], "letters");
    let (used, forms) = all_seen(server);
    (used, forms.len())
}

fn one(token: &str) -> Vec<String> {
    vec![token.to_owned()]
}

#[tokio::test]
async fn everybody_uses_the_one_token_of_the_server_and_nobody_is_asked() {
    let (server, alice, bob) = world().await;
    let reply = call(&server, &alice, "mail", json!({})).await;
    assert_eq!(reply.assert_status(200).json()["body"], "letters");
    let sent = server.http.take_sent();
    let asked = sent.iter().find(|request| request.url == TOKEN).expect("a request for a token");
    assert_eq!(asked.body.as_deref(), Some("grant_type=client_credentials&scope=mail%3Aread+mail%3Awrite"));
    // "us:idp-secret"
    assert!(asked.headers.contains(&("authorization".to_owned(), "Basic dXM6aWRwLXNlY3JldA==".to_owned())));
    assert_eq!(called(&server.fresh_isolate(), &bob).await, (one("server-access-1"), 0));
    let everything = json!(server.remembered()).to_string();
    assert!(!everything.contains("server-access") && !everything.contains("idp-secret"), "in plain");
    let connections = server.send(Ask::get("/api/users/me/connections").bearer(&alice)).await.json();
    assert_eq!(connections, json!({ "connections": [] }));
}

#[tokio::test]
async fn it_is_renewed_five_minutes_before_its_end_and_used_to_its_end_while_that_fails() {
    let (server, alice, _) = world().await;
    assert_eq!(called(&server, &alice).await, (one("server-access-1"), 1));
    server.advance(3600 - 301);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    gives(&server, "server-access-2");
    assert_eq!(called(&server, &alice).await, (one("server-access-1"), 0));
    server.advance(2);
    for status in [500, 503] {
        server.http.answer(TOKEN, status, "text/plain", b"");
        assert_eq!(called(&server, &alice).await, (one("server-access-1"), 1), "{status}");
    }
    server.advance(299);
    let reply = call(&server, &alice, "mail", json!({})).await;
    reply.assert_says(502, "bad_gateway", "the provider Example gave no tokens: status 503");
    all_seen(&server);
    gives(&server, "server-access-2");
    assert_eq!(called(&server, &alice).await, (one("server-access-2"), 1));
}

#[tokio::test(start_paused = true)]
async fn fifty_callers_ask_for_it_once_when_there_is_none_and_when_it_is_refused() {
    let (server, alice, bob) = world().await;
    let other = server.fresh_isolate();
    let lanes = [(&server, &alice), (&other, &bob)];
    for (expected, calls_of_the_tool) in [("server-access-1", 50), ("server-access-2", 100)] {
        gives(&server, expected);
        let calls = (0..50).map(|number| call(lanes[number % 2].0, lanes[number % 2].1, "mail", json!({})));
        for reply in server.hops.depth_of(join_all(calls)).await.0 {
            assert_eq!(reply.assert_status(200).json()["body"], "letters");
        }
        let (used, forms) = all_seen(&server);
        assert_eq!((used.len(), forms.len()), (calls_of_the_tool, 1), "{expected}");
        assert_eq!(used.iter().filter(|token| *token == expected).count(), 50);
        server.http.refuse("Bearer server-access-1");
        server.advance(1);
    }
    server.http.refuse("Bearer server-access-2");
    assert_eq!(call(&server, &alice, "mail", json!({})).await.json()["status"], 401);
    assert_eq!(all_seen(&server).1.len(), 0, "not again within a minute");
}

#[tokio::test]
async fn nobody_connects_an_account_there_and_the_administrator_sees_why() {
    let (server, alice, _) = world().await;
    called(&server, &alice).await;
    let mut browser = signed_in(&server, "alice").await;
    let page = browser.open("/connect/idp").await;
    let said = page.assert_error_page(400, "invalid_request").element("message-text");
    assert!(said.contains("there is no account of yours to connect"), "{said}");
    let page = browser.open("/account/connections").await;
    assert!(!page.body.contains("/connect/idp") && page.body.contains("No account is connected."), "{}", page.body);
    let shown = server.as_admin(Ask::get("/admin/api/providers/idp")).await.json();
    assert_eq!((&shown["flow"], &shown["authorization_endpoint"]), (&json!("client_credentials"), &Value::Null));
}

#[tokio::test]
async fn another_token_is_asked_for_when_the_provider_was_changed_or_the_row_does_not_open() {
    let (server, alice, _) = world().await;
    called(&server, &alice).await;
    gives(&server, "server-access-2");
    let changed = json!({ "scopes": "mail:read" });
    server.as_admin(Ask::json(Method::PATCH, "/admin/api/providers/idp", &changed)).await.assert_status(200);
    assert_eq!(called(&server, &alice).await, (one("server-access-2"), 1));
    let mut other = settings();
    other["id"] = json!("other");
    make(&server, &other).await;
    server.database.peek("UPDATE server_connections SET provider_id = 'other' RETURNING token");
    server.database.peek("UPDATE tools SET authentication = replace(authentication, 'idp', 'other') RETURNING id");
    gives(&server, "server-access-3");
    assert_eq!(called(&server, &alice).await, (one("server-access-3"), 1), "a row that was moved does not open");
    let removed = server.as_admin(Ask::method(Method::DELETE, "/admin/api/providers/other")).await;
    removed.assert_status(204);
    assert_eq!(server.database.peek("SELECT * FROM server_connections").len(), 0);
}

#[tokio::test]
async fn a_token_that_cannot_be_written_is_given_to_nobody() {
    let mut unwritten = 0;
    for calls in 0..8 {
        let (server, alice, _) = world().await;
        server.database.fault.set_once_after(calls, Fault::Fail);
        let reply = call(&server, &alice, "mail", json!({})).await;
        server.database.fault.set(Fault::None);
        let (used, forms) = all_seen(&server);
        if reply.status == 200 {
            assert_eq!(used, one("server-access-1"), "{calls}");
            continue;
        }
        reply.assert_error(503, "temporarily_unavailable");
        assert!(used.is_empty(), "{calls}");
        unwritten += forms.len();
        assert_eq!(called(&server, &alice).await, (one("server-access-1"), 1), "{calls}: asking again does no harm");
    }
    assert_eq!(unwritten, 1, "one of them was the write");
}

#[tokio::test]
async fn it_needs_a_token_endpoint_and_a_secret_and_nothing_that_people_would_need() {
    let server = Server::seeded().await;
    let post = |body: Value| {
        let ask = Ask::json(Method::POST, "/admin/api/providers", &body);
        async { server.as_admin(ask).await }
    };
    let mut without = settings();
    without["token_endpoint"] = Value::Null;
    post(without).await.assert_field(400, "invalid_request", "token_endpoint");
    let public = with(settings(), &json!({ "client_authentication": "none" }));
    post(public).await.assert_field(400, "invalid_request", "client_authentication");
    post(with(settings(), &json!({ "flow": "implicit" }))).await.assert_field(400, "invalid_request", "flow");
    post(settings()).await.assert_status(201);
    let reply = server.as_admin(Ask::method(Method::POST, "/admin/api/providers/idp/check")).await;
    assert_eq!(reply.json(), json!({ "result": "Nothing is wrong." }));
}
