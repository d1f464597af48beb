//! `GET /oauth/stats`

use ostiary::service::audit;
use ostiary::service::cleanup::clean_up;
use serde_json::{Value, json};

use crate::support::admin::{edit_client, edit_user};
use crate::support::fault::Fault;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

const ACCESS: u64 = 30 * 60;
const DAY: u64 = 86_400;

/// All that happened so far comes by the Queue.
async fn deliver(server: &Server) {
    audit::store(&server.app, server.events.take()).await.expect("kept");
}

async fn shown(server: &Server) -> Value {
    let reply = server.send(Ask::get("/oauth/stats").header("x-admin-token", ADMIN_TOKEN)).await;
    reply.assert_status(200);
    reply.json()
}

/// Codes, access tokens and refresh tokens, as they are without what the Queue has not brought yet.
async fn counts(server: &Server) -> [u64; 3] {
    let shown = shown(server).await;
    ["authorization_codes", "access_tokens", "refresh_tokens"].map(|name| shown[name].as_u64().expect(name))
}

async fn counts_after_delivery(server: &Server) -> [u64; 3] {
    deliver(server).await;
    counts(server).await
}

async fn client_token(server: &Server) -> String {
    let ask = SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")]);
    server.send(ask).await.assert_status(200).text("access_token")
}

#[tokio::test]
async fn it_says_by_which_settings_the_server_runs() {
    let changed = [("OAUTH_VALID_SCOPES", "photos:read"), ("OAUTH_DEFAULT_SCOPES", "read:tools photos:read")];
    let server = Server::with(&changed).seed().await;
    let shown = shown(&server).await;
    assert_eq!(shown["oauth_enabled"], true);
    assert_eq!(shown["issuer_url"], "http://localhost:8787");
    assert_eq!(shown["default_scopes"], json!(["read:tools", "photos:read"]));
    let valid: Vec<&str> = shown["valid_scopes"].as_array().expect("scopes").iter().filter_map(Value::as_str).collect();
    for scope in ["admin", "openid", "read:tools", "photos:read"] {
        assert!(valid.contains(&scope), "{valid:?}");
    }
    let clients = server.database.peek("SELECT COUNT(*) AS number FROM clients");
    assert_eq!(shown["clients"], clients[0]["number"]);
    let members: Vec<&String> = shown.as_object().expect("an object").keys().collect();
    let wanted =
        "access_tokens authorization_codes clients default_scopes issuer_url oauth_enabled refresh_tokens valid_scopes";
    let mut members: Vec<&str> = members.into_iter().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members.join(" "), wanted);
}

#[tokio::test]
async fn a_server_that_is_switched_off_says_so() {
    let server = Server::with(&[("OAUTH_ENABLED", "false")]);
    assert_eq!(shown(&server).await["oauth_enabled"], false);
}

#[tokio::test]
async fn one_flow_is_a_code_then_two_tokens_and_nothing_once_it_is_revoked() {
    let server = Server::seeded().await;
    assert_eq!(counts_after_delivery(&server).await, [0, 0, 0]);
    let code = flow::code(&server, &WEB).await;
    assert_eq!(counts_after_delivery(&server).await, [1, 0, 0]);
    let tokens = server.send(WEB.redeem(&code)).await;
    assert_eq!(counts(&server).await, [1, 0, 0], "the Queue has not brought it yet");
    assert_eq!(counts_after_delivery(&server).await, [0, 1, 1]);
    server.send(WEB.revoke(&tokens.text("refresh_token"))).await.assert_status(200);
    assert_eq!(counts_after_delivery(&server).await, [0, 0, 0]);
}

#[tokio::test]
async fn what_expires_is_not_counted_any_more() {
    let server = Server::seeded().await;
    flow::code(&server, &SERVER).await;
    flow::tokens(&server, &WEB).await;
    assert_eq!(counts_after_delivery(&server).await, [1, 1, 1]);
    server.advance(60);
    assert_eq!(counts(&server).await, [0, 1, 1], "the code");
    server.advance(ACCESS - 60 - 1);
    assert_eq!(counts(&server).await, [0, 1, 1]);
    server.advance(1);
    assert_eq!(counts(&server).await, [0, 0, 1], "the access token");
    server.advance(30 * DAY - ACCESS - 1);
    assert_eq!(counts(&server).await, [0, 0, 1]);
    server.advance(1);
    assert_eq!(counts(&server).await, [0, 0, 0], "the refresh token");
}

#[tokio::test]
async fn a_refresh_prolongs_both_tokens_and_makes_them_no_more() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    server.advance(ACCESS - 10);
    server.send(WEB.refresh(&tokens.text("refresh_token"))).await.assert_status(200);
    assert_eq!(counts_after_delivery(&server).await, [0, 1, 1]);
    server.advance(ACCESS - 1);
    assert_eq!(counts(&server).await, [0, 1, 1]);
    server.advance(30 * DAY - ACCESS);
    assert_eq!(counts(&server).await, [0, 0, 1]);
    server.advance(1);
    assert_eq!(counts(&server).await, [0, 0, 0]);
}

#[tokio::test]
async fn messages_may_come_twice_and_in_any_order() {
    let server = Server::seeded().await;
    let tokens = flow::tokens(&server, &WEB).await;
    let issued = server.events.take();
    server.advance(600);
    let refreshed = server.send(WEB.refresh(&tokens.text("refresh_token"))).await;
    client_token(&server).await;
    let later = server.events.take();
    server.send(WEB.revoke(&refreshed.text("access_token"))).await.assert_status(200);
    let revoked = server.events.take();
    for events in [&revoked, &later, &issued, &later, &revoked, &issued] {
        audit::store(&server.app, events.clone()).await.expect("kept");
    }
    assert_eq!(counts(&server).await, [0, 1, 1], "the client's own token, and the refresh token");
    server.advance(ACCESS - 1);
    assert_eq!(counts(&server).await, [0, 1, 1], "the later end counts");
}

