//! Form Post OP: the modules of Basic OP are run with it in `basic/`; here is what only this response mode has.

use serde_json::json;

use crate::relying_party::{Mode, RelyingParty};
use crate::support::admin::edit_client;
use crate::support::flow::SERVER;
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn oidcc_form_post_is_published() {
    let server = Server::new();
    let metadata = server.send(Ask::get("/.well-known/openid-configuration")).await.json();
    assert_eq!(metadata["response_modes_supported"], json!(["query", "form_post"]));
}

#[tokio::test]
async fn oidcc_form_post_callback_is_a_post_of_a_form_and_nothing_of_it_is_in_a_url() {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, Mode::FormPost).await;
    suite.sign_in(&[]).await;
    let reply = suite.ask(&[]).await;
    let answer = suite.answer(&reply);
    assert_eq!(reply.body.matches("<form").count(), 1);
    assert!(!reply.body.contains("enctype"), "so it is application/x-www-form-urlencoded");
    assert_eq!(reply.body.matches(answer["code"].as_str()).count(), 1, "in its field and nowhere else");
    assert!(
        reply.headers.iter().all(|(_, value)| !value.to_str().unwrap_or_default().contains(answer["code"].as_str()))
    );
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("referrer-policy"), "strict-origin", "no path, no query");
}

#[tokio::test]
async fn oidcc_form_post_page_sends_itself_by_a_script_of_ours_and_by_a_button_without() {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, Mode::FormPost).await;
    suite.sign_in(&[]).await;
    let reply = suite.ask(&[]).await;
    assert_eq!(reply.body.matches("<script").count(), 1);
    assert!(reply.body.contains("<script src=\"/static/form-post.js\" defer></script>"));
    assert_eq!(reply.element("continue"), "Continue");
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("script-src 'self'") && policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("form-action"), "{policy}");
}

#[tokio::test]
async fn oidcc_form_post_carries_any_state_as_text() {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, Mode::FormPost).await;
    suite.sign_in(&[]).await;
    for state in ["\"><script>alert(1)</script>", "a b+c%20&d=e'", "\u{e9}\u{1f600}"] {
        let reply = suite.ask(&[("state", state)]).await;
        assert_eq!(reply.body.matches("<script").count(), 1, "{}", reply.body);
        assert_eq!(suite.stateless_answer(&reply)["state"], state);
    }
}

#[tokio::test]
async fn oidcc_form_post_also_brings_what_the_person_refused() {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, Mode::FormPost).await;
    let page = suite.ask(&[]).await;
    let cancelled = suite.browser.submit("/login", &page, &[("action", "cancel")]).await;
    suite.assert_refused(&cancelled, "access_denied");
    let page = suite.ask(&[]).await;
    let consent = suite.browser.sign_in_on(&page, "alice", "alice").await;
    let denied = suite.browser.answer(&consent, "deny").await;
    suite.assert_refused(&denied, "access_denied");
}

#[tokio::test]
async fn oidcc_form_post_to_an_app_that_is_no_web_site_is_refused_where_the_app_can_read_it() {
    let server = Server::seeded().await;
    let mut suite = RelyingParty::new(&server, Mode::FormPost).await;
    let app = "com.example.app:/callback";
    edit_client(&server, SERVER.id, json!({ "redirect_uris": [app] })).await;
    app.clone_into(&mut suite.client.redirect_uri);
    let reply = suite.ask(&[]).await;
    suite.mode = Mode::Query;
    suite.assert_refused(&reply, "invalid_request");
}
