//! Stores that fail at the token endpoint and our resources: 503, nothing of the inside, and a later try works.

use std::collections::HashMap;
use std::time::Duration;

use ostiary::model::code::CodeRecord;
use ostiary::model::grant::GrantState;

use crate::support::fault::Fault;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::forge::Jwt;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

#[track_caller]
fn assert_unavailable(reply: &Reply) {
    reply.assert_says(503, "temporarily_unavailable", "the server cannot answer right now; try again");
    let seconds: u32 = reply.header("retry-after").parse().expect("Retry-After in seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_kv_that_is_blind_or_fails_loses_nobodys_code() {
    let server = Server::seeded().await;
    for fault in [Fault::None, Fault::Fail, Fault::FailAfterEffect] {
        server.codes.set_blind(fault == Fault::None);
        server.codes.fault.set(fault);
        let code = flow::code(&server, &WEB).await;
        server.send(WEB.redeem(&code)).await.assert_status(200);
        server.advance(2);
        let replay = server.send(WEB.redeem(&code)).await;
        replay.assert_says(400, "invalid_grant", "the code was used already");
        let late = flow::code(&server, &WEB).await;
        server.advance(60);
        server.send(WEB.redeem(&late)).await.assert_says(400, "invalid_grant", "the code has expired");
    }
}

#[tokio::test]
async fn what_kv_says_counts_only_where_the_row_says_the_same() {
    let server = Server::seeded().await;
    let as_the_row: fn(&mut CodeRecord) = |_| {};
    let answered_again: fn(&mut CodeRecord) = |record| {
        record.auth_time = record.auth_time + Duration::from_secs(4);
        record.expires_at = record.expires_at + Duration::from_secs(4);
    };
    let of_nobody: fn(&mut CodeRecord) = |record| {
        record.code_challenge = None;
        record.resources = vec!["https://elsewhere.example".to_owned()];
    };
    for change in [as_the_row, answered_again, of_nobody] {
        server.codes.set_records(HashMap::new());
        let code = flow::code(&server, &WEB).await;
        let mut records = server.codes.records();
        let row = records.values().next().expect("a record").clone();
        records.values_mut().for_each(change);
        server.codes.set_records(records);
        server.send(WEB.redeem(&code)).await.assert_status(200);
        let grant_id = code.split_once('.').expect("a grant").0;
        let live = |state| if let GrantState::Live(grant) = state { Some(grant) } else { None };
        let grant = server.grants.state(grant_id).and_then(live).expect("a live grant");
        assert_eq!((grant.authority.auth_time, grant.code_expires_at), (row.auth_time, row.expires_at));
        assert_eq!(grant.authority.resources, row.resources);
    }
}

#[tokio::test]
async fn a_database_that_fails_is_503_and_neither_code_nor_token_is_lost() {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    let tokens = flow::tokens(&server, &WEB).await;
    let token = tokens.text("refresh_token");
    let knows_the_client = server.fresh_isolate();
    knows_the_client.send(WEB.refresh("x")).await.assert_error(400, "invalid_grant");
    server.database.fault.set(Fault::Fail);
    for isolate in [&knows_the_client, &server.fresh_isolate()] {
        assert_unavailable(&isolate.send(WEB.redeem(&code)).await);
        assert_unavailable(&isolate.send(WEB.refresh(&token)).await);
        assert_unavailable(&isolate.send(SERVER.introspect(&tokens.text("access_token"))).await);
        let me = Ask::get("/api/oauth/clients/me").bearer(&tokens.text("access_token"));
        assert_unavailable(&isolate.send(me).await);
        assert_unavailable(&isolate.as_admin(Ask::get("/admin/api/users")).await);
    }
    server.database.fault.set(Fault::None);
    server.send(WEB.redeem(&code)).await.assert_status(200);
    server.send(WEB.refresh(&token)).await.assert_status(200);
}

#[tokio::test]
async fn a_grant_object_that_fails_is_503_and_neither_code_nor_token_is_lost() {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    let tokens = flow::tokens(&server, &WEB).await;
    server.grants.fault.set(Fault::Fail);
    assert_unavailable(&server.send(WEB.redeem(&code)).await);
    assert_unavailable(&server.send(WEB.refresh(&tokens.text("refresh_token"))).await);
    assert_unavailable(&server.send(WEB.revoke(&tokens.text("refresh_token"))).await);
    assert_unavailable(&server.send(SERVER.introspect(&tokens.text("access_token"))).await);
    server.grants.fault.set(Fault::None);
    server.send(WEB.redeem(&code)).await.assert_status(200);
    server.send(WEB.refresh(&tokens.text("refresh_token"))).await.assert_status(200);
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_gets_the_same_successor_on_retry() {
    let server = Server::seeded().await;
    for client in [WEB, SERVER] {
        let token = flow::tokens(&server, &client).await.text("refresh_token");
        server.grants.fault.set_once_after(0, Fault::FailAfterEffect);
        assert_unavailable(&server.send(client.refresh(&token)).await);
        let retried = server.send(client.refresh(&token)).await;
        let again = server.send(client.refresh(&token)).await;
        assert_eq!(retried.text("refresh_token"), again.text("refresh_token"));
        assert!(retried.text("refresh_token").contains(".2."), "one step, not two");
        let claims = |reply: &Reply| Jwt::of(&reply.text("access_token")).claims;
        assert_eq!(claims(&retried), claims(&again));
        server.send(client.refresh(&retried.text("refresh_token"))).await.assert_status(200);
    }
}

#[tokio::test]
async fn a_refresh_that_rotated_beside_a_failing_database_can_be_repeated() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("refresh_token");
    server.database.fault.set_once_after(0, Fault::Fail);
    assert_unavailable(&server.send(WEB.refresh(&token)).await);
    server.send(WEB.refresh(&token)).await.assert_status(200);
}

#[tokio::test]
async fn a_public_client_outlives_a_database_that_fails_for_longer_than_the_retry_window() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("refresh_token");
    server.database.fault.set(Fault::Fail);
    for _ in 0..4 {
        assert_unavailable(&server.send(WEB.refresh(&token)).await);
        server.advance(25); // what the isolate knows of the client lasts for 30 s
    }
    server.database.fault.set(Fault::None);
    let tokens = server.send(WEB.refresh(&token)).await;
    assert!(tokens.assert_status(200).text("refresh_token").contains(".2."), "one step, not five");
    server.advance(61);
    server.send(WEB.refresh(&token)).await.assert_error(400, "invalid_grant");
    assert!(!flow::is_active(&server, &tokens.text("access_token")).await, "now it was a replay");
}

