//! `POST /admin/api/tools/{id}/try`

use axum::http::Method;
use ostiary::model::audit::{EventKind, Outcome};
use ostiary::ports::{Database as _, Statement};
use serde_json::{Value, json};

use crate::support::admin::{edit_user, user_id};
use crate::support::fault::Fault;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, call, make_tool, switch, token, tool, url};

fn path(id: &str) -> String {
    format!("/admin/api/tools/{id}/try")
}

async fn attempt(server: &Server, id: &str, body: &Value) -> Reply {
    server.as_admin(Ask::json(Method::POST, &path(id), body)).await
}

/// A server with the tool `search`, on for alice; its id, and a token of hers.
async fn searching() -> (Server, String, String) {
    let server = Server::seeded().await;
    let id = make_tool(&server, tool("search")).await["id"].as_str().expect("an id").to_owned();
    let token = token(&server, "alice", EVERY_SCOPE).await;
    switch(&server, &token, "tools/search", Some(true)).await;
    server.http.answer(&url("search"), 200, "application/json", br#"{"found":["<b>"]}"#);
    server.events.take();
    (server, id, token)
}

#[tokio::test]
async fn an_administrator_calls_a_tool_as_one_of_the_users_and_that_is_in_the_audit_log() {
    let (server, id, _) = searching().await;
    let reply = attempt(&server, &id, &json!({ "user": "ALICE" })).await;
    let expected =
        json!({ "status": 200, "content_type": "application/json", "encoding": null, "body": { "found": ["<b>"] } });
    assert_eq!((reply.status.as_u16(), reply.json()), (200, expected));
    server.http.answer(&format!("{}?q=x", url("search")), 404, "text/plain", b"\xff");
    let reply =
        attempt(&server, &id, &json!({ "user": "alice", "arguments": { "q": "x" }, "scope": EVERY_SCOPE })).await;
    let expected = json!({ "status": 404, "content_type": "text/plain", "encoding": "base64", "body": "/w==" });
    assert_eq!(reply.assert_status(200).json(), expected);
    let alice = user_id(&server, "alice").await;
    let events = server.events.take();
    let told: Vec<_> = events.iter().map(|event| (event.kind, event.outcome, event.reason.as_deref())).collect();
    let called = |why| (EventKind::ToolTried, Outcome::Success, Some(why));
    assert_eq!(told, [called("search: 200"), called("search: 404")]);
    for event in &events {
        assert_eq!((event.actor.as_deref(), event.subject.as_deref()), (Some("admin"), Some(&*alice)));
    }
    ostiary::service::audit::store(&server.app, events).await.expect("kept");
    let path = format!("/admin/api/audit?subject={alice}&event=tool_tried&actor=admin");
    let kept = server.as_admin(Ask::get(&path)).await.assert_status(200).json();
    assert_eq!(kept["events"].as_array().map(Vec::len), Some(2));
}

/// One decision, however a call comes.
#[tokio::test]
async fn whatever_refuses_the_users_own_call_refuses_this_one_alike() {
    let (server, id, token) = searching().await;
    let alike = async |arguments: Value, status: u16, code: &str| {
        let own = call(&server, &token, "search", arguments.clone()).await;
        let tried = attempt(&server, &id, &json!({ "user": "alice", "arguments": arguments })).await;
        for reply in [&own, &tried] {
            assert_eq!((reply.status.as_u16(), &reply.json()["error"]), (status, &json!(code)), "{}", reply.body);
        }
        let said = |reply: &Reply| (reply.json()["error_description"].clone(), reply.json()["violations"].clone());
        assert_eq!(said(&own), said(&tried));
        assert!(tried.is_problem());
    };
    alike(json!({ "q": 7 }), 422, "invalid_arguments").await;
    alike(json!({ "more": "x" }), 422, "invalid_arguments").await;
    server.http.answer(&url("search"), 302, "", b"");
    alike(json!({}), 502, "bad_gateway").await;
    server.http.answer(&url("search"), 500, "", b"");
    alike(json!({}), 502, "bad_gateway").await;
    server.http.fault.set(Fault::Fail);
    alike(json!({}), 502, "bad_gateway").await;
    server.http.fault.set(Fault::None);
    server.http.never_answer(&url("search"));
    alike(json!({}), 504, "gateway_timeout").await;
    server.http.take_sent();
    switch(&server, &token, "tools/search", Some(false)).await;
    alike(json!({}), 404, "not_found").await;
    let bob = attempt(&server, &id, &json!({ "user": "bob" })).await;
    bob.assert_says(404, "not_found", "there is no tool of this name, or it is switched off");
    for scope in ["", "read:tools", "read:tools manage:tools"] {
        let reply = attempt(&server, &id, &json!({ "user": "alice", "scope": scope })).await;
        reply.assert_says(403, "insufficient_scope", "the access token lacks the scope call:tools");
    }
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn an_address_that_was_allowed_once_and_is_not_now_is_not_asked() {
    let (server, id, _) = searching().await;
    let sql = "UPDATE tools SET request = '{\"method\":\"GET\",\"url\":\"https://169.254.169.254/x\"}'";
    server.database.run(Statement::write(sql, Vec::new())).await.expect("SQL of the test");
    let reply = attempt(&server, &id, &json!({ "user": "alice" })).await;
    reply.assert_error(502, "bad_gateway");
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn a_user_who_is_nobody_or_switched_off_and_a_tool_that_is_nowhere_are_refused() {
    let (server, id, _) = searching().await;
    attempt(&server, &id, &json!({ "user": "nobody" })).await.assert_field(400, "invalid_request", "user");
    edit_user(&server, "alice", json!({ "disabled": true })).await;
    attempt(&server, &id, &json!({ "user": "alice" })).await.assert_field(400, "invalid_request", "user");
    attempt(&server, "none", &json!({ "user": "alice" })).await.assert_says(
        404,
        "not_found",
        "there is no tool of this id",
    );
    for (body, field) in [
        (json!({}), "user"),
        (json!({ "user": 7 }), "user"),
        (json!({ "user": "bob", "arguments": [] }), "arguments"),
        (json!({ "user": "bob", "scope": "a\"b" }), "scope"),
        (json!({ "user": "bob", "more": 1 }), "more"),
    ] {
        attempt(&server, &id, &body).await.assert_field(400, "invalid_request", field);
    }
    let bare = server.as_admin(Ask::method(Method::POST, &path(&id))).await;
    bare.assert_error(415, "unsupported_media_type");
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn nobody_else_tries_anything() {
    let (server, id, token) = searching().await;
    let ask = || Ask::json(Method::POST, &path(&id), &json!({ "user": "alice" }));
    server.send(ask()).await.assert_error(401, "invalid_token");
    let reply = server.send(ask().bearer(&token)).await;
    assert!([401, 403].contains(&reply.status.as_u16()), "{}", reply.body);
    assert!(server.http.take_sent().is_empty());
}
