//! `POST /oauth/introspect` (RFC 7662)

use serde_json::json;

use crate::support::admin::{edit_client, make_client, user_id};
use crate::support::flow::{self, SERVER, WEB};
use crate::support::forge::Jwt;
use crate::support::forgeries;
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn an_access_token_is_described_in_full() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("access_token");
    let claims = Jwt::of(&token).claims;
    let reply = server.send(SERVER.introspect(&token)).await;
    let expected = json!({
        "active": true, "iss": server.issuer(), "sub": user_id(&server, "alice").await, "aud": server.issuer(),
        "client_id": "demo-web", "username": "alice", "scope": "read:tools call:tools", "token_type": "Bearer",
        "exp": 1_800_001_800, "iat": 1_800_000_000, "jti": claims["jti"],
    });
    assert_eq!(reply.json(), expected);
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_client_learns_of_its_own_refresh_token_and_of_no_other_clients() {
    let server = Server::seeded().await;
    let own = flow::tokens(&server, &SERVER).await.text("refresh_token");
    let seen = server.send(SERVER.introspect(&own)).await.json();
    assert_eq!((&seen["active"], &seen["client_id"]), (&json!(true), &json!("demo-server")));
    assert_eq!(seen["exp"], 1_800_000_000 + 30 * 24 * 60 * 60);
    let other = flow::tokens(&server, &WEB).await.text("refresh_token");
    assert_eq!(server.send(SERVER.introspect(&other)).await.json(), json!({ "active": false }));
}

#[tokio::test]
async fn an_old_refresh_token_is_inactive_and_looking_at_it_ends_nothing() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &SERVER).await;
    let second = server.send(SERVER.refresh(&first.text("refresh_token"))).await;
    let third = server.send(SERVER.refresh(&second.text("refresh_token"))).await;
    for old in [first, second] {
        let seen = server.send(SERVER.introspect(&old.text("refresh_token"))).await;
        assert_eq!(seen.json(), json!({ "active": false }));
    }
    assert_eq!(server.send(SERVER.introspect(&third.text("refresh_token"))).await.json()["active"], true);
}

#[tokio::test]
async fn everything_else_is_inactive_and_nothing_more_is_said() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &SERVER).await;
    let mut wrong = forgeries::of(&server, &tokens.text("access_token")).await;
    let refresh_token = tokens.text("refresh_token");
    wrong.push(("a cut refresh token", refresh_token[1..].to_owned()));
    wrong.push(("a code", flow::code(&server, &SERVER).await));
    for (why, token) in wrong {
        let reply = server.send(SERVER.introspect(&token)).await;
        assert_eq!((reply.status.as_u16(), reply.json()), (200, json!({ "active": false })), "{why}");
    }
    assert!(flow::is_active(&server, &tokens.text("access_token")).await);
}

#[tokio::test]
async fn a_confidential_client_that_is_no_resource_server_learns_of_its_own_tokens_only() {
    let server = Server::seeded().await;
    let (web, own) = (flow::tokens(&server, &WEB).await, flow::tokens(&server, &SERVER).await);
    edit_client(&server, SERVER.id, json!({ "resource_server": false })).await;
    assert!(!flow::is_active(&server, &web.text("access_token")).await);
    assert!(flow::is_active(&server, &own.text("access_token")).await);
}

#[tokio::test]
async fn a_resource_server_learns_of_tokens_for_its_resources_only() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("access_token");
    edit_client(&server, SERVER.id, json!({ "resources": ["https://api.example/"] })).await;
    assert!(!flow::is_active(&server, &token).await, "this one is for the issuer");
    let for_it = Jwt::of(&token).claim("aud", json!(["https://api.example/", server.issuer()]));
    assert!(flow::is_active(&server, &for_it.signed(&server).await).await);
    edit_client(&server, SERVER.id, json!({ "resources": [server.issuer()] })).await;
    assert!(flow::is_active(&server, &token).await);
}

#[tokio::test]
async fn who_does_not_prove_a_confidential_client_gets_401() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("access_token");
    server.send(WEB.introspect(&token)).await.assert_error(401, "invalid_client");
    let form = [("token", token.as_str())];
    server.send(Ask::post("/oauth/introspect", &form)).await.assert_error(401, "invalid_client");
    let wrong = server.send(Ask::post("/oauth/introspect", &form).basic("demo-server", "wrong")).await;
    wrong.assert_error(401, "invalid_client");
    assert!(wrong.header("www-authenticate").starts_with("Basic "));
    let by_token = Ask::post("/oauth/introspect", &form).bearer(&token);
    server.send(by_token).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn the_token_must_be_there_once() {
    let server = Server::seeded().await;
    for form in [&[][..], &[("token", "")], &[("token", "x"), ("token", "x")], &[("token", "x"), ("a", ""), ("a", "")]]
    {
        server.send(SERVER.ask("/oauth/introspect", form)).await.assert_error(400, "invalid_request");
    }
    let hinted = [("token", "x"), ("token_type_hint", "unheard_of")];
    assert_eq!(server.send(SERVER.ask("/oauth/introspect", &hinted)).await.json(), json!({ "active": false }));
}

#[tokio::test]
async fn a_token_of_a_client_that_is_switched_off_is_inactive() {
    let server = Server::seeded().await;
    let settings = json!({ "client_id": "batch", "client_name": "Batch", "grant_types": ["client_credentials"],
        "redirect_uris": [], "scope": "read:tools" });
    let made = make_client(&server, settings).await;
    let secret = made["client_secret"].as_str().expect("a secret");
    let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic("batch", secret);
    let without_grant = server.send(ask).await.text("access_token");
    let with_grant = flow::tokens(&server, &WEB).await.text("access_token");
    for (id, token) in [("batch", without_grant), (WEB.id, with_grant)] {
        assert!(flow::is_active(&server, &token).await);
        edit_client(&server, id, json!({ "disabled": true })).await;
        assert!(!flow::is_active(&server, &token).await);
    }
}
