//! `grant_type=authorization_code`

use axum::http::Method;
use serde_json::json;

use crate::support::admin::{edit_client, edit_user, make_client};
use crate::support::browser::Browser;
use crate::support::events::TestEvents;
use crate::support::flow::{self, SERVER, TestClient, VERIFIER, WEB};
use crate::support::forge::{Jwt, es256_kid};
use crate::support::request::Ask;
use crate::support::server::Server;
use ostiary::model::audit::EventKind;

const OTHER: TestClient = TestClient { id: "other-web", secret: None, redirect_uri: "http://localhost:3000/callback" };

async fn with_another_client() -> Server {
    let server = Server::seeded().await;
    let settings = json!({ "client_id": OTHER.id, "client_name": "Other", "public": true,
        "redirect_uris": [OTHER.redirect_uri], "scope": "read:tools call:tools" });
    make_client(&server, settings).await;
    server
}

fn saw(events: &TestEvents, kind: EventKind) -> bool {
    events.take_kinds().contains(&kind)
}

#[tokio::test]
async fn an_access_token_has_the_claims_and_the_header_that_apis_rely_on() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    let jwt = Jwt::of(&tokens.text("access_token"));
    assert_eq!(jwt.header, json!({ "alg": "ES256", "typ": "at+jwt", "kid": es256_kid() }));
    let members: Vec<&str> = jwt.claims.as_object().expect("claims").keys().map(String::as_str).collect();
    assert_eq!(members, ["aud", "client_id", "exp", "iat", "iss", "jti", "scope", "sub", "token_type"]);
    assert_eq!(jwt.claims["aud"], server.issuer());
    assert_eq!(jwt.claims["iss"], server.issuer());
    assert_eq!(jwt.claims["token_type"], "access_token");
    assert_eq!(jwt.claims["client_id"], "demo-web");
    assert_eq!(jwt.claims["scope"], "read:tools call:tools");
    assert_eq!(jwt.claims["iat"], 1_800_000_000);
    assert_eq!(jwt.claims["exp"], 1_800_000_000 + 30 * 60);
    assert_eq!(jwt.claims["sub"], crate::support::admin::user_id(&server, "alice").await);
}

