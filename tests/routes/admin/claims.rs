//! Claims of users in `/admin/api/users`: what may be written down, and what becomes of it.

use axum::http::Method;
use ostiary::model::audit::EventKind;
use serde_json::{Value, json};

use crate::support::admin::{edit_user, user_id};
use crate::support::request::Ask;
use crate::support::server::Server;

fn alice() -> Value {
    json!({
        "name": "Alice Liddell", "email": "alice@wonderland.example", "email_verified": true,
        "address": { "locality": "Oxford", "country": "GB" }, "https://example.com/role": ["reader"],
    })
}

#[tokio::test]
async fn a_user_is_made_with_claims_and_shown_with_them() {
    let server = Server::new();
    let body = json!({ "name": "alice", "claims": alice() });
    let made = server.as_admin(Ask::json(Method::POST, "/admin/api/users", &body)).await.assert_status(201).json();
    assert_eq!(made["claims"], alice());
    assert_eq!((&made["created_at"], &made["updated_at"]), (&json!("2027-01-15T08:00:00Z"), &made["created_at"]));
    let list = server.as_admin(Ask::get("/admin/api/users")).await.json();
    assert_eq!(list["users"][0]["claims"], alice());
    let without = json!({ "name": "bob" });
    let made = server.as_admin(Ask::json(Method::POST, "/admin/api/users", &without)).await.json();
    assert_eq!(made["claims"], json!({}));
}

#[tokio::test]
async fn an_edit_puts_new_claims_in_place_of_all_before_and_without_claims_leaves_them() {
    let server = Server::new();
    let body = json!({ "name": "alice", "claims": alice() });
    server.as_admin(Ask::json(Method::POST, "/admin/api/users", &body)).await.assert_status(201);
    server.events.take();
    server.advance(60);
    let renamed = edit_user(&server, "alice", json!({ "name": "Alice" })).await;
    assert_eq!((&renamed["claims"], &renamed["updated_at"]), (&alice(), &json!("2027-01-15T08:01:00Z")));
    server.advance(60);
    let shown = edit_user(&server, "Alice", json!({ "claims": { "nickname": "Al" } })).await;
    assert_eq!(shown["claims"], json!({ "nickname": "Al" }));
    assert_eq!(shown["updated_at"], "2027-01-15T08:02:00Z");
    assert_eq!(edit_user(&server, "Alice", json!({ "claims": {} })).await["claims"], json!({}));
    let events = server.events.take();
    assert!(events.iter().all(|event| event.kind == EventKind::UserUpdated));
    let reasons: Vec<_> = events.iter().filter_map(|event| event.reason.as_deref()).collect();
    assert_eq!(reasons, ["name", "claims", "claims"], "names of members, never what they hold");
}

#[tokio::test]
async fn claims_that_no_user_has_or_of_the_wrong_type_are_refused_and_nothing_stored() {
    let server = Server::seeded().await;
    let path = format!("/admin/api/users/{}", user_id(&server, "alice").await);
    let before = server.database.peek("SELECT * FROM users");
    for claims in [
        json!({ "sub": "usr_other" }),
        json!({ "iss": "https://evil.example" }),
        json!({ "aud": "x" }),
        json!({ "exp": 1 }),
        json!({ "nonce": "x" }),
        json!({ "sid": "x" }),
        json!({ "amr": ["hwk"] }),
        json!({ "acr": "x" }),
        json!({ "at_hash": "x" }),
        json!({ "azp": "x" }),
        json!({ "auth_time": 1 }),
        json!({ "client_id": "x" }),
        json!({ "scope": "admin" }),
        json!({ "token_type": "access_token" }),
        json!({ "events": {} }),
        json!({ "updated_at": 1 }),
        json!({ "a b": 1 }),
        json!({ "": 1 }),
        json!({ "x".repeat(65): 1 }),
        json!({ "name": null }),
        json!({ "name": "" }),
        json!({ "name": 7 }),
        json!({ "email": "nobody" }),
        json!({ "email_verified": "true" }),
        json!({ "picture": "javascript:alert(1)" }),
        json!({ "address": "Oxford" }),
        json!({ "address": { "planet": "Earth" } }),
        json!({ "notes": "x".repeat(4096) }),
        json!([]),
        json!("x"),
    ] {
        let edit = server.as_admin(Ask::json(Method::PATCH, &path, &json!({ "claims": claims }))).await;
        assert_eq!(edit.status, 400, "{claims}: {}", edit.body);
        edit.assert_error(400, "invalid_request");
        let create = json!({ "name": "eve", "claims": claims });
        let create = server.as_admin(Ask::json(Method::POST, "/admin/api/users", &create)).await;
        create.assert_error(400, "invalid_request");
    }
    assert_eq!(server.database.peek("SELECT * FROM users"), before);
}