#[tokio::test]
async fn a_redemption_whose_answer_was_lost_is_never_a_second_success() {
    let server = Server::seeded().await;
    for wait in [0, 5] {
        let code = flow::code(&server, &WEB).await;
        server.grants.fault.set_once_after(0, Fault::FailAfterEffect);
        assert_unavailable(&server.send(WEB.redeem(&code)).await);
        server.advance(wait);
        let retried = server.send(WEB.redeem(&code)).await;
        retried.assert_says(400, "invalid_grant", "the code was used already");
    }
    flow::tokens(&server, &WEB).await.assert_status(200);
}

#[tokio::test]
async fn a_revocation_that_failed_half_way_can_be_repeated() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    server.grants.fault.set_once_after(0, Fault::FailAfterEffect);
    assert_unavailable(&server.send(WEB.revoke(&tokens.text("refresh_token"))).await);
    assert!(!flow::is_active(&server, &tokens.text("access_token")).await, "the object has decided");
    server.send(WEB.revoke(&tokens.text("refresh_token"))).await.assert_status(200);

    let own = server.send(SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])).await;
    server.database.fault.set_once_after(0, Fault::FailAfterEffect);
    assert_unavailable(&server.send(SERVER.revoke(&own.text("access_token"))).await);
    server.send(SERVER.revoke(&own.text("access_token"))).await.assert_status(200);
    assert!(!flow::is_active(&server, &own.text("access_token")).await);
}

#[tokio::test]
async fn a_replay_is_refused_and_ends_the_grant_though_the_list_cannot_be_told() {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    let tokens = server.send(WEB.redeem(&code)).await;
    server.advance(2);
    server.database.fault.set_once_after(0, Fault::Fail);
    server.send(WEB.redeem(&code)).await.assert_error(400, "invalid_grant");
    assert!(!flow::is_active(&server, &tokens.text("access_token")).await);
}

#[tokio::test]
async fn nothing_of_the_inside_is_told() {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    server.database.fault.set(Fault::Fail);
    let reply = server.send(WEB.redeem(&code)).await;
    for inside in ["fault of the test", "database", "SQL", "D1"] {
        assert!(!reply.body.contains(inside), "{}", reply.body);
    }
}
