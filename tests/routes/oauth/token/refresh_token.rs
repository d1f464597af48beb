//! `grant_type=refresh_token`: rotation, retries, replay.

use ostiary::model::audit::EventKind;
use serde_json::json;

use crate::support::admin::{edit_client, edit_user};
use crate::support::flow::{self, SERVER, TestClient, WEB};
use crate::support::forge::Jwt;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const DAY: u64 = 24 * 60 * 60;

/// A refresh that must work.
async fn refresh(server: &Server, client: &TestClient, from: &Reply) -> Reply {
    let reply = server.send(client.refresh(&from.text("refresh_token"))).await;
    reply.assert_status(200);
    reply
}

fn claims(reply: &Reply) -> serde_json::Value {
    Jwt::of(&reply.text("access_token")).claims
}

#[tokio::test]
async fn a_refresh_gives_a_new_refresh_token_and_an_access_token_of_the_same_grant() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &WEB).await;
    server.advance(60);
    let second = refresh(&server, &WEB, &first).await;
    assert_ne!(first.text("refresh_token"), second.text("refresh_token"));
    assert_ne!(claims(&first)["jti"], claims(&second)["jti"]);
    assert_eq!(second.json()["expires_in"], 1800);
    assert_eq!(second.text("scope"), "read:tools call:tools");
    assert!(flow::is_active(&server, &first.text("access_token")).await, "it lives to its own end");
}

#[tokio::test]
async fn ten_refreshes_of_one_token_are_one_successor_and_one_jti() {
    let server = Server::seeded().await;
    for client in [WEB, SERVER] {
        let first = flow::tokens(&server, &client).await;
        let once = refresh(&server, &client, &first).await;
        for second in 1..10 {
            server.advance(1);
            let again = refresh(&server, &client, &first).await;
            assert_eq!(again.text("refresh_token"), once.text("refresh_token"));
            assert_eq!(claims(&again), claims(&once));
            assert_eq!(again.json()["expires_in"], 1800 - second, "exp − now");
        }
        refresh(&server, &client, &once).await;
    }
}

#[tokio::test]
async fn a_replay_after_the_successor_was_used_ends_the_grant() {
    let server = Server::seeded().await;
    for client in [WEB, SERVER] {
        let first = flow::tokens(&server, &client).await;
        let second = refresh(&server, &client, &first).await;
        let third = refresh(&server, &client, &second).await;
        server.events.take();
        let replay = server.send(client.refresh(&first.text("refresh_token"))).await;
        replay.assert_says(400, "invalid_grant", "the refresh token was used already; the grant has ended");
        assert!(server.events.take_kinds().contains(&EventKind::Replay));
        for tokens in [first, second, third] {
            assert!(!flow::is_active(&server, &tokens.text("access_token")).await);
            server.send(client.refresh(&tokens.text("refresh_token"))).await.assert_error(400, "invalid_grant");
        }
    }
}

#[tokio::test]
async fn a_public_clients_previous_token_is_good_within_the_retry_window_only() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &WEB).await;
    let second = refresh(&server, &WEB, &first).await;
    server.advance(60);
    refresh(&server, &WEB, &first).await;
    server.advance(1);
    server.send(WEB.refresh(&first.text("refresh_token"))).await.assert_error(400, "invalid_grant");
    assert!(!flow::is_active(&server, &second.text("access_token")).await, "the grant has ended");
}

