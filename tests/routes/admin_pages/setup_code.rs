//! `/setup` on the public internet: nowhere, unless the operator set a code for it.

use axum::http::Method;

use super::{fresh, kept, opens};
use crate::support::browser::Browser;
use crate::support::log_lines;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const CODE: &str = "a-setup-code-of-the-tests";

const DEPLOYED: [(&str, &str); 3] =
    [("OAUTH_ISSUER_URL", "https://auth.example"), ("ENABLE_DEV_ENDPOINTS", "false"), ("ADMIN_TOKEN", "")];

fn deployed() -> Server {
    Server::with(&DEPLOYED)
}

fn with_code() -> Server {
    Server::with(&[&DEPLOYED[..], &[("SETUP_CODE", CODE)]].concat())
}

async fn attempt(browser: &mut Browser<'_>, code: &str) -> Reply {
    let page = browser.open("/setup").await;
    browser.submit("/setup", &page, &[("code", code)]).await
}

#[tokio::test]
async fn a_stranger_finds_no_set_up_on_a_deployment_whatever_the_method() {
    let at_home = [("ENABLE_DEV_ENDPOINTS", "false"), ("ADMIN_TOKEN", "")];
    for server in [deployed(), Server::deployed(), Server::with(&at_home)] {
        let mut browser = Browser::new(&server);
        let page = browser.open("/setup").await;
        page.assert_error_page(404, "not_found");
        assert_eq!(page.body, browser.open("/anything-else").await.body, "as any other address");
        let csrf_token = browser.open("/login").await.field("csrf_token");
        let form = Ask::post("/setup", &[("csrf_token", &csrf_token), ("code", CODE)]);
        server.send(browser.dress(form)).await.assert_error_page(404, "not_found");
        server.send(Ask::method(Method::PUT, "/setup")).await.assert_error(404, "not_found");
        assert!(kept(&server).is_empty());
    }
}

#[tokio::test]
async fn with_a_setup_code_it_is_asked_for_and_opens() {
    let server = with_code();
    let mut browser = Browser::new(&server);
    let page = browser.open("/setup").await;
    assert!(page.assert_status(200).body.contains("id=\"code\"") && !page.body.contains(CODE));
    let made = browser.submit("/setup", &page, &[("code", &format!(" {CODE}\n"))]).await;
    let token = made.assert_status(200).element("admin-token").to_owned();
    assert!(opens(&server, &token).await && !opens(&server, CODE).await, "the code opens nothing but this page");
    let again = browser.submit("/setup", &page, &[("code", CODE)]).await;
    assert_eq!(again.status, 409, "and that once");
}

#[tokio::test]
async fn without_the_right_code_nothing_is_made_and_the_page_says_why() {
    let server = with_code();
    let mut browser = Browser::new(&server);
    for wrong in ["", "x", &CODE[1..], "a-setup-code-of-the-testS", &format!("{CODE}x"), &"x".repeat(1000)] {
        let reply = attempt(&mut browser, wrong).await;
        assert_eq!(reply.assert_status(403).element("code-problem"), "That is not the value of SETUP_CODE.");
        assert!(reply.body.contains("aria-invalid=\"true\"") && reply.body.contains("id=\"setup-form\""));
        assert!(wrong.len() < 10 || !reply.body.contains(wrong), "what was typed is a secret");
    }
    assert!(kept(&server).is_empty());
    let events = server.events.take();
    assert_eq!(events.len(), 6);
    for event in events {
        let told = (event.kind.as_str(), event.outcome, event.reason.as_deref());
        assert_eq!(
            told,
            ("admin_token_created", ostiary::model::audit::Outcome::Failure, Some("the setup code is wrong"))
        );
        assert_eq!(event.address.as_deref(), Some("192.0.2.1"), "from where");
    }
}

#[tokio::test]
async fn guesses_at_the_code_are_slowed_by_address_and_not_for_good() {
    let server = with_code();
    let mut browser = Browser::new(&server);
    for _ in 0..100 {
        attempt(&mut browser, "wrong").await.assert_status(403);
    }
    let slowed = attempt(&mut browser, CODE).await;
    assert_eq!((slowed.status.as_u16(), slowed.header("retry-after")), (429, "60"));
    assert_eq!(slowed.element("code-problem"), "Too many attempts. Try again in a minute.");
    assert!(kept(&server).is_empty(), "not even with the right one");
    let kept_events = server.events.take().len();
    assert!(kept_events <= 100, "the audit log does not grow without bound: {kept_events}");
    let mut operator = Browser::new(&server).at("198.51.100.7");
    assert_eq!(attempt(&mut operator, CODE).await.status, 200, "others are not held up");
}

#[tokio::test]
async fn in_development_a_code_is_asked_for_only_where_one_is_set() {
    let server = fresh();
    assert!(!Browser::new(&server).open("/setup").await.body.contains("id=\"code\""));
    let server = Server::with(&[("ADMIN_TOKEN", ""), ("SETUP_CODE", CODE)]);
    let mut browser = Browser::new(&server);
    attempt(&mut browser, "wrong-code-wrong-code").await.assert_status(403);
    attempt(&mut browser, CODE).await.assert_status(200);
}

#[tokio::test]
async fn neither_the_code_nor_the_token_is_in_any_log_line_or_event() {
    log_lines::capture();
    let server = with_code();
    let mut browser = Browser::new(&server);
    attempt(&mut browser, "wrong-code-that-was-typed").await;
    let token = attempt(&mut browser, CODE).await.element("admin-token").to_owned();
    attempt(&mut browser, CODE).await;
    let events = server.events.take();
    let mut written = log_lines::take();
    written.extend(events.iter().map(|event| serde_json::to_string(event).expect("JSON")));
    assert!(written.len() >= 4, "{written:?}");
    let rows = format!("{:?}", server.remembered());
    for secret in [CODE, "wrong-code-that-was-typed", &token] {
        assert!(written.iter().all(|line| !line.contains(secret)) && !rows.contains(secret), "{secret}: {written:?}");
    }
    assert!(written.iter().any(|line| line.starts_with("WARN") && line.contains("admin_token_created")), "{written:?}");
}
