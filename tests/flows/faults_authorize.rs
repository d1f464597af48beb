//! Stores that fail while a person signs in and consents.

use crate::support::browser::Browser;
use crate::support::fault::Fault;
use crate::support::flow::{SERVER, WEB};
use crate::support::log_lines;
use crate::support::server::Server;

#[tokio::test]
async fn until_the_destination_is_proven_a_failure_is_a_page_with_retry_after() {
    let server = Server::seeded().await;
    server.database.fault.set(Fault::Fail);
    let page = Browser::new(&server).open(&WEB.authorize_path(&[])).await;
    page.assert_error_page(503, "temporarily_unavailable");
    assert!(!page.header("retry-after").is_empty());
    assert!(!page.body.contains("fault of the test"));
}

#[tokio::test]
async fn once_the_destination_is_proven_a_failure_travels_to_the_client_and_nothing_was_issued() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let login = browser.open(&SERVER.authorize_path(&[])).await;
    let page = browser.sign_in_on(&login, "alice", "alice").await;
    server.database.fault.set_once_after(1, Fault::Fail);
    let reply = browser.answer(&page, "approve").await;
    reply.assert_error_redirect(SERVER.redirect_uri, "temporarily_unavailable");
    assert_eq!(reply.location_parameter("state").as_deref(), Some("state-of-the-client"));
    assert!(server.database.peek("SELECT * FROM grants").is_empty());
    let again = browser.answer(&page, "approve").await;
    assert!(again.location_parameter("code").is_some(), "and the answer can be given again");
}

#[tokio::test]
async fn an_answer_that_was_written_and_lost_can_be_given_again_and_the_code_works() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let login = browser.open(&SERVER.authorize_path(&[])).await;
    let page = browser.sign_in_on(&login, "alice", "alice").await;
    server.database.fault.set_once_after(1, Fault::FailAfterEffect);
    let lost = browser.answer(&page, "approve").await;
    lost.assert_error_redirect(SERVER.redirect_uri, "temporarily_unavailable");
    let again = browser.answer(&page, "approve").await;
    let code = again.location_parameter("code").expect("a code");
    server.send(SERVER.redeem(&code)).await.assert_status(200);
    assert_eq!(server.database.peek("SELECT * FROM grants").len(), 1);
}

#[tokio::test]
async fn a_sign_in_that_failed_half_way_can_be_repeated() {
    for (failing, after) in [("database", 0), ("database", 1), ("guard", 0)] {
        for fault in [Fault::Fail, Fault::FailAfterEffect] {
            let server = Server::seeded().await;
            let mut browser = Browser::new(&server);
            let page = browser.open("/login").await;
            let switch = if failing == "guard" { &server.login_guard.fault } else { &server.database.fault };
            switch.set_once_after(after, fault);
            let fields = [("username", "alice"), ("password", "alice"), ("action", "sign_in")];
            let failed = browser.submit("/login", &page, &fields).await;
            failed.assert_error_page(503, "temporarily_unavailable");
            assert!(!browser.cookies.contains_key("ostiary_session"));
            let account = browser.sign_in_on(&page, "alice", "alice").await;
            assert_eq!(account.element("signed-in-as"), "alice");
        }
    }
}

#[tokio::test]
async fn a_rate_limit_that_fails_lets_people_in_and_says_so() {
    let server = Server::seeded().await;
    server.limiter.fault.set(Fault::Fail);
    log_lines::capture();
    assert_eq!(Browser::new(&server).sign_in("alice", "alice").await.element("signed-in-as"), "alice");
    let lines = log_lines::take();
    assert!(lines.iter().any(|line| line.starts_with("WARN") && line.contains("\"limiter_failed\"")), "{lines:?}");
}

#[tokio::test]
async fn a_sign_out_that_failed_is_told_and_can_be_repeated() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let account = browser.sign_in("alice", "alice").await;
    for fault in [Fault::Fail, Fault::FailAfterEffect] {
        server.database.fault.set_once_after(0, fault);
        let failed = browser.submit("/logout", &account, &[]).await;
        failed.assert_error_page(503, "temporarily_unavailable");
        assert!(browser.cookies.contains_key("ostiary_session"), "not known to be signed out, and told so");
    }
    assert_eq!(browser.submit("/logout", &account, &[]).await.status, 303);
    assert!(server.database.peek("SELECT * FROM sessions").is_empty());
}

#[tokio::test]
async fn a_user_whose_making_failed_can_be_made_again_and_is_never_half_there() {
    let server = Server::new();
    let ask = || {
        let body = serde_json::json!({ "name": "eve", "password": "correct horse" });
        crate::support::request::Ask::json(axum::http::Method::POST, "/admin/api/users", &body)
    };
    server.database.fault.set_once_after(0, Fault::Fail);
    server.as_admin(ask()).await.assert_error(503, "temporarily_unavailable");
    server.login_guard.fault.set_once_after(0, Fault::Fail);
    server.as_admin(ask()).await.assert_error(503, "temporarily_unavailable");
    assert!(server.database.peek("SELECT * FROM clients").is_empty());
    server.as_admin(ask()).await.assert_status(201);
    assert_eq!(server.database.peek("SELECT * FROM clients").len(), 1);
}
