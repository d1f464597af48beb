//! `grant_type=client_credentials`

use serde_json::json;

use crate::support::admin::{edit_client, make_client, user_client, user_id};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::forge::Jwt;
use crate::support::request::Ask;
use crate::support::server::Server;

fn ask(scope: &str) -> Ask {
    SERVER.ask("/oauth/token", &[("grant_type", "client_credentials"), ("scope", scope)])
}

fn ask_as(id: &str, secret: &str, scope: &str) -> Ask {
    Ask::post("/oauth/token", &[("grant_type", "client_credentials"), ("scope", scope)]).basic(id, secret)
}

#[tokio::test]
async fn the_answer_has_exactly_the_members_of_the_contract_and_never_a_refresh_token() {
    let server = Server::seeded().await;
    let reply = server.send(ask("")).await;
    let answer = reply.json();
    let members: Vec<&str> = answer.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(members, ["access_token", "expires_in", "scope", "token_type"]);
    assert_eq!((&answer["expires_in"], &answer["token_type"]), (&json!(1800), &json!("Bearer")));
    assert_eq!(answer["scope"], "read:tools", "the default");
    assert_eq!(reply.header("cache-control"), "no-store");
    let claims = Jwt::of(&reply.text("access_token")).claims;
    assert_eq!(claims["sub"], "demo-server");
    assert_eq!(claims["aud"], server.issuer());
    assert_eq!(claims["gty"], "client_credentials");
    assert!(flow::is_active(&server, &reply.text("access_token")).await);
}

#[tokio::test]
async fn scopes_the_client_may_not_have_are_refused() {
    let server = Server::seeded().await;
    assert_eq!(server.send(ask("call:tools read:tools")).await.text("scope"), "call:tools read:tools");
    for scope in ["manage:tools", "read:tools unheard:of", "admin", "Read:tools"] {
        server.send(ask(scope)).await.assert_error(400, "invalid_scope");
    }
    edit_client(&server, SERVER.id, json!({ "scope": "admin", "first_party": true })).await;
    let admin = server.send(ask("admin")).await;
    admin.assert_says(400, "invalid_scope", "the scope admin needs a person who is an administrator");
}

#[tokio::test]
async fn a_token_of_a_user_client_acts_as_its_user_is_marked_and_limited() {
    let server = Server::seeded().await;
    let (id, secret) = user_client(&server, "alice").await;
    let reply = server.send(ask_as(&id, &secret, "read:tools call:tools")).await;
    let claims = Jwt::of(&reply.text("access_token")).claims;
    assert_eq!(claims["sub"], user_id(&server, "alice").await);
    assert_eq!(claims["client_id"], json!(id));
    assert_eq!(claims["gty"], "client_credentials");
    for scope in ["manage:tools", "admin", "agent:connect", "connections:token"] {
        server.send(ask_as(&id, &secret, scope)).await.assert_error(400, "invalid_scope");
    }
    let path = format!("/admin/api/clients/{id}");
    for scope in ["manage:tools", "read:tools admin"] {
        let widened = Ask::json(axum::http::Method::PATCH, &path, &json!({ "scope": scope }));
        server.as_admin(widened).await.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn a_token_of_a_user_client_opens_no_account_and_no_admin_page() {
    let server = Server::seeded().await;
    let (id, secret) = user_client(&server, "alice").await;
    let token = server.send(ask_as(&id, &secret, "")).await.text("access_token");
    let account = Browser::new(&server).send(Ask::get("/account").bearer(&token)).await;
    assert_eq!((account.status.as_u16(), account.header("location")), (303, "/login"));
    let cookie = format!("ostiary_session={token}");
    let account = server.send(Ask::get("/account").header("cookie", &cookie)).await;
    assert_eq!(account.header("location"), "/login");
    server.send(Ask::get("/admin/api/users").bearer(&token)).await.assert_error(403, "insufficient_scope");
    assert_eq!(server.send(Ask::get("/api/oauth/clients/me").bearer(&token)).await.status, 200);
}

#[tokio::test]
async fn ids_of_users_and_clients_cannot_collide() {
    let server = Server::seeded().await;
    let alice = user_id(&server, "alice").await;
    for id in [alice.as_str(), "agent_user_x", "usr_x"] {
        let settings = json!({ "client_id": id, "client_name": "X", "redirect_uris": ["https://a.example"] });
        let ask = Ask::json(axum::http::Method::POST, "/admin/api/clients", &settings);
        server.as_admin(ask).await.assert_error(400, "invalid_request");
    }
    let made = make_client(&server, json!({ "client_name": "X", "redirect_uris": ["https://a.example"] })).await;
    let id = made["client_id"].as_str().expect("an id");
    assert!(!id.starts_with("usr_") && !id.starts_with("agent_user_"));
}

#[tokio::test]
async fn a_token_dies_with_what_it_came_from() {
    let server = Server::seeded().await;
    let (id, secret) = user_client(&server, "alice").await;
    let own = server.send(ask("")).await.text("access_token");
    let users = server.send(ask_as(&id, &secret, "")).await.text("access_token");
    let me = || Ask::get("/api/oauth/clients/me").bearer(&users);
    assert_eq!(server.send(me()).await.status, 200);

    server.advance(1);
    crate::support::admin::edit_user(&server, "alice", json!({ "password": "a new password" })).await;
    server.send(me()).await.assert_error(401, "invalid_token");
    assert!(flow::is_active(&server, &own).await);
    server.advance(30 * 60 - 1);
    assert!(!flow::is_active(&server, &own).await, "30 minutes are over");
}
