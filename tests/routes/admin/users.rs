//! `/admin/api/users`

use axum::http::Method;
use ostiary::model::audit::EventKind;
use serde_json::{Value, json};

use crate::support::admin::{edit_user, make_user, user_id};
use crate::support::browser::Browser;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

async fn create(server: &Server, body: &Value) -> Reply {
    server.as_admin(Ask::json(Method::POST, "/admin/api/users", body)).await
}

#[tokio::test]
async fn creating_a_user_makes_its_user_client_whose_token_acts_as_that_user() {
    let server = Server::new();
    let user = create(&server, &json!({ "name": "Eve Adams" })).await.assert_status(201).json();
    let (id, client_id) = (user["id"].as_str().expect("an id"), user["client_id"].as_str().expect("a client"));
    assert_eq!(client_id, format!("agent_user_{id}"));
    let secret = user["client_secret"].as_str().expect("a secret");
    assert_eq!(secret.len(), 43);
    let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(client_id, secret);
    let token = server.send(ask).await;
    assert_eq!(token.text("scope"), "read:tools", "asking for none");
    let own = server.send(Ask::get("/api/oauth/clients/me").bearer(&token.text("access_token"))).await.json();
    assert_eq!(own[0]["client_name"], "Eve Adams OAuth Client");
    assert_eq!(own[0]["redirect_uris"], json!(["http://localhost:8501/oauth/callback"]));
}

#[tokio::test]
async fn a_secret_or_password_is_stored_as_a_hash_only_and_shown_once() {
    let server = Server::new();
    let user = make_user(&server, "eve", "correct horse").await;
    let secret = user["client_secret"].as_str().expect("a secret");
    let mut rows = server.database.peek("SELECT * FROM users");
    rows.extend(server.database.peek("SELECT * FROM clients"));
    let stored = Value::Array(rows).to_string();
    assert!(!stored.contains(secret) && !stored.contains("correct horse"));
    assert!(stored.contains("$argon2id$"));
    for path in ["/admin/api/users", "/admin/api/clients"] {
        let list = server.as_admin(Ask::get(path)).await.body;
        assert!(!list.contains(secret) && !list.contains("argon2") && !list.contains("hash"), "{list}");
    }
}

#[tokio::test]
async fn a_name_that_is_taken_is_a_conflict_whatever_its_case() {
    let server = Server::seeded().await;
    for name in ["alice", "ALICE", " Alice "] {
        create(&server, &json!({ "name": name })).await.assert_says(409, "conflict", "this name is taken");
    }
    let path = format!("/admin/api/users/{}", user_id(&server, "bob").await);
    let rename = Ask::json(Method::PATCH, &path, &json!({ "name": "Alice" }));
    server.as_admin(rename).await.assert_error(409, "conflict");
    assert_eq!(server.database.peek("SELECT id FROM users").len(), 2);
    assert_eq!(server.database.peek("SELECT id FROM clients").len(), 4, "no client without its user");
}

#[tokio::test]
async fn what_is_not_a_user_is_refused_and_nothing_stored() {
    let server = Server::new();
    for body in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": "a\u{7}b" }),
        json!({ "name": "x".repeat(101) }),
        json!({ "name": "x", "role": "root" }),
        json!({ "name": "x", "password": "short" }),
        json!({ "name": "x", "password": "x".repeat(1025) }),
        json!({ "name": "x", "id": "usr_chosen" }),
        json!({ "name": ["x"] }),
        json!([]),
        json!("x"),
        Value::Null,
    ] {
        let reply = create(&server, &body).await;
        reply.assert_error(400, "invalid_request");
    }
    assert!(server.database.peek("SELECT id FROM users").is_empty());
}

#[tokio::test]
async fn users_are_listed_page_by_page() {
    let server = Server::seeded().await;
    let first = server.as_admin(Ask::get("/admin/api/users?limit=1")).await.json();
    let next = first["next"].as_str().expect("a next page");
    let second = server.as_admin(Ask::get(&format!("/admin/api/users?limit=1&after={next}"))).await.json();
    let name = |page: &Value| page["users"][0]["name"].as_str().map(str::to_owned);
    assert_ne!(name(&first), name(&second));
    assert!(name(&second).is_some());
    for limit in ["0", "201", "-1", "x", "1&limit=1"] {
        let ask = Ask::get(&format!("/admin/api/users?limit={limit}"));
        server.as_admin(ask).await.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn every_change_is_told_to_the_audit_log_with_who_and_whom() {
    let server = Server::new();
    let user = make_user(&server, "eve", "correct horse").await;
    edit_user(&server, "eve", json!({ "disabled": true })).await;
    let events = server.events.take();
    let kinds: Vec<EventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::UserCreated, EventKind::UserUpdated]);
    for event in events {
        assert_eq!(event.actor.as_deref(), Some("admin"));
        assert_eq!(event.subject.as_deref(), user["id"].as_str());
        assert!(event.kind.decides());
    }
}

#[tokio::test]
async fn a_user_made_with_a_password_can_sign_in_and_one_that_is_renamed_by_the_new_name() {
    let server = Server::new();
    make_user(&server, "eve", "correct horse").await;
    assert_eq!(Browser::new(&server).sign_in("EVE", "correct horse").await.status, 200);
    edit_user(&server, "eve", json!({ "name": "eva" })).await;
    assert_eq!(Browser::new(&server).sign_in("eve", "correct horse").await.status, 403);
    assert_eq!(Browser::new(&server).sign_in("eva", "correct horse").await.element("signed-in-as"), "eva");
}

#[tokio::test]
async fn a_new_password_takes_two_hops_and_an_unknown_user_gets_none() {
    let server = Server::new();
    let user = make_user(&server, "eve", "correct horse").await;
    let new = json!({ "password": "another horse" });
    let change = |id: &str| Ask::json(Method::PATCH, &format!("/admin/api/users/{id}"), &new);
    server.hops.take();
    server.as_admin(change(user["id"].as_str().expect("an id"))).await.assert_status(200);
    assert_eq!(server.hops.take(), ["login guard", "database"]);
    server.as_admin(change("usr_nobody")).await.assert_error(404, "not_found");
    assert_eq!(Browser::new(&server).sign_in("eve", "another horse").await.element("signed-in-as"), "eve");
}
