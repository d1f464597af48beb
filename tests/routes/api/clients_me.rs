//! `GET /api/oauth/clients/me` (A8), and the bearer check in front of it (RFC 6750).

use serde_json::json;

use crate::support::admin::user_client;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::forge::Jwt;
use crate::support::forgeries;
use crate::support::request::Ask;
use crate::support::server::Server;

const PATH: &str = "/api/oauth/clients/me";

/// What each challenge says beside the error (RFC 9728 section 5.1).
const DESCRIBED: &str = "scope=\"read:tools call:tools\", \
                         resource_metadata=\"http://localhost:8787/.well-known/oauth-protected-resource/api\"";

#[tokio::test]
async fn the_clients_of_the_tokens_user_are_listed_and_of_nobody_else() {
    let server = Server::seeded().await;
    for name in ["alice", "bob"] {
        let (id, secret) = user_client(&server, name).await;
        let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(&id, &secret);
        let token = server.send(ask).await.text("access_token");
        let reply = server.send(Ask::get(PATH).bearer(&token)).await;
        let expected = json!([{
            "client_id": id, "client_name": format!("{name} OAuth Client"),
            "redirect_uris": ["http://localhost:8501/oauth/callback"],
            "grant_types": ["authorization_code", "client_credentials", "refresh_token"],
            "created_at": "2027-01-15T08:00:00Z",
        }]);
        assert_eq!((reply.status.as_u16(), reply.json()), (200, expected));
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn without_a_token_the_challenge_names_the_scheme_and_no_error() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("access_token");
    let basic = Ask::get(PATH).basic("demo-server", "demo-server-secret");
    let in_the_query = Ask::get(&format!("{PATH}?access_token={token}"));
    let twice = Ask::get(PATH).bearer(&token).bearer(&token);
    for ask in [Ask::get(PATH), basic, in_the_query, twice] {
        let reply = server.send(ask).await;
        reply.assert_error(401, "invalid_token");
        assert_eq!(reply.header("www-authenticate"), format!("Bearer realm=\"ostiary\", {DESCRIBED}"));
    }
    assert_eq!(server.send(Ask::get(PATH).header("authorization", &format!("bearer {token}"))).await.status, 200);
}

#[tokio::test]
async fn a_session_cookie_opens_nothing_here() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    assert_eq!(browser.open(PATH).await.status, 401);
}

#[tokio::test]
async fn no_token_but_our_own_for_here_is_taken() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    let good = tokens.text("access_token");
    let mut wrong = forgeries::of(&server, &good).await;
    for (why, aud) in [
        ("for another API", json!("https://api.example")),
        ("for another API and the issuer", json!(["https://api.example", server.issuer()])),
        ("for nobody", json!([])),
    ] {
        wrong.push((why, Jwt::of(&good).claim("aud", aud).signed(&server).await));
    }
    wrong.push(("a refresh token", tokens.text("refresh_token")));
    for (why, token) in wrong {
        let reply = server.send(Ask::get(PATH).bearer(&token)).await;
        assert_eq!(reply.status, 401, "{why}: {}", reply.body);
        reply.assert_says(401, "invalid_token", "the access token is not valid here, expired or revoked");
        let challenge = format!("Bearer realm=\"ostiary\", error=\"invalid_token\", {DESCRIBED}");
        assert_eq!(reply.header("www-authenticate"), challenge, "{why}");
    }
    let for_the_api = Jwt::of(&good).claim("aud", json!([format!("{}/api", server.issuer()), "https://b.example"]));
    for token in [good, for_the_api.signed(&server).await] {
        assert_eq!(server.send(Ask::get(PATH).bearer(&token)).await.status, 200);
    }
}

#[tokio::test]
async fn a_token_without_a_user_is_refused_and_never_answered_with_an_empty_list() {
    let server = Server::seeded().await;
    let token = server.send(SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])).await;
    let reply = server.send(Ask::get(PATH).bearer(&token.text("access_token"))).await;
    reply.assert_says(403, "access_denied", "the access token acts for no user");
}

#[tokio::test]
async fn a_token_is_good_until_its_expiry_and_not_at_it() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("access_token");
    server.advance(30 * 60 - 1);
    assert_eq!(server.send(Ask::get(PATH).bearer(&token)).await.status, 200);
    server.advance(1);
    server.send(Ask::get(PATH).bearer(&token)).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn a_token_that_was_made_up_for_a_grant_that_never_was_is_refused() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("access_token");
    let jti = Jwt::of(&token).claims["jti"].as_str().expect("a jti").to_owned();
    let (grant_id, rest) = jti.split_once('.').expect("its parts");
    let never_redeemed = flow::code(&server, &WEB).await;
    let never_redeemed = never_redeemed.split('.').next().expect("a grant id");
    for jti in [format!("{never_redeemed}.{rest}"), format!("{grant_id}.2{}", &rest[1..])] {
        let forged = Jwt::of(&token).claim("jti", json!(jti)).signed(&server).await;
        server.send(Ask::get(PATH).bearer(&forged)).await.assert_error(401, "invalid_token");
    }
}
