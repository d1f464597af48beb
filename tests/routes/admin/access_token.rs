//! Administering by an access token with the scope `admin` (docs/security.md, "Who may have what").

use axum::http::Method;
use ostiary::app::{Context, Whence};
use ostiary::model::audit::EventKind;
use ostiary::protocol::jose::access_token::AccessTokenClaims;
use serde_json::{Value, json};

use crate::support::admin::{
    access_token, access_token_for, appoint, edit_client, edit_user, make_client, user_client, user_id,
};
use crate::support::browser::Browser;
use crate::support::fault::Fault;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const USERS: &str = "/admin/api/users";

async fn list(server: &Server, token: &str) -> Reply {
    server.send(Ask::get(USERS).bearer(token)).await
}

#[tokio::test]
async fn an_administrators_token_opens_whether_it_is_for_the_admin_api_or_for_the_issuer_alone() {
    let server = Server::seeded().await;
    let for_the_api = access_token(&server).await;
    assert_eq!(list(&server, &for_the_api).await.assert_status(200).json()["users"].as_array().map(Vec::len), Some(2));
    let for_the_issuer = access_token_for(&server, &[("scope", "admin")]).await;
    list(&server, &for_the_issuer).await.assert_status(200);
}

#[tokio::test]
async fn who_did_it_is_the_administrator_and_not_the_operator() {
    let server = Server::seeded().await;
    let token = access_token(&server).await;
    let alice = user_id(&server, "alice").await;
    server.events.take();
    let new = Ask::json(Method::POST, USERS, &json!({ "name": "carol" })).bearer(&token);
    server.send(new).await.assert_status(201);
    let events = server.events.take();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::UserCreated]);
    assert_eq!(events[0].actor, Some(alice));
}

#[tokio::test]
async fn who_loses_the_role_is_refused_at_once_in_every_isolate() {
    let server = Server::seeded().await;
    let token = access_token(&server).await;
    let other = server.fresh_isolate();
    list(&other, &token).await.assert_status(200);
    edit_user(&server, "alice", json!({ "role": "user" })).await;
    list(&other, &token).await.assert_error(401, "invalid_token");
    edit_user(&server, "alice", json!({ "role": "admin" })).await;
    list(&server, &token).await.assert_error(401, "invalid_token");
}

/// Losing the role ends the grant, so its token is dead by that alone. Nor does a token open that somehow outlived it.
#[tokio::test]
async fn the_role_and_the_mark_are_looked_at_each_time_and_at_the_primary() {
    let server = Server::seeded().await;
    let token = access_token(&server).await;
    list(&server, &token).await.assert_status(200);
    server.database.replicas_lag();
    for (taken, given) in [
        ("UPDATE users SET role = 'user' WHERE name = 'alice'", "UPDATE users SET role = 'admin' WHERE name = 'alice'"),
        (
            "UPDATE clients SET first_party = 0 WHERE id = 'demo-server'",
            "UPDATE clients SET first_party = 1 WHERE id = 'demo-server'",
        ),
        (
            "UPDATE clients SET scopes = 'read:tools' WHERE id = 'demo-server'",
            "UPDATE clients SET scopes = 'read:tools admin' WHERE id = 'demo-server'",
        ),
    ] {
        server.database.peek(taken);
        let refused = list(&server, &token).await;
        refused.assert_says(403, "access_denied", "the access token acts for no administrator");
        server.database.peek(given);
        list(&server, &token).await.assert_status(200);
    }
}

