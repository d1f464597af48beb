//! RP-Initiated Logout: who is signed out, who is asked, and who is sent on to where.

use p256::ecdsa::signature::Signer as _;
use serde_json::json;

use crate::relying_party::{Mode, RelyingParty, STATE, SignedIn};
use crate::support::forge::Jwt;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

/// Registered for demo-server by the seed.
const AFTERWARDS: &str = "https://server.example/";

/// The relying party sends the browser to the logout endpoint.
async fn log_out(suite: &mut RelyingParty<'_>, parameters: &[(&str, &str)]) -> Reply {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    suite.browser.open(&format!("/oauth/logout?{query}")).await
}

async fn signed_in(server: &Server) -> (RelyingParty<'_>, SignedIn) {
    let mut suite = RelyingParty::new(server, Mode::Query).await;
    let signed_in = suite.sign_in(&[]).await;
    (suite, signed_in)
}

async fn assert_signed_out(suite: &mut RelyingParty<'_>) {
    assert!(suite.server.database.peek("SELECT * FROM sessions").is_empty(), "ended on the server");
    assert!(!suite.browser.cookies.contains_key("ostiary_session"));
    let reply = suite.ask(&[("prompt", "none")]).await;
    suite.assert_refused(&reply, "login_required");
}

async fn assert_still_signed_in(suite: &mut RelyingParty<'_>) {
    suite.sign_in_silently(&[("prompt", "none")]).await;
}

/// Redirected nowhere, asked, and even after a yes shown our own page.
async fn assert_asked_and_kept_here(suite: &mut RelyingParty<'_>, reply: &Reply) {
    reply.assert_status(200);
    assert!(reply.headers.get("location").is_none());
    assert_eq!(reply.element("signed-in-as"), "alice");
    assert!(reply.body.contains("id=\"sign-out-form\""), "{}", reply.body);
    assert_still_signed_in(suite).await;
    let done = suite.browser.submit("/logout", reply, &[("action", "sign_out")]).await;
    assert_shown_signed_out(suite, &done).await;
}

