//! Replicas that lag: nobody loses a code, a session, a client or a secret by it.

use axum::http::Method;
use serde_json::json;

use crate::support::admin::{edit_client, edit_user, make_client, make_user};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, TestClient, WEB};
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn everything_new_works_at_once_though_replicas_know_nothing_of_it() {
    let server = Server::new();
    server.database.replicas_lag();
    let server = server.seed().await;
    let tokens = flow::tokens(&server, &WEB).await;
    let refreshed = server.send(WEB.refresh(&tokens.text("refresh_token"))).await;
    refreshed.assert_status(200);
    assert!(flow::is_active(&server, &refreshed.text("access_token")).await);
    let mut browser = Browser::new(&server);
    let account = browser.sign_in("alice", "alice").await;
    assert_eq!(account.element("signed-in-as"), "alice");
    assert_eq!(browser.open("/account").await.status, 200);
    browser.submit("/logout", &account, &[]).await.assert_status(303);
    assert!(server.database.peek("SELECT * FROM sessions").len() == 1, "that of the flow");
}

#[tokio::test]
async fn a_client_and_redirect_uri_just_registered_are_known() {
    let server = Server::seeded().await;
    server.database.replicas_lag();
    let new = TestClient { id: "new", secret: None, redirect_uri: "http://127.0.0.1/cb" };
    let settings = json!({ "client_id": new.id, "client_name": "New", "public": true,
        "redirect_uris": ["http://127.0.0.1/other"], "scope": "read:tools call:tools" });
    make_client(&server, settings).await;
    edit_client(&server, new.id, json!({ "redirect_uris": [new.redirect_uri] })).await;
    flow::tokens(&server, &new).await;
}

#[tokio::test]
async fn the_own_clients_of_a_user_just_made_are_listed() {
    let server = Server::new();
    server.database.replicas_lag();
    let user = make_user(&server, "eve", "correct horse").await;
    let member = |name: &str| user[name].as_str().expect("a text").to_owned();
    let form = [("grant_type", "client_credentials")];
    let ask = Ask::post("/oauth/token", &form).basic(&member("client_id"), &member("client_secret"));
    let token = server.send(ask).await.text("access_token");
    let own = server.send(Ask::get("/api/oauth/clients/me").bearer(&token)).await;
    own.assert_status(200);
    assert_eq!(own.json().as_array().map(Vec::len), Some(1), "{}", own.body);
}

#[tokio::test]
async fn a_new_secret_and_a_new_password_count_at_once() {
    let server = Server::seeded().await;
    server.database.replicas_lag();
    let path = "/admin/api/clients/demo-server/secret";
    let secret = server.as_admin(Ask::method(Method::POST, path)).await.text("client_secret");
    let ask =
        |secret: &str| Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(SERVER.id, secret);
    let isolate = server.fresh_isolate();
    isolate.send(ask(&secret)).await.assert_status(200);
    isolate.send(ask("demo-server-secret")).await.assert_error(401, "invalid_client");
    edit_user(&server, "alice", json!({ "password": "correct horse" })).await;
    assert_eq!(Browser::new(&server).sign_in("alice", "alice").await.status, 403);
    assert_eq!(Browser::new(&server).sign_in("alice", "correct horse").await.status, 200);
}

#[tokio::test]
async fn a_token_taken_back_is_dead_at_once() {
    let server = Server::seeded().await;
    server.database.replicas_lag();
    let own = server.send(SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])).await;
    let of_grant = flow::tokens(&server, &WEB).await;
    server.send(SERVER.revoke(&own.text("access_token"))).await.assert_status(200);
    server.send(WEB.revoke(&of_grant.text("access_token"))).await.assert_status(200);
    assert!(!flow::is_active(&server, &own.text("access_token")).await);
    assert!(!flow::is_active(&server, &of_grant.text("access_token")).await);
}