#[tokio::test]
async fn a_token_that_was_revoked_or_whose_user_or_client_is_switched_off_or_gone_is_refused() {
    for end in [
        "DELETE FROM users WHERE name = 'alice'",
        "DELETE FROM clients WHERE id = 'demo-server'",
        "UPDATE users SET disabled_at = 1 WHERE name = 'alice'",
        "UPDATE clients SET disabled_at = 1 WHERE id = 'demo-server'",
        "UPDATE grants SET ended_at = 1",
    ] {
        let server = Server::seeded().await;
        let token = access_token(&server).await;
        server.database.peek(end);
        list(&server, &token).await.assert_error(401, "invalid_token");
    }
    let server = Server::seeded().await;
    let token = access_token(&server).await;
    server.send(SERVER.revoke(&token)).await.assert_status(200);
    list(&server, &token).await.assert_error(401, "invalid_token");
    let token = access_token_for(&server, &[("scope", "admin")]).await;
    server.advance(1800);
    list(&server, &token).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn a_token_without_the_scope_or_for_another_resource_does_not_open() {
    let server = Server::seeded().await;
    appoint(&server).await;
    let without = access_token_for(&server, &[("resource", "http://localhost:8787/admin/api")]).await;
    let refused = list(&server, &without).await;
    refused.assert_error(403, "insufficient_scope");
    assert!(refused.header("www-authenticate").contains("scope=\"admin\""), "{:?}", refused.headers);
    let photos = json!({ "resource": "https://photos.example/", "name": "Photos" });
    server.as_admin(Ask::json(Method::POST, "/admin/api/resources", &photos)).await.assert_status(201);
    for resource in ["http://localhost:8787/api", "http://localhost:8787/mcp", "https://photos.example/"] {
        let token = access_token_for(&server, &[("scope", "admin"), ("resource", resource)]).await;
        list(&server, &token).await.assert_error(401, "invalid_token");
    }
    let asked =
        [("scope", "admin"), ("resource", "http://localhost:8787/admin/api"), ("resource", "https://photos.example/")];
    list(&server, &access_token_for(&server, &asked).await).await.assert_error(401, "invalid_token");
    let asked = [("scope", "openid admin"), ("resource", "http://localhost:8787/admin/api")];
    list(&server, &access_token_for(&server, &asked).await).await.assert_status(200);
    let wide = access_token_for(&server, &[("scope", "admin openid"), ("resource", "https://photos.example/")]).await;
    list(&server, &wide).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn a_clients_own_token_never_opens() {
    let server = Server::seeded().await;
    appoint(&server).await;
    let form = [("grant_type", "client_credentials"), ("resource", "http://localhost:8787/admin/api")];
    let (id, secret) = user_client(&server, "alice").await;
    for ask in [SERVER.ask("/oauth/token", &form), Ask::post("/oauth/token", &form).basic(&id, &secret)] {
        let token = server.send(ask).await.assert_status(200).text("access_token");
        list(&server, &token).await.assert_error(403, "insufficient_scope");
    }
}

/// None is issued with the scope; one that had it would open nothing either.
#[tokio::test]
async fn a_token_without_a_grant_never_opens_even_if_it_had_the_scope() {
    let server = Server::seeded().await;
    let context = Context::new(&server.app, String::new(), Whence::default());
    let good = ostiary::service::tokens::verify(&server.app, &context, &access_token(&server).await).await;
    let good = good.expect("a signer").expect("a token of ours").claims.clone();
    let of_a_client = AccessTokenClaims { gty: Some("client_credentials".to_owned()), ..good.clone() };
    let of_nobody = AccessTokenClaims { jti: "no-grant".to_owned(), ..good.clone() };
    for claims in [of_a_client, of_nobody] {
        let token = ostiary::service::tokens::sign(&server.app, &context, &claims).await.expect("a signer");
        list(&server, &token).await.assert_error(403, "access_denied");
    }
    let again = ostiary::service::tokens::sign(&server.app, &context, &good).await.expect("a signer");
    list(&server, &again).await.assert_status(200);
}

#[tokio::test]
async fn a_refused_token_is_told_to_the_audit_log_without_the_token() {
    let server = Server::seeded().await;
    edit_user(&server, "alice", json!({ "role": "admin" })).await;
    let token = flow::tokens(&server, &WEB).await.text("access_token");
    server.events.take();
    list(&server, &token).await.assert_error(403, "insufficient_scope");
    let events = server.events.take();
    assert_eq!(events.iter().map(|event| event.kind).collect::<Vec<_>>(), [EventKind::AdminRefused]);
    assert_eq!(events[0].reason.as_deref(), Some("the access token lacks the scope admin"));
}

#[tokio::test]
async fn an_access_token_in_the_header_of_the_operators_token_does_not_open() {
    let server = Server::seeded().await;
    let token = access_token(&server).await;
    let ask = Ask::get(USERS).header("x-admin-token", &token);
    server.send(ask).await.assert_says(401, "invalid_token", "this is not the admin token");
    let both = Ask::get(USERS).header("x-admin-token", "wrong").bearer(&token);
    server.send(both).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn without_the_operators_token_an_administrator_still_administers() {
    let server = Server::seeded().await;
    let token = access_token(&server).await;
    let without = server.redeployed(&[("ADMIN_TOKEN", "")]);
    list(&without, &token).await.assert_status(200);
    without.as_admin(Ask::get(USERS)).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn a_store_that_fails_is_no_refusal() {
    let server = Server::seeded().await;
    let token = access_token(&server).await;
    server.events.take();
    for fault in [&server.database.fault, &server.grants.fault] {
        fault.set(Fault::Fail);
        list(&server, &token).await.assert_error(503, "temporarily_unavailable");
        fault.set(Fault::None);
    }
    assert!(server.events.take().is_empty());
}

#[tokio::test]
async fn only_a_first_party_client_that_an_administrator_made_may_be_given_the_scope() {
    let server = Server::new();
    let text = "the scope admin is for first-party clients that an administrator made";
    let body = |first_party: bool| {
        json!({ "client_id": "app", "client_name": "App", "redirect_uris": ["https://a.example/cb"],
            "scope": "read:tools admin", "first_party": first_party })
    };
    let refused = server.as_admin(Ask::json(Method::POST, "/admin/api/clients", &body(false))).await;
    refused.assert_says(400, "invalid_request", text);
    make_client(&server, body(true)).await;
    let no_longer = Ask::json(Method::PATCH, "/admin/api/clients/app", &json!({ "first_party": false }));
    server.as_admin(no_longer).await.assert_says(400, "invalid_request", text);
    edit_client(&server, "app", json!({ "first_party": false, "scope": "read:tools" })).await;

    let registered = Ask::json(Method::POST, "/oauth/register", &json!({ "redirect_uris": ["https://b.example/cb"] }));
    let id = server.send(registered).await.assert_status(201).text("client_id");
    let marked = json!({ "first_party": true, "scope": "admin" });
    let mark = Ask::json(Method::PATCH, &format!("/admin/api/clients/{id}"), &marked);
    server.as_admin(mark).await.assert_says(400, "invalid_request", text);
}

/// Two edits at the same time may each be good where both are not.
#[tokio::test]
async fn a_client_that_has_the_scope_without_the_mark_cannot_use_it() {
    let server = Server::seeded().await;
    appoint(&server).await;
    let mut browser = Browser::new(&server);
    let reply = flow::authorize(&mut browser, &SERVER, &[("scope", "read:tools admin")]).await;
    let code = reply.location_parameter("code").expect("a code");
    let tokens = server.send(SERVER.redeem(&code)).await.json();
    assert_eq!(tokens["scope"], "read:tools admin");
    server.database.peek("UPDATE clients SET first_party = 0 WHERE id = 'demo-server'");
    let server = server.fresh_isolate();
    let refreshed = server.send(SERVER.refresh(tokens["refresh_token"].as_str().expect("a token"))).await.json();
    assert_eq!(refreshed["scope"], "read:tools");
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let refused = browser.open(&SERVER.authorize_path(&[("scope", "admin")])).await;
    refused.assert_error_redirect(SERVER.redirect_uri, "invalid_scope");
}

#[tokio::test]
async fn asking_for_the_admin_api_without_a_scope_gives_no_admin() {
    let server = Server::seeded().await;
    appoint(&server).await;
    let asked = [("scope", ""), ("resource", "http://localhost:8787/admin/api")];
    let reply = flow::authorize(&mut Browser::new(&server), &SERVER, &asked).await;
    let code = reply.location_parameter("code").expect("a code");
    assert_eq!(server.send(SERVER.redeem(&code)).await.json()["scope"], Value::from("read:tools"));
}
