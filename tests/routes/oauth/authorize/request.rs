//! What is refused once client and destination are proven: by redirect, with `state` and `iss`.

use serde_json::json;

use crate::support::admin::edit_client;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::server::Server;

#[tokio::test]
async fn each_refusal_travels_to_the_client_with_state_and_issuer() {
    let server = Server::seeded().await;
    for (name, value, code) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_type", "code id_token", "unsupported_response_type"),
        ("response_type", "", "invalid_request"),
        ("response_mode", "fragment", "invalid_request"),
        ("request", "e30.e30.", "request_not_supported"),
        ("request_uri", "urn:example:x", "request_uri_not_supported"),
        ("resource", "https://elsewhere.example", "invalid_target"),
        ("resource", "not a uri", "invalid_target"),
        ("scope", "read:tools unheard:of", "invalid_scope"),
        ("scope", "\"", "invalid_scope"),
        ("scope", "manage:tools", "invalid_scope"),
        ("scope", "admin", "invalid_scope"),
    ] {
        let reply = Browser::new(&server).open(&WEB.authorize_path(&[(name, value)])).await;
        reply.assert_error_redirect(WEB.redirect_uri, code);
        assert_eq!(reply.location_parameter("state").as_deref(), Some("state-of-the-client"), "{name}={value}");
        assert_eq!(reply.location_parameter("iss").as_deref(), Some(server.issuer()));
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
    assert!(server.database.peek("SELECT id FROM grants").is_empty());
}

#[tokio::test]
async fn a_repeated_parameter_is_refused_but_for_resource_and_audience() {
    let server = Server::seeded().await;
    let path = WEB.authorize_path(&[]);
    for twice in ["state=other", "scope=read:tools", "code_challenge=x", "response_type=code", "unknown=1&unknown=2"] {
        let reply = Browser::new(&server).open(&format!("{path}&{twice}")).await;
        reply.assert_error_redirect(WEB.redirect_uri, "invalid_request");
    }
    let resource = "resource=http://localhost:8787&resource=http://localhost:8787&audience=a&audience=b";
    assert!(Browser::new(&server).open(&format!("{path}&{resource}")).await.is_login_page());
}

#[tokio::test]
async fn state_comes_back_unchanged_whatever_it_holds() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    for state in ["a b+c%20&d=e#f?g", "\u{e9}\u{1f600}\"<script>", &"s".repeat(512), &"z".repeat(4096)] {
        let reply = flow::authorize(&mut browser, &WEB, &[("state", state)]).await;
        assert_eq!(reply.location_parameter("state").as_deref(), Some(state));
        assert!(reply.location_parameter("code").is_some());
        let refused = browser.open(&WEB.authorize_path(&[("state", state), ("response_type", "x")])).await;
        assert_eq!(refused.location_parameter("state").as_deref(), Some(state));
    }
    let none = flow::authorize(&mut browser, &WEB, &[("state", "")]).await;
    assert_eq!(none.location_parameter("state"), None);
    let long = browser.open(&WEB.authorize_path(&[("state", &"x".repeat(4097))])).await;
    long.assert_error_redirect(WEB.redirect_uri, "invalid_request");
}

#[tokio::test]
async fn an_answer_says_who_answers_and_keeps_the_query_of_the_redirect_uri() {
    let server = Server::seeded().await;
    let with_query = "https://server.example/callback?tenant=a%20b";
    edit_client(&server, SERVER.id, json!({ "redirect_uris": [with_query] })).await;
    let mut browser = Browser::new(&server);
    let reply = flow::authorize(&mut browser, &SERVER, &[("redirect_uri", with_query)]).await;
    assert_eq!(reply.status, 303);
    assert!(reply.header("location").starts_with(&format!("{with_query}&code=")), "{}", reply.header("location"));
    assert_eq!(reply.location_parameter("iss").as_deref(), Some("http://localhost:8787"));
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
}

#[tokio::test]
async fn a_client_without_the_grant_type_is_unauthorized() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "grant_types": ["client_credentials"] })).await;
    let reply = Browser::new(&server).open(&SERVER.authorize_path(&[])).await;
    reply.assert_error_redirect(SERVER.redirect_uri, "unauthorized_client");
}

#[tokio::test]
async fn a_query_that_is_not_properly_encoded_gets_a_page() {
    let server = Server::seeded().await;
    let path = WEB.authorize_path(&[]);
    for broken in ["&x=%", "&x=%zz", "&state=%ff", "&%c3%28=1"] {
        Browser::new(&server).open(&format!("{path}{broken}")).await.assert_error_page(400, "invalid_request");
    }
    let many = "&a=1".repeat(200);
    Browser::new(&server).open(&format!("{path}{many}")).await.assert_error_page(400, "invalid_request");
}
