//! Who may administer.

use axum::http::Method;
use ostiary::model::audit::EventKind;
use serde_json::json;

use crate::support::admin::{edit_client, edit_user};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};
use crate::support::tools::tool;

fn every_path() -> Vec<Ask> {
    let (client, user) = (json!({ "client_name": "X" }), json!({ "name": "x" }));
    vec![
        Ask::get("/admin/api/users"),
        Ask::json(Method::POST, "/admin/api/users", &user),
        Ask::json(Method::PATCH, "/admin/api/users/x", &user),
        Ask::get("/admin/api/clients"),
        Ask::json(Method::POST, "/admin/api/clients", &client),
        Ask::json(Method::PATCH, "/admin/api/clients/demo-web", &client),
        Ask::method(Method::POST, "/admin/api/clients/demo-server/secret"),
        Ask::get("/admin/api/tools"),
        Ask::json(Method::POST, "/admin/api/tools", &tool("x")),
        Ask::get("/admin/api/tools/x"),
        Ask::json(Method::PATCH, "/admin/api/tools/x", &json!({})),
        Ask::method(Method::DELETE, "/admin/api/tools/x"),
        Ask::get("/admin/api/tool-groups"),
        Ask::json(Method::POST, "/admin/api/tool-groups", &user),
        Ask::get("/admin/api/tool-groups/x"),
        Ask::json(Method::PATCH, "/admin/api/tool-groups/x", &user),
        Ask::method(Method::DELETE, "/admin/api/tool-groups/x"),
    ]
}

#[tokio::test]
async fn nothing_is_open_without_the_admin_token() {
    let server = Server::seeded().await;
    for ask in every_path() {
        server.send(ask.clone()).await.assert_error(401, "invalid_token");
        for token in ["", "wrong", &ADMIN_TOKEN[1..], &format!("{ADMIN_TOKEN} "), "\u{e9}"] {
            server.send(ask.clone().header("x-admin-token", token)).await.assert_error(401, "invalid_token");
        }
        server.send(ask.clone().bearer("wrong")).await.assert_error(401, "invalid_token");
        server.send(ask.basic("admin", ADMIN_TOKEN)).await.assert_error(401, "invalid_token");
    }
    assert!(server.events.take_kinds().contains(&EventKind::AdminRefused));
    assert_eq!(server.database.peek("SELECT id FROM users").len(), 2);
    assert_eq!(server.database.peek("SELECT id FROM clients").len(), 4);
}

#[tokio::test]
async fn the_admin_token_opens_in_its_own_header_or_as_a_bearer_token() {
    let server = Server::new();
    assert_eq!(server.send(Ask::get("/admin/api/users").header("x-admin-token", ADMIN_TOKEN)).await.status, 200);
    assert_eq!(server.send(Ask::get("/admin/api/users").bearer(ADMIN_TOKEN)).await.status, 200);
}

#[tokio::test]
async fn without_a_configured_token_nobody_administers() {
    let server = Server::with(&[("ADMIN_TOKEN", "")]);
    for token in ["", ADMIN_TOKEN, "null"] {
        let ask = Ask::get("/admin/api/users").header("x-admin-token", token);
        server.send(ask).await.assert_error(401, "invalid_token");
    }
}

#[tokio::test]
async fn a_session_of_an_administrator_opens_nothing_by_itself() {
    let server = Server::seeded().await;
    edit_user(&server, "alice", json!({ "role": "admin" })).await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    assert_eq!(browser.open("/admin/api/users").await.status, 401);
    edit_client(&server, SERVER.id, json!({ "scope": "read:tools call:tools" })).await;
    let token = flow::tokens(&server, &SERVER).await.text("access_token");
    server.send(Ask::get("/admin/api/users").bearer(&token)).await.assert_error(403, "insufficient_scope");
}