#[tokio::test]
async fn an_access_token_that_is_revoked_goes_alone_and_an_older_one_takes_no_newer_along() {
    let server = Server::seeded().await;
    let first = flow::tokens(&server, &WEB).await;
    let second = server.send(WEB.refresh(&first.text("refresh_token"))).await;
    server.send(WEB.revoke(&first.text("access_token"))).await.assert_status(200);
    assert_eq!(counts_after_delivery(&server).await, [0, 1, 1]);
    server.send(WEB.revoke(&second.text("access_token"))).await.assert_status(200);
    assert_eq!(counts_after_delivery(&server).await, [0, 0, 1]);
    server.send(WEB.refresh(&second.text("refresh_token"))).await.assert_status(200);
    assert_eq!(counts_after_delivery(&server).await, [0, 1, 1]);
}

#[tokio::test]
async fn tokens_of_a_clients_own_count_until_they_are_revoked_or_over() {
    let server = Server::seeded().await;
    let token = client_token(&server).await;
    client_token(&server).await;
    assert_eq!(counts_after_delivery(&server).await, [0, 2, 0]);
    for _ in 0..2 {
        server.send(SERVER.revoke(&token)).await.assert_status(200);
        assert_eq!(counts_after_delivery(&server).await, [0, 1, 0], "revoked twice is revoked once");
    }
    server.advance(ACCESS - 1);
    assert_eq!(counts(&server).await, [0, 1, 0]);
    server.advance(6);
    assert_eq!(counts(&server).await, [0, 0, 0], "a few seconds late at most");
}

#[tokio::test]
async fn what_died_with_its_user_or_client_is_not_counted() {
    let server = Server::seeded().await;
    flow::tokens(&server, &WEB).await;
    flow::code(&server, &SERVER).await;
    assert_eq!(counts_after_delivery(&server).await, [1, 1, 1]);
    edit_client(&server, WEB.id, json!({ "disabled": true })).await;
    assert_eq!(counts(&server).await, [1, 0, 0], "its client is switched off");
    edit_user(&server, "alice", json!({ "disabled": true })).await;
    assert_eq!(counts(&server).await, [0, 0, 0], "its user is switched off");
    server.advance(2);
    edit_user(&server, "alice", json!({ "disabled": false })).await;
    assert_eq!(counts(&server).await, [0, 0, 0], "and began anew");
}

#[tokio::test]
async fn a_replay_ends_what_is_counted() {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    server.send(WEB.redeem(&code)).await.assert_status(200);
    server.advance(2);
    server.send(WEB.redeem(&code)).await.assert_error(400, "invalid_grant");
    assert_eq!(counts_after_delivery(&server).await, [0, 0, 0]);
}

#[tokio::test]
async fn a_batch_is_one_statement_for_all_its_grants_and_writes_nothing_when_it_comes_again() {
    let server = Server::seeded().await;
    for client in [&WEB, &SERVER, &WEB] {
        flow::tokens(&server, client).await;
    }
    let events = server.events.take();
    server.database.take_asked();
    audit::store(&server.app, events.clone()).await.expect("kept");
    let asked = server.database.take_asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(counts(&server).await, [0, 3, 3]);
    let written = (server.database.rows_written(), server.audit_database.rows_written());
    audit::store(&server.app, events).await.expect("kept");
    assert_eq!((server.database.rows_written(), server.audit_database.rows_written()), written);
}

#[tokio::test]
async fn clean_up_forgets_what_does_not_count_any_more() {
    let server = Server::seeded().await;
    client_token(&server).await;
    deliver(&server).await;
    server.advance(ACCESS + 2 * 3600);
    for table in ["client_tokens", "counted_messages"] {
        assert_eq!(left(&server, table), 1, "{table}");
    }
    clean_up(&server.app).await.expect("all is well");
    for table in ["client_tokens", "counted_messages"] {
        assert_eq!(left(&server, table), 0, "{table}");
    }
}

fn left(server: &Server, table: &str) -> usize {
    let sql = if table == "client_tokens" { "SELECT * FROM client_tokens" } else { "SELECT * FROM counted_messages" };
    server.audit_database.peek(sql).len()
}

#[tokio::test]
async fn only_administrators_are_told_and_whoever_brings_no_token_which_one_it_takes() {
    let server = Server::seeded().await;
    let nothing = server.send(Ask::get("/oauth/stats")).await;
    nothing.assert_error(401, "invalid_token");
    assert!(nothing.text("error_description").contains("X-Admin-Token"), "{}", nothing.body);
    server.send(Ask::get("/oauth/stats").header("x-admin-token", "wrong")).await.assert_error(401, "invalid_token");
    let tokens = flow::tokens(&server, &WEB).await;
    let bearer = format!("Bearer {}", tokens.text("access_token"));
    server.send(Ask::get("/oauth/stats").header("authorization", &bearer)).await.assert_status(403);
    let operator = format!("Bearer {ADMIN_TOKEN}");
    server.send(Ask::get("/oauth/stats").header("authorization", &operator)).await.assert_status(200);
}

#[tokio::test]
async fn without_one_of_its_databases_it_is_unavailable() {
    let server = Server::new();
    for database in [&server.database, &server.audit_database] {
        database.fault.set(Fault::Fail);
        let reply = server.send(Ask::get("/oauth/stats").header("x-admin-token", ADMIN_TOKEN)).await;
        reply.assert_error(503, "temporarily_unavailable");
        database.fault.set(Fault::None);
    }
    assert_eq!(counts(&server).await, [0, 0, 0]);
}
