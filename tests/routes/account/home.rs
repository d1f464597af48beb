//! `GET /account`, and how long one stays signed in.

use serde_json::json;

use crate::support::admin::edit_user;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::request::Ask;
use crate::support::server::Server;

const HOUR: u64 = 60 * 60;

#[tokio::test]
async fn the_account_page_says_who_is_signed_in_and_sends_others_to_sign_in() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let nobody = browser.open("/account").await;
    assert_eq!((nobody.status.as_u16(), nobody.header("location")), (303, "/login"));
    browser.sign_in("alice", "alice").await;
    let page = browser.open("/account").await;
    assert_eq!(page.element("signed-in-as"), "alice");
    assert!(page.element("session-count").contains("here only"), "{}", page.body);
    assert!(page.element("app-count").contains("No app"), "{}", page.body);
}

#[tokio::test]
async fn the_account_page_counts_the_persons_own_browsers_and_apps() {
    let server = Server::seeded().await;
    let (mut one, mut two, mut bob) = (Browser::new(&server), Browser::new(&server), Browser::new(&server));
    one.sign_in("alice", "alice").await;
    two.sign_in("alice", "alice").await;
    flow::authorize(&mut two, &WEB, &[]).await;
    bob.sign_in("bob", "bob").await;
    flow::authorize(&mut bob, &SERVER, &[]).await;
    let page = one.open("/account").await;
    assert!(page.element("session-count").contains("in 2 browsers"), "{}", page.body);
    assert!(page.element("app-count").contains("One app"), "{}", page.body);
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_lasts_while_it_is_used() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    for _ in 0..3 {
        server.advance(12 * HOUR - 1);
        assert_eq!(browser.open("/account").await.status, 200);
    }
    server.advance(12 * HOUR);
    assert_eq!(browser.open("/account").await.status, 303);
}

#[tokio::test]
async fn a_session_ends_after_seven_days_however_it_is_used_and_whoever_signs_in_again() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    for _ in 0..15 {
        server.advance(11 * HOUR);
        assert_eq!(browser.open("/account").await.status, 200);
    }
    server.advance(3 * HOUR);
    assert_eq!(browser.open("/account").await.status, 303, "168 hours");
    browser.sign_in("alice", "alice").await;
    assert_eq!(browser.open("/account").await.status, 200, "a session that is over is not gone on with");
}

#[tokio::test]
async fn the_setting_says_how_long_a_session_may_idle() {
    let server = Server::with(&[("SESSION_TTL_HOURS", "1")]).seed().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    server.advance(HOUR - 1);
    assert_eq!(browser.open("/account").await.status, 200);
    server.advance(HOUR);
    assert_eq!(browser.open("/account").await.status, 303);
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_grant_of_the_user_and_nobody_elses() {
    let server = Server::seeded().await;
    let (mut one, mut two, mut bob) = (Browser::new(&server), Browser::new(&server), Browser::new(&server));
    one.sign_in("alice", "alice").await;
    two.sign_in("alice", "alice").await;
    bob.sign_in("bob", "bob").await;
    let tokens = flow::tokens(&server, &WEB).await;
    server.advance(1);
    edit_user(&server, "alice", json!({ "password": "correct horse" })).await;
    assert_eq!(one.open("/account").await.status, 303);
    assert_eq!(two.open("/account").await.status, 303);
    assert_eq!(bob.open("/account").await.status, 200);
    assert!(!flow::is_active(&server, &tokens.text("access_token")).await);
    server.send(WEB.refresh(&tokens.text("refresh_token"))).await.assert_error(400, "invalid_grant");

    assert_eq!(one.sign_in("alice", "alice").await.status, 403);
    assert_eq!(one.sign_in("alice", "correct horse").await.status, 200);
    let reply = flow::authorize(&mut one, &SERVER, &[]).await;
    let code = reply.location_parameter("code").expect("a code, in the same second as the change");
    assert_eq!(server.send(SERVER.redeem(&code)).await.status, 200);
}

#[tokio::test]
async fn a_change_of_role_makes_the_person_sign_in_anew() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    edit_user(&server, "alice", json!({ "role": "admin" })).await;
    assert_eq!(browser.open("/account").await.status, 303);
    browser.sign_in("alice", "alice").await;
    edit_user(&server, "alice", json!({ "role": "admin", "name": "alice" })).await;
    assert_eq!(browser.open("/account").await.status, 200, "nothing changed");
}

#[tokio::test]
async fn a_disabled_user_is_signed_out_at_once() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    edit_user(&server, "alice", json!({ "disabled": true })).await;
    assert_eq!(browser.open("/account").await.status, 303);
    let page = browser.open(&WEB.authorize_path(&[])).await;
    assert!(page.is_login_page());
    assert_eq!(browser.sign_in_on(&page, "alice", "alice").await.status, 403);
}

#[tokio::test]
async fn a_cookie_that_cannot_be_ours_or_comes_twice_signs_nobody_in() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let good = format!("ostiary_session={}", browser.cookies["ostiary_session"]);
    let twice = format!("{good}; ostiary_session={}", "A".repeat(43));
    for cookie in [twice.as_str(), "ostiary_session=", "ostiary_session=' OR 1=1", &good[..good.len() - 1]] {
        let reply = server.send(Ask::get("/account").header("cookie", cookie)).await;
        assert_eq!(reply.status, 303, "{cookie}");
    }
    assert_eq!(server.send(Ask::get("/account").header("cookie", &good)).await.status, 200);
}
