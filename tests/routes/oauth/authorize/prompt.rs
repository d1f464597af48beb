//! Who is asked what: `prompt`, `max_age`, `login_hint` (OpenID Connect Core 3.1.2.1).

use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::forge::Jwt;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

/// A browser in which alice is signed in and has allowed demo-server its tools.
async fn alice(server: &Server) -> Browser<'_> {
    let mut browser = Browser::new(server);
    let reply = flow::authorize(&mut browser, &SERVER, &[("scope", "openid")]).await;
    assert!(reply.location_parameter("code").is_some());
    browser
}

fn asking(changed: &[(&str, &str)]) -> String {
    let changed: Vec<_> = [("scope", "openid")].into_iter().chain(changed.iter().copied()).collect();
    SERVER.authorize_path(&changed)
}

/// The claims of the ID token that an answer leads to.
async fn id_token(server: &Server, reply: &Reply) -> serde_json::Value {
    let code = reply.location_parameter("code").unwrap_or_else(|| panic!("no code: {} {}", reply.status, reply.body));
    Jwt::of(&server.send(SERVER.redeem(&code)).await.text("id_token")).claims
}

fn is_select_account_page(reply: &Reply) -> bool {
    reply.status == 200 && reply.body.contains("id=\"select-account-form\"")
}

#[tokio::test]
async fn prompt_login_is_kept_by_loading_again_and_by_going_straight_to_consent() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    server.advance(60);
    for changed in [("prompt", "login"), ("max_age", "10")] {
        let page = browser.open(&asking(&[changed])).await;
        assert!(page.is_login_page());
        assert!(page.body.contains("name=\"username\" value=\"alice\""), "who signs in again is known");
        let straight = format!("/consent?interaction={}", page.field("interaction"));
        assert!(browser.open(&straight).await.is_login_page(), "{changed:?}");
        for action in ["approve", "keep_account"] {
            let reply = browser.answer(&page, action).await;
            assert!(reply.is_login_page(), "{changed:?}, {action}: {} {}", reply.status, reply.body);
        }
    }
    assert_eq!(server.database.peek("SELECT id FROM grants").len(), 1, "nothing was granted");
}

#[tokio::test]
async fn select_account_cannot_be_skipped_by_a_yes_to_what_was_not_shown() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let page = browser.open(&asking(&[("prompt", "select_account")])).await;
    assert!(is_select_account_page(&browser.answer(&page, "approve").await));
    let hint = bobs_hint(&server).await;
    let page = browser.open(&asking(&[("id_token_hint", &hint)])).await;
    assert!(page.is_login_page() && browser.answer(&page, "approve").await.is_login_page(), "it is not bob");
}

async fn bobs_hint(server: &Server) -> String {
    let mut browser = Browser::new(server);
    browser.sign_in("bob", "bob").await;
    let reply = flow::authorize(&mut browser, &SERVER, &[("scope", "openid")]).await;
    let code = reply.location_parameter("code").expect("a code");
    server.send(SERVER.redeem(&code)).await.text("id_token")
}

#[tokio::test]
async fn signing_in_again_needs_the_right_password_and_moves_auth_time_in_the_same_session() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let before = browser.open(&asking(&[])).await;
    let before = id_token(&server, &before).await;
    server.advance(60);
    let page = browser.open(&asking(&[("prompt", "login")])).await;
    let wrong = browser.sign_in_on(&page, "alice", "wrong").await;
    assert_eq!((wrong.status.as_u16(), wrong.element("login-problem").is_empty()), (403, false));
    let reply = browser.sign_in_on(&wrong, "alice", "alice").await;
    let after = id_token(&server, &reply).await;
    assert_eq!(after["auth_time"].as_i64(), before["auth_time"].as_i64().map(|time| time + 60));
    assert_eq!((&after["sid"], &after["sub"]), (&before["sid"], &before["sub"]));
    let silent = browser.open(&asking(&[("prompt", "none"), ("max_age", "1")])).await;
    assert_eq!(id_token(&server, &silent).await["auth_time"], after["auth_time"], "for every client of the session");
}

