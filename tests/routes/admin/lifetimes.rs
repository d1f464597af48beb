//! How long what a client is given lives, where an administrator made that shorter than the operator did for all.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::admin::{edit_client, make_client};
use crate::support::flow::{self, SERVER, TestClient, WEB};
use crate::support::forge::Jwt;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const HOUR: u64 = 60 * 60;

/// How long an access token says that it lives, in the answer and in itself, and until when it says so by introspection.
async fn life(server: &Server, answer: &Reply) -> i64 {
    let token = answer.assert_status(200).text("access_token");
    let claims = Jwt::of(&token).claims;
    let seconds = claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat");
    assert_eq!(answer.json()["expires_in"], seconds);
    assert_eq!(server.send(SERVER.introspect(&token)).await.json()["exp"], claims["exp"]);
    seconds
}

async fn refreshed(server: &Server, client: &TestClient, from: &Reply) -> Reply {
    server.send(client.refresh(&from.text("refresh_token"))).await
}

#[tokio::test]
async fn lifetimes_are_shown_and_go_with_a_nought() {
    let server = Server::seeded().await;
    let some = json!({ "access_token_minutes": 5, "refresh_token_hours": 48, "grant_hours": 100 });
    let mut new = some.clone();
    new["client_name"] = json!("App");
    new["redirect_uris"] = json!(["https://a.example/cb"]);
    let made = make_client(&server, new).await;
    let id = made["client_id"].as_str().expect("an id");
    let of = |shown: &Value| {
        let member = |name: &str| shown[name].clone();
        json!([member("access_token_minutes"), member("refresh_token_hours"), member("grant_hours")])
    };
    assert_eq!(of(&made), json!([5, 48, 100]));
    let edited = edit_client(&server, id, json!({ "refresh_token_hours": 0, "grant_hours": 99 })).await;
    assert_eq!(of(&edited), json!([5, null, 99]));
    let edited = edit_client(&server, id, json!({ "client_name": "Other", "grant_hours": null })).await;
    assert_eq!(of(&edited), json!([5, null, 99]), "what is not named stays");
    let other = edit_client(&server, WEB.id, json!({ "access_token_minutes": 30 })).await;
    assert_eq!(of(&other), json!([30, null, null]), "as long as for all is not too long");
}

#[tokio::test]
async fn no_lifetime_is_longer_than_for_all() {
    let server = Server::with(&[("REFRESH_TOKEN_TTL_DAYS", "2"), ("GRANT_TTL_DAYS", "3")]).seed().await;
    let path = format!("/admin/api/clients/{}", WEB.id);
    for (member, most) in [("access_token_minutes", 30), ("refresh_token_hours", 48), ("grant_hours", 72)] {
        for number in [most + 1, -1, i64::MIN, i64::MAX] {
            let reply = server.as_admin(Ask::json(Method::PATCH, &path, &json!({ member: number }))).await;
            let problem = format!("{member} is a number up to {most}, as this server is set; 0 is that setting");
            reply.assert_field(400, "invalid_request", member).assert_says(400, "invalid_request", &problem);
        }
        edit_client(&server, WEB.id, json!({ member: most })).await;
        let reply = server.as_admin(Ask::json(Method::PATCH, &path, &json!({ member: 1.5 }))).await;
        reply.assert_field(400, "invalid_request", member);
    }
}

#[tokio::test]
async fn an_access_token_of_every_grant_lives_as_long_as_its_client_may_have_it() {
    let server = Server::seeded().await;
    for client in [WEB, SERVER] {
        edit_client(&server, client.id, json!({ "access_token_minutes": 2 })).await;
        let tokens = flow::tokens(&server, &client).await;
        assert_eq!(life(&server, &tokens).await, 120);
        let again = refreshed(&server, &client, &tokens).await;
        assert_eq!(life(&server, &again).await, 120);
        server.advance(121);
        assert!(!flow::is_active(&server, &again.text("access_token")).await);
    }
    let itself = server.send(SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])).await;
    assert_eq!(life(&server, &itself).await, 120);
    edit_client(&server, SERVER.id, json!({ "access_token_minutes": 0 })).await;
    assert_eq!(life(&server, &flow::tokens(&server, &SERVER).await).await, 1800);
}

#[tokio::test]
async fn a_change_is_for_the_next_token_of_a_grant_that_lives() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    assert_eq!(life(&server, &tokens).await, 1800);
    edit_client(&server, WEB.id, json!({ "access_token_minutes": 1 })).await;
    assert!(flow::is_active(&server, &tokens.text("access_token")).await);
    let next = refreshed(&server, &WEB, &tokens).await;
    assert_eq!(life(&server, &next).await, 60);
}

#[tokio::test]
async fn a_grant_that_is_not_used_ends_after_its_clients_hours() {
    let server = Server::seeded().await;
    edit_client(&server, WEB.id, json!({ "refresh_token_hours": 2 })).await;
    let first = flow::tokens(&server, &WEB).await;
    server.advance(2 * HOUR - 1);
    let second = refreshed(&server, &WEB, &first).await;
    second.assert_status(200);
    server.advance(2 * HOUR);
    refreshed(&server, &WEB, &second).await.assert_error(400, "invalid_grant");
    let other = flow::tokens(&server, &SERVER).await;
    server.advance(3 * HOUR);
    refreshed(&server, &SERVER, &other).await.assert_status(200);
}

#[tokio::test]
async fn a_grant_ends_after_its_clients_hours_however_often_it_is_used() {
    let server = Server::seeded().await;
    edit_client(&server, WEB.id, json!({ "grant_hours": 3 })).await;
    let mut tokens = flow::tokens(&server, &WEB).await;
    for _ in 0..2 {
        server.advance(HOUR);
        tokens = refreshed(&server, &WEB, &tokens).await;
        tokens.assert_status(200);
    }
    server.advance(HOUR - 60);
    tokens = refreshed(&server, &WEB, &tokens).await;
    assert_eq!(life(&server, &tokens).await, 60, "no token outlives its grant");
    server.advance(60);
    refreshed(&server, &WEB, &tokens).await.assert_error(400, "invalid_grant");
}

/// The operator's word is for all, also when it is said later.
#[tokio::test]
async fn a_setting_that_was_shortened_since_is_the_shorter_one() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "access_token_minutes": 20 })).await;
    let server = server.redeployed(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "10")]);
    assert_eq!(life(&server, &flow::tokens(&server, &SERVER).await).await, 600);
    // What was allowed before does not stand in the way of another change.
    edit_client(&server, SERVER.id, json!({ "client_name": "Other" })).await;
}