#[tokio::test]
async fn a_failed_check_neither_burns_the_code_nor_ends_the_grant() {
    let server = with_another_client().await;
    let code = flow::code(&server, &WEB).await;
    let exchange = |changed: &[(&'static str, &'static str)]| {
        let mut form = vec![("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
        form.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        form.extend(changed.iter().filter(|(_, value)| !value.is_empty()));
        WEB.ask("/oauth/token", &form)
    };
    let unknown = "the code is not known";
    server.send(OTHER.redeem(&code)).await.assert_says(400, "invalid_grant", unknown);
    server.send(SERVER.redeem(&code)).await.assert_says(400, "invalid_grant", unknown);
    let elsewhere = exchange(&[("redirect_uri", "http://localhost:3001/callback")]);
    let not_the_one = "redirect_uri is not the one the code was sent to";
    server.send(elsewhere).await.assert_says(400, "invalid_grant", not_the_one);
    server.send(exchange(&[("code_verifier", "")])).await.assert_error(400, "invalid_grant");
    server.send(exchange(&[("resource", "https://x.example")])).await.assert_error(400, "invalid_target");
    assert!(!saw(&server.events, EventKind::Replay));
    assert_eq!(server.send(exchange(&[])).await.status, 200, "redirect_uri may be left out: the challenge binds");
}

#[tokio::test]
async fn a_code_that_is_forged_cut_or_foreign_ends_nothing() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    let code = flow::code(&server, &WEB).await;
    let (grant_id, secret) = code.split_once('.').expect("two parts");
    let grant_of_tokens = tokens.text("refresh_token").split('.').next().expect("a grant id").to_owned();
    for forged in [
        &code[..code.len() - 1],
        &format!("{code}A"),
        grant_id,
        &format!("{grant_id}."),
        &format!("{grant_id}.{}", "A".repeat(43)),
        &format!("{grant_of_tokens}.{secret}"),
        &format!("{}.{secret}", "A".repeat(43)),
        &tokens.text("refresh_token"),
        "x",
        "..",
        "\u{0}",
    ] {
        server.send(WEB.redeem(forged)).await.assert_error(400, "invalid_grant");
    }
    server.send(WEB.redeem("")).await.assert_error(400, "invalid_request");
    assert!(flow::is_active(&server, &tokens.text("access_token")).await);
    assert_eq!(server.send(WEB.redeem(&code)).await.status, 200);
}

#[tokio::test]
async fn a_second_use_within_a_second_fails_and_ends_nothing() {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    let tokens = server.send(WEB.redeem(&code)).await;
    server.advance(1);
    server.send(WEB.redeem(&code)).await.assert_says(400, "invalid_grant", "the code was used already");
    assert!(!saw(&server.events, EventKind::Replay));
    assert!(flow::is_active(&server, &tokens.text("access_token")).await);
    assert_eq!(server.send(WEB.refresh(&tokens.text("refresh_token"))).await.status, 200);
}

#[tokio::test]
async fn a_later_replay_ends_the_grant_and_all_its_tokens() {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    let tokens = server.send(WEB.redeem(&code)).await;
    server.advance(2);
    server.send(WEB.redeem(&code)).await.assert_says(400, "invalid_grant", "the code was used already");
    assert!(saw(&server.events, EventKind::Replay));
    assert!(!flow::is_active(&server, &tokens.text("access_token")).await);
    server.send(WEB.refresh(&tokens.text("refresh_token"))).await.assert_error(400, "invalid_grant");
    let ended = server.database.peek("SELECT id FROM grants WHERE ended_at IS NOT NULL");
    assert_eq!(ended.len(), 1);
}

#[tokio::test]
async fn a_replay_that_fails_a_check_ends_nothing() {
    let server = with_another_client().await;
    let code = flow::code(&server, &WEB).await;
    let tokens = server.send(WEB.redeem(&code)).await;
    server.advance(10);
    server.send(OTHER.redeem(&code)).await.assert_error(400, "invalid_grant");
    let no_verifier = [("grant_type", "authorization_code"), ("code", code.as_str())];
    server.send(WEB.ask("/oauth/token", &no_verifier)).await.assert_error(400, "invalid_grant");
    assert!(flow::is_active(&server, &tokens.text("access_token")).await);
}

#[tokio::test]
async fn a_code_is_good_until_its_expiry_and_not_at_it() {
    let server = Server::seeded().await;
    let (early, late) = (flow::code(&server, &WEB).await, flow::code(&server, &WEB).await);
    server.advance(59);
    assert_eq!(server.send(WEB.redeem(&early)).await.status, 200);
    server.advance(1);
    server.send(WEB.redeem(&late)).await.assert_says(400, "invalid_grant", "the code has expired");
}

#[tokio::test]
async fn without_a_challenge_the_redirect_uri_is_demanded() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "require_pkce": false })).await;
    let changed = [("code_challenge", ""), ("code_challenge_method", "")];
    let reply = flow::authorize(&mut Browser::new(&server), &SERVER, &changed).await;
    let code = reply.location_parameter("code").expect("a code");
    let mut form = vec![("grant_type", "authorization_code"), ("code", code.as_str())];
    let missing = server.send(SERVER.ask("/oauth/token", &form)).await;
    missing.assert_says(400, "invalid_grant", "redirect_uri is missing");
    form.push(("redirect_uri", SERVER.redirect_uri));
    assert_eq!(server.send(SERVER.ask("/oauth/token", &form)).await.status, 200);
}

#[tokio::test]
async fn what_a_user_or_client_began_before_its_valid_from_is_dead_and_the_code_not_burnt() {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    edit_user(&server, "alice", json!({ "disabled": true })).await;
    server.send(WEB.redeem(&code)).await.assert_says(400, "invalid_grant", "the grant has ended");
    edit_user(&server, "alice", json!({ "disabled": false })).await;
    server.send(WEB.redeem(&code)).await.assert_says(400, "invalid_grant", "the grant has ended");

    let before = flow::code(&server, &WEB).await;
    server.advance(1);
    edit_user(&server, "alice", json!({ "password": "a new password" })).await;
    server.send(WEB.redeem(&before)).await.assert_says(400, "invalid_grant", "the grant has ended");

    let path = "/admin/api/users/nobody";
    let ask = Ask::json(Method::PATCH, path, &json!({ "disabled": true }));
    server.as_admin(ask).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn a_client_without_the_refresh_grant_gets_no_refresh_token() {
    let server = Server::seeded().await;
    edit_client(&server, WEB.id, json!({ "grant_types": ["authorization_code"] })).await;
    let tokens = flow::tokens(&server, &WEB).await;
    assert!(tokens.json().get("refresh_token").is_none());
    assert!(flow::is_active(&server, &tokens.text("access_token")).await);
    server.advance(30 * 60);
    assert!(!flow::is_active(&server, &tokens.text("access_token")).await);
}