#[tokio::test]
async fn select_account_shows_who_is_signed_in_and_goes_on_with_them() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let page = browser.open(&asking(&[("prompt", "select_account")])).await;
    assert!(is_select_account_page(&page), "{}", page.body);
    assert_eq!(page.element("signed-in-as"), "alice");
    let reply = browser.answer(&page, "keep_account").await;
    assert_eq!(reply.location_parameter("state").as_deref(), Some("state-of-the-client"));
    let alice = crate::support::admin::user_id(&server, "alice").await;
    assert_eq!(id_token(&server, &reply).await["sub"], alice);
}

#[tokio::test]
async fn select_account_takes_another_who_signs_in_and_is_not_asked_twice() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let page = browser.open(&asking(&[("prompt", "select_account")])).await;
    let login = browser.answer(&page, "switch_account").await;
    assert!(login.is_login_page() && login.body.contains("name=\"username\" value=\"\""));
    let consent = browser.sign_in_on(&login, "bob", "bob").await;
    assert!(consent.is_consent_page(), "bob has allowed nothing yet");
    let reply = browser.answer(&consent, "approve").await;
    let bob = crate::support::admin::user_id(&server, "bob").await;
    assert_eq!(id_token(&server, &reply).await["sub"], bob);
}

#[tokio::test]
async fn select_account_can_be_cancelled_and_asks_nobody_who_has_just_signed_in() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let page = browser.open(&asking(&[("prompt", "select_account")])).await;
    let cancelled = browser.answer(&page, "deny").await;
    cancelled.assert_error_redirect(SERVER.redirect_uri, "access_denied");
    assert_eq!(cancelled.location_parameter("state").as_deref(), Some("state-of-the-client"));
    let mut fresh = Browser::new(&server);
    let login = fresh.open(&asking(&[("prompt", "select_account")])).await;
    let reply = fresh.sign_in_on(&login, "alice", "alice").await;
    assert!(reply.location_parameter("code").is_some(), "{} {}", reply.status, reply.body);
}

#[tokio::test]
async fn prompts_come_one_after_another() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let page = browser.open(&asking(&[("prompt", "consent select_account")])).await;
    assert!(is_select_account_page(&page));
    let consent = browser.answer(&page, "keep_account").await;
    assert!(consent.is_consent_page(), "though it is remembered");
    assert!(browser.answer(&consent, "approve").await.location_parameter("code").is_some());
    let login = browser.open(&asking(&[("prompt", "login consent")])).await;
    assert!(login.is_login_page());
    assert!(browser.sign_in_on(&login, "alice", "alice").await.is_consent_page());
}

#[tokio::test]
async fn prompt_none_asks_nothing_and_says_what_would_have_to_be_asked() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    server.advance(60);
    for (name, value, error) in [
        ("scope", "openid email", "consent_required"),
        ("prompt", "none login", "invalid_request"),
        ("max_age", "10", "login_required"),
        ("max_age", "0", "login_required"),
    ] {
        let mut asked = vec![("scope", "openid"), ("prompt", "none")];
        asked.retain(|(other, _)| *other != name);
        asked.push((name, value));
        let reply = browser.open(&SERVER.authorize_path(&asked)).await;
        reply.assert_error_redirect(SERVER.redirect_uri, error);
    }
}

#[tokio::test]
async fn max_age_is_counted_from_the_password_and_not_from_the_last_use() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    for _ in 0..6 {
        server.advance(10);
        assert!(browser.open(&asking(&[])).await.location_parameter("code").is_some());
    }
    assert!(browser.open(&asking(&[("max_age", "60")])).await.location_parameter("code").is_some());
    assert!(browser.open(&asking(&[("max_age", "59")])).await.is_login_page());
    assert!(browser.open(&asking(&[("max_age", "0")])).await.is_login_page());
}

#[tokio::test]
async fn an_interaction_of_prompt_login_is_of_no_use_to_another_browser() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let page = browser.open(&asking(&[("prompt", "login")])).await;
    let mut thief = alice(&server).await;
    let reply = thief.send(Ask::get(&format!("/consent?interaction={}", page.field("interaction")))).await;
    assert_eq!((reply.status.as_u16(), reply.headers.get("location")), (400, None));
    assert!(!reply.is_login_page() && !reply.is_consent_page());
}
