//! What an isolate keeps for half a minute: it spares the database, confirms only, and is not believed longer.

use serde_json::json;

use crate::support::admin::{edit_client, edit_user};
use crate::support::flow::{self, SERVER, WEB};
use crate::support::request::Ask;
use crate::support::server::Server;

fn me(token: &str) -> Ask {
    Ask::get("/api/oauth/clients/me").bearer(token)
}

/// A server whose isolate has seen both tokens of a grant at work.
async fn known() -> (Server, String, String) {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    let tokens = server.send(WEB.refresh(&tokens.text("refresh_token"))).await;
    let (access_token, refresh_token) = (tokens.text("access_token"), tokens.text("refresh_token"));
    server.send(me(&access_token)).await.assert_status(200);
    assert!(flow::is_active(&server, &access_token).await);
    server.hops.take();
    (server, access_token, refresh_token)
}

#[tokio::test]
async fn a_token_in_use_asks_the_database_once_in_half_a_minute_and_its_grant_every_time() {
    let (server, access_token, refresh_token) = known().await;
    for ask in [me(&access_token), SERVER.introspect(&access_token), SERVER.introspect(&refresh_token)] {
        server.send(ask).await.assert_status(200);
        assert_eq!(server.hops.take(), ["grants"]);
    }
    server.send(WEB.refresh(&refresh_token)).await.assert_status(200);
    assert_eq!(server.hops.take(), ["grants"]);
    server.advance(31);
    server.send(me(&access_token)).await.assert_status(200);
    let mut hops = server.hops.take();
    hops.sort_unstable();
    assert_eq!(
        hops,
        ["database", "database", "database", "grants"],
        "what was known is too old: who stands behind it, the clients, the keys"
    );
}

#[tokio::test]
async fn a_user_or_client_switched_off_in_another_isolate_is_dead_within_half_a_minute() {
    for of_user in [true, false] {
        let (server, access_token, refresh_token) = known().await;
        let elsewhere = server.fresh_isolate();
        server.advance(1);
        if of_user {
            edit_user(&elsewhere, "alice", json!({ "disabled": true })).await;
        } else {
            edit_client(&elsewhere, "demo-web", json!({ "disabled": true })).await;
        }
        elsewhere.send(me(&access_token)).await.assert_status(401);
        server.advance(30);
        server.send(me(&access_token)).await.assert_status(401);
        assert!(!flow::is_active(&server, &access_token).await);
        let refused = server.send(WEB.refresh(&refresh_token)).await.status;
        assert_eq!(refused, if of_user { 400 } else { 401 });
    }
}

#[tokio::test]
async fn the_isolate_that_switched_them_off_knows_at_once() {
    for of_user in [true, false] {
        let (server, access_token, refresh_token) = known().await;
        server.advance(1);
        if of_user {
            edit_user(&server, "alice", json!({ "disabled": true })).await;
        } else {
            edit_client(&server, "demo-web", json!({ "disabled": true })).await;
        }
        server.send(me(&access_token)).await.assert_status(401);
        assert!(!flow::is_active(&server, &access_token).await);
        assert_ne!(server.send(WEB.refresh(&refresh_token)).await.status, 200);
    }
}

#[tokio::test]
async fn what_is_kept_refuses_nobody() {
    let (server, access_token, _) = known().await;
    let elsewhere = server.fresh_isolate();
    server.advance(1);
    edit_user(&elsewhere, "alice", json!({ "disabled": true })).await;
    server.advance(30);
    server.send(me(&access_token)).await.assert_status(401);
    edit_user(&elsewhere, "alice", json!({ "disabled": false })).await;
    let tokens = flow::tokens(&server, &WEB).await;
    server.send(me(&tokens.text("access_token"))).await.assert_status(200);
}

#[tokio::test]
async fn a_token_that_was_verified_is_over_at_its_end_and_taken_back_at_once() {
    let server = Server::with(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "1")]).seed().await;
    let (first, second) = (flow::tokens(&server, &WEB).await, flow::tokens(&server, &WEB).await);
    server.advance(59);
    for tokens in [&first, &second] {
        server.send(me(&tokens.text("access_token"))).await.assert_status(200);
    }
    server.send(WEB.revoke(&first.text("access_token"))).await.assert_status(200);
    server.send(me(&first.text("access_token"))).await.assert_status(401);
    server.advance(1);
    server.send(me(&second.text("access_token"))).await.assert_status(401);
}

#[tokio::test]
async fn a_code_is_exchanged_where_it_was_issued_by_one_hop_and_still_only_once() {
    let (server, ..) = known().await;
    let code = flow::code(&server, &WEB).await;
    server.hops.take();
    server.send(WEB.redeem(&code)).await.assert_status(200);
    assert_eq!(server.hops.take(), ["grants"]);
    server.send(WEB.redeem(&code)).await.assert_status(400);
    server.fresh_isolate().send(WEB.redeem(&code)).await.assert_status(400);
}

#[tokio::test]
async fn a_code_of_a_user_who_was_switched_off_where_it_was_issued_is_dead_at_once() {
    let (server, ..) = known().await;
    let code = flow::code(&server, &WEB).await;
    edit_user(&server, "alice", json!({ "disabled": true })).await;
    server.send(WEB.redeem(&code)).await.assert_status(400);
}
