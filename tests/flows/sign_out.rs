//! What ends with a sign-out, what ends with the session itself, and what lives on.

use ostiary::model::audit::EventKind;
use serde_json::json;

use crate::support::admin::{edit_client, user_id};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::forge::Jwt;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

/// Tokens for demo-web from who is signed in in this browser, alice if nobody is.
async fn tokens(server: &Server, browser: &mut Browser<'_>, scope: &str) -> Reply {
    let reply = flow::authorize(browser, &WEB, &[("scope", scope)]).await;
    let code = reply.location_parameter("code").expect("a code");
    server.send(WEB.redeem(&code)).await.assert_status(200).clone()
}

async fn sign_out(browser: &mut Browser<'_>) {
    let account = browser.open("/account").await;
    assert_eq!(browser.submit("/logout", &account, &[]).await.status, 303);
}

/// Whether both tokens of a grant are dead, wherever one is brought.
async fn assert_ended(server: &Server, tokens: &Reply) {
    let access_token = tokens.text("access_token");
    assert!(!flow::is_active(server, &access_token).await);
    for path in ["/oauth/userinfo", "/api/oauth/clients/me"] {
        let reply = server.send(Ask::get(path).bearer(&access_token)).await;
        assert!([401, 403].contains(&reply.status.as_u16()), "{path}: {}", reply.body);
    }
    server.send(WEB.refresh(&tokens.text("refresh_token"))).await.assert_error(400, "invalid_grant");
}

async fn assert_lives(server: &Server, tokens: &Reply) {
    assert!(flow::is_active(server, &tokens.text("access_token")).await);
    server.send(WEB.refresh(&tokens.text("refresh_token"))).await.assert_status(200);
}

#[tokio::test]
async fn a_grant_with_openid_and_without_offline_access_ends_at_once_when_its_person_signs_out() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let tokens = tokens(&server, &mut browser, "openid email").await;
    let elsewhere = server.fresh_isolate();
    for isolate in [&server, &elsewhere] {
        assert!(flow::is_active(isolate, &tokens.text("access_token")).await, "and is known for half a minute");
    }
    server.events.take();
    sign_out(&mut browser).await;
    assert_ended(&server, &tokens).await;
    assert_ended(&elsewhere, &tokens).await;
    assert_ended(&server.fresh_isolate(), &tokens).await;
    let ended = server.events.take().into_iter().find(|event| event.kind == EventKind::GrantEnded).expect("an event");
    assert_eq!(ended.reason.as_deref(), Some("with their session"));
}

#[tokio::test]
async fn it_ends_though_its_object_cannot_be_told() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let tokens = tokens(&server, &mut browser, "openid").await;
    server.grants.fault.set(crate::support::fault::Fault::Fail);
    sign_out(&mut browser).await;
    server.grants.fault.set(crate::support::fault::Fault::None);
    assert_ended(&server, &tokens).await;
    assert_ended(&server.fresh_isolate(), &tokens).await;
}

#[tokio::test]
async fn a_code_that_nobody_exchanged_before_the_sign_out_opens_nothing() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let reply = flow::authorize(&mut browser, &WEB, &[("scope", "openid")]).await;
    sign_out(&mut browser).await;
    let code = reply.location_parameter("code").expect("a code");
    for isolate in [&server, &server.fresh_isolate()] {
        isolate.send(WEB.redeem(&code)).await.assert_error(400, "invalid_grant");
    }
}

#[tokio::test]
async fn a_grant_with_offline_access_and_one_that_never_was_about_the_person_live_on() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let offline = tokens(&server, &mut browser, "openid offline_access").await;
    let tools = tokens(&server, &mut browser, "read:tools").await;
    sign_out(&mut browser).await;
    for tokens in [offline, tools] {
        assert_lives(&server, &tokens).await;
        assert_lives(&server.fresh_isolate(), &tokens).await;
    }
}

#[tokio::test]
async fn another_browser_of_the_same_person_keeps_its_grants() {
    let server = Server::seeded().await;
    let (mut one, mut other) = (Browser::new(&server), Browser::new(&server));
    let (ended, kept) = (tokens(&server, &mut one, "openid").await, tokens(&server, &mut other, "openid").await);
    sign_out(&mut one).await;
    assert_ended(&server, &ended).await;
    assert_lives(&server, &kept).await;
}

#[tokio::test]
async fn such_a_grant_outlives_the_idle_end_of_its_session_and_not_the_absolute_one() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let mut latest = tokens(&server, &mut browser, "openid").await;
    let offline = tokens(&server, &mut browser, "openid offline_access").await;
    server.advance(13 * HOUR);
    assert_eq!(browser.open("/account").await.header("location"), "/login", "nobody used the session");
    latest = server.send(WEB.refresh(&latest.text("refresh_token"))).await.assert_status(200).clone();

    server.advance(7 * DAY - 13 * HOUR - 60);
    latest = server.send(WEB.refresh(&latest.text("refresh_token"))).await.assert_status(200).clone();
    assert_eq!(latest.json()["expires_in"], 60, "no token outlives it");
    let id_token = Jwt::of(&latest.text("id_token")).claims;
    assert_eq!(id_token["exp"], 1_800_000_000 + 7 * DAY);
    server.advance(59);
    assert!(flow::is_active(&server, &latest.text("access_token")).await);
    server.advance(1);
    assert_ended(&server, &latest).await;
    server.send(WEB.refresh(&offline.text("refresh_token"))).await.assert_status(200);
}

