//! What was never given out counts as a guess, after it was found to be none of ours.

use axum::http::Method;
use ostiary::ports::Limit;
use serde_json::json;

use super::{ELSEWHERE, HERE, from};
use crate::support::flow::{self, SERVER, TestClient, WEB};
use crate::support::forge::Jwt;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};
use crate::support::tools;

const WRONG: TestClient = TestClient { secret: Some("wrong"), ..SERVER };
const UNKNOWN: TestClient = TestClient { id: "nobody", ..SERVER };

/// A token with the shape of ours that nobody signed.
const FORGED: &str = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.e30.AAAA";

fn guesses() -> Vec<(&'static str, Ask, u16)> {
    let forged_code = format!("{}.{}", "A".repeat(43), "A".repeat(43));
    let registration = Ask::json(Method::POST, "/oauth/register", &json!({})).bearer("wrong");
    vec![
        ("token", WRONG.ask("/oauth/token", &[("grant_type", "client_credentials")]), 401),
        ("token", UNKNOWN.ask("/oauth/token", &[("grant_type", "client_credentials")]), 401),
        ("token", WEB.redeem(&forged_code), 400),
        ("token", WEB.redeem("no code"), 400),
        ("token", WEB.refresh("no token"), 400),
        ("introspect", WRONG.introspect("x"), 401),
        ("introspect", UNKNOWN.introspect("x"), 401),
        ("revoke", WRONG.revoke("x"), 401),
        ("userinfo", Ask::get("/oauth/userinfo").bearer(FORGED), 401),
        ("userinfo", Ask::get("/oauth/userinfo").bearer("wrong"), 401),
        ("api", Ask::get("/api/users/me/tools").bearer(FORGED), 401),
        ("mcp", Ask::json(Method::POST, "/mcp", &json!({})).bearer(FORGED), 401),
        ("admin-api", Ask::get("/admin/api/users").header("x-admin-token", "wrong"), 401),
        ("admin-api", Ask::get("/admin/api/users").bearer("wrong"), 401),
        ("register", registration, 401),
        ("register", Ask::get("/oauth/register/demo-web").bearer("wrong"), 401),
        ("password-link", Ask::get("/password/wrong"), 410),
    ]
}

#[tokio::test]
async fn each_kind_of_guess_gets_its_own_refusal_up_to_the_limit_and_then_429_until_the_minute_is_over() {
    for (class, guess, status) in guesses() {
        let server = Server::with(&[("DYNAMIC_REGISTRATION", "token")]).seed().await;
        server.limiter.set(Limit::Guesses, 2);
        let what = format!("{guess:?}");
        for _ in 0..2 {
            assert_eq!(server.send(from(HERE, guess.clone())).await.status, status, "{what}");
        }
        let refused = server.send(from(HERE, guess.clone())).await;
        assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "60"), "{what}");
        assert!(refused.body.contains("too_many_requests"), "{what}");
        assert_eq!(refused.header("www-authenticate"), "", "{what}");
        assert_eq!(server.limiter.counted(Limit::Guesses), [format!("{class} {HERE}")], "{what}");
        assert_eq!(server.send(from(ELSEWHERE, guess.clone())).await.status, status, "elsewhere: {what}");
        server.advance(60);
        assert_eq!(server.send(from(HERE, guess)).await.status, status, "{what}");
    }
}

#[tokio::test]
async fn what_is_right_is_never_refused_because_of_guesses() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Guesses, 0);
    let tokens = flow::tokens(&server, &SERVER).await;
    for (_, guess, _) in guesses() {
        server.send(from(HERE, guess)).await;
    }
    server.send(from(HERE, SERVER.introspect("x"))).await.assert_status(200);
    server.send(from(HERE, SERVER.refresh(&tokens.text("refresh_token")))).await.assert_status(200);
    let admin = Ask::get("/admin/api/users").header("x-admin-token", ADMIN_TOKEN);
    server.send(from(HERE, admin)).await.assert_status(200);
    let own = Ask::get("/api/oauth/clients/me").bearer(&tokens.text("access_token"));
    server.send(from(HERE, own)).await.assert_status(200);
}

#[tokio::test]
async fn what_we_gave_out_and_what_is_missing_are_no_guesses() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &SERVER).await;
    let access = tokens.text("access_token");
    let over = Jwt::of(&access).claim("exp", json!(1)).signed(&server).await;
    let narrow = tools::token(&server, "alice", "read:tools").await;
    server.limiter.forget();
    server.send(SERVER.revoke(&access)).await.assert_status(200);
    for (ask, status) in [
        (Ask::get("/oauth/userinfo"), 401),
        (Ask::json(Method::POST, "/mcp", &json!({})), 401),
        (Ask::get("/admin/api/users"), 401),
        (Ask::get("/api/users/me/tools").bearer(&over), 401),
        (Ask::get("/api/oauth/clients/me").bearer(&access), 401),
        (Ask::get("/api/users/me/tools").bearer(&narrow), 403),
        (SERVER.ask("/oauth/token", &[("grant_type", "none of ours")]), 400),
        (SERVER.introspect("of no use"), 200),
        (Ask::get("/admin/api/users/no-such-id").header("x-admin-token", ADMIN_TOKEN), 404),
    ] {
        let what = format!("{ask:?}");
        assert_eq!(server.send(from(HERE, ask)).await.status, status, "{what}");
    }
    assert_eq!(server.limiter.counted(Limit::Guesses), Vec::<String>::new());
}

#[tokio::test]
async fn a_refresh_token_of_a_grant_that_nobody_remembers_is_no_guess() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &SERVER).await;
    let refresh = tokens.text("refresh_token");
    server.send(SERVER.revoke(&refresh)).await.assert_status(200);
    server.advance(100 * 24 * 60 * 60);
    server.grants.fire_alarms();
    server.send(from(HERE, SERVER.refresh(&refresh))).await.assert_error(400, "invalid_grant");
    assert_eq!(server.limiter.counted(Limit::Guesses), Vec::<String>::new());
}

#[tokio::test]
async fn a_known_and_an_unknown_client_are_told_the_same_also_when_it_is_too_often() {
    let server = Server::seeded().await;
    server.limiter.set(Limit::Guesses, 3);
    let ask = |client: &TestClient| client.ask("/oauth/token", &[("grant_type", "client_credentials")]);
    let mut told = Vec::new();
    for client in [&WRONG, &UNKNOWN, &WRONG, &UNKNOWN, &WRONG] {
        let reply = server.send(from(HERE, ask(client))).await;
        told.push((reply.status.as_u16(), reply.body));
    }
    assert_eq!(told[0], told[1]);
    assert_eq!(told[3], told[4]);
    assert_eq!((told[2].0, told[3].0), (401, 429));
}
