//! `/oauth/userinfo` (OpenID Connect Core 5.3): who may ask, and what they are told.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::admin::{edit_client, edit_user, user_id};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, TestClient, WEB};
use crate::support::forge::Jwt;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const PATH: &str = "/oauth/userinfo";

/// Tokens for `client` from alice, with these scopes.
async fn tokens(server: &Server, client: &TestClient, scope: &str) -> Reply {
    let reply = flow::authorize(&mut Browser::new(server), client, &[("scope", scope)]).await;
    let code = reply.location_parameter("code").unwrap_or_else(|| panic!("no code: {}", reply.body));
    server.send(client.redeem(&code)).await
}

async fn userinfo(server: &Server, token: &str) -> Reply {
    server.send(Ask::get(PATH).bearer(token)).await
}

async fn assert_invalid(server: &Server, token: &str, why: &str) {
    let reply = userinfo(server, token).await;
    assert_eq!(reply.status, 401, "{why}: {}", reply.body);
    reply.assert_error(401, "invalid_token");
    assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"ostiary\", error=\"invalid_token\"", "{why}");
}

#[tokio::test]
async fn a_token_without_openid_is_told_which_scope_it_lacks() {
    let server = Server::seeded().await;
    let token = tokens(&server, &WEB, "read:tools email").await.text("access_token");
    let reply = userinfo(&server, &token).await;
    reply.assert_says(403, "insufficient_scope", "the access token lacks the scope openid");
    let challenge = "Bearer realm=\"ostiary\", error=\"insufficient_scope\", scope=\"openid\"";
    assert_eq!(reply.header("www-authenticate"), challenge);
}

#[tokio::test]
async fn without_a_token_the_challenge_names_the_scheme_and_no_error() {
    let server = Server::seeded().await;
    let token = tokens(&server, &WEB, "openid").await.text("access_token");
    let in_json = json!({ "access_token": token });
    for ask in [
        Ask::get(PATH),
        Ask::get(&format!("{PATH}?access_token={token}")),
        Ask::get(PATH).basic(SERVER.id, "demo-server-secret"),
        Ask::get(PATH).bearer(&token).bearer(&token),
        Ask::method(Method::POST, PATH),
        Ask::post(PATH, &[]),
        Ask::post(PATH, &[("access_token", "")]),
        Ask::json(Method::POST, PATH, &in_json),
    ] {
        let reply = server.send(ask.clone()).await;
        reply.assert_error(401, "invalid_token");
        assert_eq!(reply.header("www-authenticate"), "Bearer realm=\"ostiary\"", "{ask:?}");
    }
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    assert_eq!(browser.open(PATH).await.status, 401, "a session cookie opens nothing here");
}