#[tokio::test]
async fn signing_in_again_keeps_the_absolute_end() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    server.advance(6 * HOUR);
    browser.sign_in("alice", "alice").await;
    tokens(&server, &mut browser, "openid").await;
    let rows = server.database.peek("SELECT json_extract(code_record, '$.session_ends_at') AS ends_at FROM grants");
    assert_eq!(rows, [json!({ "ends_at": (1_800_000_000 + 7 * DAY) * 1000 })]);
}

#[tokio::test]
async fn signing_in_as_another_person_in_the_same_browser_signs_the_first_one_out() {
    let server = Server::seeded().await;
    let logout = json!({ "backchannel_logout_uri": "https://app.example/out" });
    edit_client(&server, WEB.id, logout).await;
    let mut browser = Browser::new(&server);
    let alices = tokens(&server, &mut browser, "openid").await;
    let sid = Jwt::of(&alices.text("id_token")).claims["sid"].clone();
    browser.sign_in("alice", "alice").await;
    assert!(server.logouts.take().is_empty(), "again as the same person");
    assert_lives(&server, &alices).await;

    browser.sign_in("bob", "bob").await;
    let notices = server.logouts.take();
    assert_eq!(notices.len(), 1);
    assert_eq!((notices[0].client_id.as_str(), json!(notices[0].sid)), (WEB.id, sid));
    assert_eq!(notices[0].user_id, user_id(&server, "alice").await);
    assert_ended(&server, &alices).await;
    assert_eq!(browser.open("/account").await.element("signed-in-as"), "bob");
    let signed_in = server.database.peek("SELECT users.name FROM sessions JOIN users ON users.id = sessions.user_id");
    assert_eq!(signed_in, [json!({ "name": "bob" })]);
}

#[tokio::test]
async fn every_client_that_was_told_of_the_session_is_told_of_its_end_and_no_other() {
    let server = Server::seeded().await;
    for client in [WEB, SERVER] {
        let uri = format!("https://{}.example/out", client.id);
        edit_client(&server, client.id, json!({ "backchannel_logout_uri": uri })).await;
    }
    let (mut browser, mut other) = (Browser::new(&server), Browser::new(&server));
    for _ in 0..2 {
        tokens(&server, &mut browser, "openid").await;
    }
    flow::authorize(&mut browser, &SERVER, &[("scope", "openid offline_access")]).await;
    flow::authorize(&mut other, &SERVER, &[("scope", "read:tools")]).await;
    sign_out(&mut other).await;
    assert!(server.logouts.take().is_empty(), "it was never told who is here");
    sign_out(&mut browser).await;
    let mut told: Vec<String> = server.logouts.take().into_iter().map(|notice| notice.client_id).collect();
    told.sort();
    assert_eq!(told, [SERVER.id, WEB.id], "each once");
    assert!(server.database.peek("SELECT * FROM session_clients").is_empty());
    let account = browser.open("/login").await;
    browser.submit("/logout", &account, &[]).await;
    assert!(server.logouts.take().is_empty(), "nobody was signed in");
}

#[tokio::test]
async fn a_session_that_expires_tells_nobody_and_leaves_nothing() {
    let server = Server::seeded().await;
    edit_client(&server, WEB.id, json!({ "backchannel_logout_uri": "https://app.example/out" })).await;
    for swept in [true, false] {
        let mut browser = Browser::new(&server);
        tokens(&server, &mut browser, "openid").await;
        server.advance(13 * HOUR);
        if swept {
            server.clean_up().await;
        } else {
            browser.sign_in("bob", "bob").await;
        }
        assert!(server.logouts.take().is_empty(), "swept: {swept}");
        assert!(server.database.peek("SELECT * FROM session_clients").is_empty(), "swept: {swept}");
    }
}

#[tokio::test]
async fn when_the_database_fails_the_person_is_still_signed_in_and_told_so() {
    let server = Server::seeded().await;
    edit_client(&server, WEB.id, json!({ "backchannel_logout_uri": "https://app.example/out" })).await;
    let mut browser = Browser::new(&server);
    let tokens = tokens(&server, &mut browser, "openid").await;
    let account = browser.open("/account").await;
    server.database.fault.set(crate::support::fault::Fault::Fail);
    browser.submit("/logout", &account, &[]).await.assert_error_page(503, "temporarily_unavailable");
    server.database.fault.set(crate::support::fault::Fault::None);
    assert!(server.logouts.take().is_empty());
    assert_eq!(browser.open("/account").await.element("signed-in-as"), "alice");
    assert_lives(&server, &tokens).await;
}