async fn assert_shown_signed_out(suite: &mut RelyingParty<'_>, done: &Reply) {
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/logout"));
    let page = suite.browser.open("/logout").await;
    assert_eq!(page.element("message-text"), "You are signed out.");
    assert_signed_out(suite).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_discovery_endpoint_verification() {
    let document = Server::deployed().send(Ask::get("/.well-known/openid-configuration")).await.json();
    assert_eq!(document["end_session_endpoint"], "https://auth.example/oauth/logout");
    let mut endpoints = document.as_object().expect("an object").iter().filter(|(name, _)| name.ends_with("_endpoint"));
    assert!(endpoints.all(|(_, url)| url.as_str().is_some_and(|url| url.starts_with("https://"))));
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_sends_the_person_back_with_state_and_signed_out() {
    let server = Server::seeded().await;
    let (mut suite, signed_in) = signed_in(&server).await;
    let hint = signed_in.token("id_token");
    let parameters = [("id_token_hint", hint), ("post_logout_redirect_uri", AFTERWARDS), ("state", STATE)];
    let reply = log_out(&mut suite, &parameters).await;
    assert_eq!(reply.status, 303);
    assert!(reply.header("location").starts_with(&format!("{AFTERWARDS}?state=")));
    assert_eq!(reply.location_parameter("state").as_deref(), Some(STATE));
    assert_eq!(reply.location().query_pairs().count(), 1, "nothing else");
    assert_eq!((reply.header("referrer-policy"), reply.header("cache-control")), ("no-referrer", "no-store"));
    assert_signed_out(&mut suite).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_state() {
    let server = Server::seeded().await;
    let (mut suite, signed_in) = signed_in(&server).await;
    let hint = signed_in.token("id_token");
    let reply = log_out(&mut suite, &[("id_token_hint", hint), ("post_logout_redirect_uri", AFTERWARDS)]).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, AFTERWARDS));
    assert_signed_out(&mut suite).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri_redirects_nowhere() {
    for unregistered in
        ["https://evil.example/", "https://server.example/x", "https://server.example", "//evil.example"]
    {
        let server = Server::seeded().await;
        let (mut suite, signed_in) = signed_in(&server).await;
        let hint = signed_in.token("id_token");
        let parameters = [("id_token_hint", hint), ("post_logout_redirect_uri", unregistered), ("state", STATE)];
        let reply = log_out(&mut suite, &parameters).await;
        assert_asked_and_kept_here(&mut suite, &reply).await;
    }
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri_redirects_nowhere() {
    let server = Server::seeded().await;
    let (mut suite, signed_in) = signed_in(&server).await;
    let with_query = format!("{AFTERWARDS}?foo=bar");
    let hint = signed_in.token("id_token");
    let parameters = [("id_token_hint", hint), ("post_logout_redirect_uri", with_query.as_str()), ("state", STATE)];
    let reply = log_out(&mut suite, &parameters).await;
    assert_asked_and_kept_here(&mut suite, &reply).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_modified_id_token_hint_redirects_nowhere() {
    let server = Server::seeded().await;
    let (mut suite, signed_in) = signed_in(&server).await;
    let unsigned = Jwt::of(signed_in.token("id_token")).header("alg", json!("none")).with_signature(&[]);
    let parameters = [("id_token_hint", unsigned.as_str()), ("post_logout_redirect_uri", AFTERWARDS), ("state", STATE)];
    let reply = log_out(&mut suite, &parameters).await;
    assert_asked_and_kept_here(&mut suite, &reply).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_bad_id_token_hint_redirects_nowhere() {
    let server = Server::seeded().await;
    let (mut suite, signed_in) = signed_in(&server).await;
    let (input, _) = signed_in.token("id_token").rsplit_once('.').expect("a signature");
    let of_the_suite = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a key");
    let signature: p256::ecdsa::Signature = of_the_suite.sign(input.as_bytes());
    let forged = Jwt::of(signed_in.token("id_token")).with_signature(&signature.to_bytes());
    let parameters = [("id_token_hint", forged.as_str()), ("post_logout_redirect_uri", AFTERWARDS), ("state", STATE)];
    let reply = log_out(&mut suite, &parameters).await;
    assert_asked_and_kept_here(&mut suite, &reply).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_id_token_hint_redirects_nowhere() {
    let server = Server::seeded().await;
    let (mut suite, _) = signed_in(&server).await;
    let reply = log_out(&mut suite, &[("post_logout_redirect_uri", AFTERWARDS), ("state", STATE)]).await;
    assert_asked_and_kept_here(&mut suite, &reply).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_params_signs_out_and_says_so() {
    let server = Server::seeded().await;
    let (mut suite, _) = signed_in(&server).await;
    let reply = log_out(&mut suite, &[]).await;
    assert_asked_and_kept_here(&mut suite, &reply).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_only_state_signs_out_and_says_so() {
    let server = Server::seeded().await;
    let (mut suite, _) = signed_in(&server).await;
    let reply = log_out(&mut suite, &[("state", STATE)]).await;
    assert_asked_and_kept_here(&mut suite, &reply).await;
}

#[tokio::test]
async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri_signs_out_and_says_so() {
    let server = Server::seeded().await;
    let (mut suite, signed_in) = signed_in(&server).await;
    let reply = log_out(&mut suite, &[("id_token_hint", signed_in.token("id_token")), ("state", STATE)]).await;
    assert_shown_signed_out(&mut suite, &reply).await;
}

/// RP-Initiated Logout 2: not tested by the suite, and the usual case.
#[tokio::test]
async fn oidcc_rp_initiated_logout_takes_a_hint_that_is_over() {
    let server = Server::seeded().await;
    let (mut suite, signed_in) = signed_in(&server).await;
    server.advance(3 * 60 * 60);
    let hint = signed_in.token("id_token");
    let reply = log_out(&mut suite, &[("id_token_hint", hint), ("post_logout_redirect_uri", AFTERWARDS)]).await;
    assert_eq!(reply.header("location"), AFTERWARDS);
    assert_signed_out(&mut suite).await;
}
