//! Before anybody has signed in, nothing is read, and nothing is said of the client or to it (docs/security.md).

use super::{APP, alice, asked, is_kept, server_with};
use crate::support::browser::Browser;

#[tokio::test]
async fn the_sign_in_page_says_nothing_of_a_client_that_is_not_read() {
    let server = server_with(&super::document()).await;
    let page = Browser::new(&server).open(&APP.authorize_path(&[])).await;
    assert!(page.is_login_page());
    assert!(!page.body.contains("app.example") && !page.body.contains("Example App"), "{}", page.body);
    assert!(server.http.take_asked().is_empty());
}

#[tokio::test]
async fn a_client_that_others_have_used_looks_the_same() {
    let server = server_with(&super::document()).await;
    asked(&mut alice(&server).await, &[]).await;
    assert!(is_kept(&server).await);
    let page = Browser::new(&server).open(&APP.authorize_path(&[])).await;
    assert!(page.is_login_page());
    assert!(!page.body.contains("Example App"), "{}", page.body);
}

#[tokio::test]
async fn a_wrong_password_leads_to_the_same_page_again() {
    let server = server_with(&super::document()).await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&APP.authorize_path(&[("login_hint", "alice")])).await;
    assert_eq!(page.field("username"), "alice");
    let again = browser.sign_in_on(&page, "alice", "wrong").await;
    assert!(again.body.contains("id=\"login-problem\"") && again.body.contains("id=\"cancel\""), "{}", again.body);
    assert!(!again.body.contains("app.example"));
    let page = browser.sign_in_on(&again, "alice", "alice").await;
    assert!(page.is_consent_page());
}

#[tokio::test]
async fn cancelling_is_a_page_of_ours() {
    let server = server_with(&super::document()).await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&APP.authorize_path(&[])).await;
    let cancelled = browser.submit("/login", &page, &[("action", "cancel")]).await;
    cancelled.assert_error_page(403, "access_denied");
    assert!(server.http.take_asked().is_empty());
}

#[tokio::test]
async fn prompt_none_is_a_page_of_ours() {
    let server = server_with(&super::document()).await;
    let page = Browser::new(&server).open(&APP.authorize_path(&[("prompt", "none")])).await;
    page.assert_error_page(400, "login_required");
    assert!(server.http.take_asked().is_empty());
}

#[tokio::test]
async fn prompt_login_is_satisfied_by_the_sign_in_that_came_first() {
    let server = server_with(&super::document()).await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&APP.authorize_path(&[("prompt", "login"), ("max_age", "0")])).await;
    let page = browser.sign_in_on(&page, "alice", "alice").await;
    assert!(page.is_consent_page(), "{}", page.body);
}

#[tokio::test]
async fn who_is_signed_in_already_is_asked_for_the_password_by_prompt_login() {
    let server = server_with(&super::document()).await;
    let mut browser = alice(&server).await;
    let page = asked(&mut browser, &[("prompt", "login")]).await;
    assert!(page.is_login_page());
    assert_eq!(page.element("client"), "to go on to");
    let page = browser.sign_in_on(&page, "alice", "alice").await;
    assert!(page.is_consent_page());
}

#[tokio::test]
async fn the_consent_page_cannot_be_answered_with_what_the_sign_in_page_carries() {
    let server = server_with(&super::document()).await;
    let mut browser = Browser::new(&server);
    let login = browser.open(&APP.authorize_path(&[])).await;
    browser.sign_in("alice", "alice").await;
    for action in ["approve", "keep_account", "switch_account"] {
        let page = browser.answer(&login, action).await;
        page.assert_status(400);
        assert!(page.headers.get("location").is_none());
    }
    assert!(server.http.take_asked().is_empty());
}

#[tokio::test]
async fn a_request_too_long_to_be_carried_along_is_refused() {
    let server = server_with(&super::document()).await;
    let page = Browser::new(&server).open(&APP.authorize_path(&[("state", &"s".repeat(4000))])).await;
    page.assert_error_page(400, "invalid_request");
    let fits = Browser::new(&server).open(&APP.authorize_path(&[("state", &"s".repeat(3000))])).await;
    assert!(fits.is_login_page());
}