#[tokio::test]
async fn a_confidential_clients_previous_token_is_good_until_its_successor_is_used() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &SERVER).await;
    let second = refresh(&server, &SERVER, &first).await;
    server.advance(7 * DAY);
    let again = refresh(&server, &SERVER, &first).await;
    assert_eq!(again.text("refresh_token"), second.text("refresh_token"));
    assert_ne!(claims(&again)["jti"], claims(&second)["jti"], "the token was over and is dated anew");
    assert_eq!(again.json()["expires_in"], 1800);
    assert!(flow::is_active(&server, &again.text("access_token")).await);
    refresh(&server, &SERVER, &again).await;
    server.send(SERVER.refresh(&first.text("refresh_token"))).await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn scope_may_narrow_but_never_widen_and_the_grant_keeps_its_own() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &WEB).await;
    let ask = |token: &str, scope: &str| {
        WEB.ask("/oauth/token", &[("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)])
    };
    let wider = server.send(ask(&first.text("refresh_token"), "read:tools agent:connect")).await;
    wider.assert_says(400, "invalid_scope", "the scope is wider than what was allowed");
    let narrow = server.send(ask(&first.text("refresh_token"), "read:tools")).await;
    assert_eq!(narrow.text("scope"), "read:tools");
    assert_eq!(claims(&narrow)["scope"], "read:tools");
    let whole = refresh(&server, &WEB, &narrow).await;
    assert_eq!(whole.text("scope"), "read:tools call:tools");
}

#[tokio::test]
async fn a_token_of_another_client_forged_or_cut_is_refused_and_ends_nothing() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    let token = tokens.text("refresh_token");
    let unknown = "the refresh token is not known";
    server.send(SERVER.refresh(&token)).await.assert_says(400, "invalid_grant", unknown);
    let parts: Vec<&str> = token.split('.').collect();
    let (grant, mac) = (parts[0], parts[2]);
    for forged in [
        &format!("{grant}.2.{mac}"),
        &format!("{grant}.0.{mac}"),
        &format!("{grant}.1.{}", "A".repeat(43)),
        &format!("{grant}.01.{mac}"),
        &format!("{grant}.1.{}", &mac[1..]),
        &format!("{}.1.{mac}", "A".repeat(43)),
        &token[..token.len() - 2],
        &format!("{token}."),
        &tokens.text("access_token"),
        "x",
    ] {
        server.send(WEB.refresh(forged)).await.assert_says(400, "invalid_grant", unknown);
    }
    assert!(flow::is_active(&server, &tokens.text("access_token")).await);
    refresh(&server, &WEB, &tokens).await;
}

#[tokio::test]
async fn a_refresh_token_ends_after_its_days_without_use_and_the_grant_after_its_own() {
    let server = Server::with(&[("REFRESH_TOKEN_TTL_DAYS", "30"), ("GRANT_TTL_DAYS", "40")]).seed().await;
    let first = flow::tokens(&server, &WEB).await;
    let unused = flow::tokens(&server, &WEB).await;
    server.advance(30 * DAY - 1);
    let second = refresh(&server, &WEB, &first).await;
    server.advance(1);
    server.send(WEB.refresh(&unused.text("refresh_token"))).await.assert_error(400, "invalid_grant");
    server.advance(10 * DAY);
    let at_the_end = server.send(WEB.refresh(&second.text("refresh_token"))).await;
    at_the_end.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn no_access_token_outlives_its_grant() {
    let server = Server::with(&[("GRANT_TTL_DAYS", "1")]).seed().await;
    let first = flow::tokens(&server, &WEB).await;
    server.advance(DAY - 600);
    assert_eq!(refresh(&server, &WEB, &first).await.json()["expires_in"], 600);
}

#[tokio::test]
async fn a_disabled_user_or_a_new_password_ends_refresh_and_tokens() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &WEB).await;
    server.advance(1);
    edit_user(&server, "alice", json!({ "disabled": true })).await;
    server.send(WEB.refresh(&first.text("refresh_token"))).await.assert_says(
        400,
        "invalid_grant",
        "the grant has ended",
    );
    assert!(!flow::is_active(&server, &first.text("access_token")).await);
    let me = server.send(Ask::get("/api/oauth/clients/me").bearer(&first.text("access_token"))).await;
    me.assert_error(401, "invalid_token");
    edit_user(&server, "alice", json!({ "disabled": false })).await;
    assert!(!flow::is_active(&server, &first.text("access_token")).await, "what began before stays dead");
    let second = flow::tokens(&server, &WEB).await;

    edit_user(&server, "alice", json!({ "password": "a new password" })).await;
    server.send(WEB.refresh(&second.text("refresh_token"))).await.assert_error(400, "invalid_grant");
    assert!(!flow::is_active(&server, &second.text("access_token")).await);
}

#[tokio::test]
async fn a_scope_taken_from_the_client_is_in_no_new_token() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &WEB).await;
    edit_client(&server, WEB.id, json!({ "scope": "read:tools" })).await;
    let second = refresh(&server, &WEB, &first).await;
    assert_eq!(second.text("scope"), "read:tools");
    edit_client(&server, WEB.id, json!({ "scope": "agent:connect" })).await;
    server.send(WEB.refresh(&second.text("refresh_token"))).await.assert_error(400, "invalid_scope");
}

#[tokio::test]
async fn a_resource_that_was_not_allowed_is_refused_and_nothing_rotates() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &WEB).await;
    let token = first.text("refresh_token");
    let ask = |resource: &str| {
        let form = [("grant_type", "refresh_token"), ("refresh_token", &token), ("resource", resource)];
        WEB.ask("/oauth/token", &form)
    };
    server.send(ask("https://api.example")).await.assert_error(400, "invalid_target");
    assert_eq!(server.send(SERVER.introspect(&token)).await.json()["active"], false, "it is another client's");
    let second = server.send(ask(server.issuer())).await;
    assert_eq!(claims(&second)["aud"], server.issuer());
    assert!(second.text("refresh_token").contains(".2."), "the first step");
}