#[tokio::test]
async fn a_token_is_sent_in_one_way_only() {
    let server = Server::seeded().await;
    let token = tokens(&server, &WEB, "openid").await.text("access_token");
    let both = Ask::post(PATH, &[("access_token", &token)]).bearer(&token);
    let twice = Ask::post(PATH, &[("access_token", &token), ("access_token", &token)]);
    for ask in [both, twice] {
        server.send(ask).await.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn an_answer_is_not_stored_and_both_paths_and_methods_give_it() {
    let server = Server::seeded().await;
    let token = tokens(&server, &WEB, "openid email").await.text("access_token");
    let alice = user_id(&server, "alice").await;
    let expected = json!({ "sub": alice, "email": "alice@example.com", "email_verified": true });
    for path in [PATH, "/userinfo"] {
        for method in [Method::GET, Method::POST] {
            let reply = server.send(Ask::method(method, path).bearer(&token)).await;
            assert_eq!((reply.status.as_u16(), reply.json()), (200, expected.clone()));
            assert_eq!((reply.header("cache-control"), reply.header("content-type")), ("no-store", "application/json"));
        }
        server.send(Ask::method(Method::PUT, path).bearer(&token)).await.assert_error(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn what_is_known_of_the_person_is_told_as_it_is_now() {
    let server = Server::seeded().await;
    let token = tokens(&server, &WEB, "openid profile").await.text("access_token");
    server.advance(90);
    edit_user(&server, "alice", json!({ "claims": { "nickname": "Al" } })).await;
    let alice = user_id(&server, "alice").await;
    let expected = json!({
        "sub": alice, "nickname": "Al", "name": "alice", "preferred_username": "alice", "updated_at": 1_800_000_090,
    });
    assert_eq!(userinfo(&server, &token).await.json(), expected, "what is not known is left out, never null (5.3.2)");
}

#[tokio::test]
async fn a_token_that_is_over_revoked_or_of_an_ended_grant_is_refused() {
    let server = Server::seeded().await;
    let over = tokens(&server, &WEB, "openid").await.text("access_token");
    server.advance(30 * 60);
    assert_invalid(&server, &over, "over").await;

    let revoked = tokens(&server, &WEB, "openid").await.text("access_token");
    userinfo(&server, &revoked).await.assert_status(200);
    server.send(WEB.revoke(&revoked)).await.assert_status(200);
    assert_invalid(&server, &revoked, "revoked").await;

    let ended = tokens(&server, &WEB, "openid").await;
    userinfo(&server, &ended.text("access_token")).await.assert_status(200);
    server.send(WEB.revoke(&ended.text("refresh_token"))).await.assert_status(200);
    assert_invalid(&server, &ended.text("access_token"), "its grant has ended").await;
}

#[tokio::test]
async fn a_user_who_is_switched_off_or_began_anew_is_not_told_of() {
    for change in [json!({ "disabled": true }), json!({ "password": "another horse" }), json!({ "role": "admin" })] {
        let server = Server::seeded().await;
        let token = tokens(&server, &WEB, "openid").await.text("access_token");
        userinfo(&server, &token).await.assert_status(200);
        server.advance(1);
        edit_user(&server, "alice", change.clone()).await;
        assert_invalid(&server, &token, &change.to_string()).await;
        assert_invalid(&server.fresh_isolate(), &token, &change.to_string()).await;
    }
}

#[tokio::test]
async fn a_client_that_is_switched_off_is_told_nothing() {
    let server = Server::seeded().await;
    let token = tokens(&server, &WEB, "openid").await.text("access_token");
    userinfo(&server, &token).await.assert_status(200);
    edit_client(&server, WEB.id, json!({ "disabled": true })).await;
    assert_invalid(&server, &token, "its client is switched off").await;
}

#[tokio::test]
async fn a_token_that_no_person_allowed_tells_of_nobody() {
    let server = Server::seeded().await;
    let form = [("grant_type", "client_credentials"), ("scope", "openid")];
    let reply = server.send(SERVER.ask("/oauth/token", &form)).await;
    reply.assert_error(400, "invalid_scope");
    let form = [("grant_type", "client_credentials"), ("scope", "read:tools")];
    let token = server.send(SERVER.ask("/oauth/token", &form)).await.text("access_token");
    userinfo(&server, &token).await.assert_error(403, "insufficient_scope");
    let widened = Jwt::of(&token).claim("scope", json!("openid")).signed(&server).await;
    assert_invalid(&server, &widened, "though it were signed with openid").await;
}

/// docs/security.md: UserInfo takes a token whose audience holds the issuer; our other paths want it to be the only one.
#[tokio::test]
async fn a_token_for_an_api_and_the_issuer_is_for_userinfo_and_one_without_the_issuer_is_not() {
    let server = Server::seeded().await;
    let token = Jwt::of(&tokens(&server, &WEB, "openid").await.text("access_token"));
    assert_eq!(token.claims["aud"], server.issuer());
    let both = token.clone().claim("aud", json!(["https://api.example", server.issuer()])).signed(&server).await;
    userinfo(&server, &both).await.assert_status(200);
    server.send(Ask::get("/api/oauth/clients/me").bearer(&both)).await.assert_error(401, "invalid_token");
    for aud in [json!("https://api.example"), json!([format!("{}/api", server.issuer())]), json!([])] {
        let elsewhere = token.clone().claim("aud", aud.clone()).signed(&server).await;
        assert_invalid(&server, &elsewhere, &aud.to_string()).await;
    }
}

#[tokio::test]
async fn a_program_in_a_browser_of_any_origin_may_ask_and_never_with_cookies() {
    let server = Server::seeded().await;
    let token = tokens(&server, &WEB, "openid").await.text("access_token");
    for path in [PATH, "/userinfo"] {
        for (ask, status) in [(Ask::get(path).bearer(&token), 200), (Ask::get(path), 401)] {
            let reply = server.send(ask.header("origin", "https://app.example")).await;
            assert_eq!(reply.status.as_u16(), status);
            assert_eq!(reply.header("access-control-allow-origin"), "*");
            assert_eq!(reply.header("access-control-expose-headers"), "www-authenticate,retry-after");
            assert!(reply.headers.get("access-control-allow-credentials").is_none());
        }
        let preflight = Ask::method(Method::OPTIONS, path)
            .header("origin", "https://app.example")
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization");
        let reply = server.send(preflight).await;
        assert_eq!((reply.status.as_u16(), reply.header("access-control-allow-origin")), (200, "*"));
        assert!(reply.header("access-control-allow-headers").contains("authorization"));
    }
}

#[tokio::test]
async fn nobody_is_told_of_anybody_else() {
    let server = Server::seeded().await;
    let alices = tokens(&server, &WEB, "openid").await.text("access_token");
    let bob = user_id(&server, "bob").await;
    let as_bob = Jwt::of(&alices).claim("sub", json!(bob)).with_signature(&[1; 64]);
    assert_invalid(&server, &as_bob, "not signed by us").await;
    let told = userinfo(&server, &alices).await.json();
    assert_eq!(told["sub"], Value::from(user_id(&server, "alice").await));
}
