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

/// Every request of the admin API, each well formed.
fn every_path() -> Vec<Ask> {
    let named = json!({ "name": "x" });
    let mut asks = vec![
        Ask::json(Method::POST, "/admin/api/users", &named),
        Ask::json(Method::POST, "/admin/api/clients", &json!({ "client_name": "X" })),
        Ask::json(Method::POST, "/admin/api/scopes", &json!({ "name": "x", "description": "X" })),
        Ask::json(Method::POST, "/admin/api/resources", &json!({ "resource": "https://x.example/", "name": "X" })),
        Ask::json(Method::POST, "/admin/api/initial-access-tokens", &named),
        Ask::json(Method::PATCH, "/admin/api/clients/demo-web", &json!({ "client_name": "X" })),
        Ask::json(Method::PATCH, "/admin/api/scopes/openid", &json!({ "description": "X" })),
        Ask::method(Method::POST, "/admin/api/users/x/secret"),
        Ask::method(Method::POST, "/admin/api/clients/demo-server/secret"),
        Ask::json(Method::POST, "/admin/api/tools", &tool("x")),
        Ask::json(Method::POST, "/admin/api/tool-groups", &named),
        Ask::json(Method::PATCH, "/admin/api/tools/x", &json!({})),
    ];
    for noun in ["users", "resources", "initial-access-tokens", "tool-groups"] {
        asks.push(Ask::json(Method::PATCH, &format!("/admin/api/{noun}/x"), &named));
    }
    for noun in ["users", "clients", "scopes", "resources", "initial-access-tokens", "tools", "tool-groups"] {
        asks.push(Ask::get(&format!("/admin/api/{noun}")));
        asks.push(Ask::get(&format!("/admin/api/{noun}/demo-web")));
        asks.push(Ask::method(Method::DELETE, &format!("/admin/api/{noun}/demo-web")));
    }
    for path in ["users/x/dependents", "clients/demo-web/dependents", "scopes/openid/dependents"] {
        asks.push(Ask::get(&format!("/admin/api/{path}")));
    }
    asks.extend(["audit", "settings", "keys"].map(|path| Ask::get(&format!("/admin/api/{path}"))));
    asks
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
