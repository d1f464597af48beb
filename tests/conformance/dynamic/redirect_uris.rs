//! Redirect URIs as they were registered, byte for byte.

use axum::http::Method;
use serde_json::json;

use super::{CALLBACK, registering, server};
use crate::support::request::Ask;

const WITH_QUERY: &str = "https://suite.example/callback?foo=bar";

#[tokio::test]
async fn oidcc_ensure_redirect_uri_in_authorization_request_when_two_are_registered() {
    let server = server().await;
    let both = json!({ "redirect_uris": [CALLBACK, "https://suite.example/other"] });
    let (mut suite, _) = registering(&server, both).await;
    suite.ask(&[("redirect_uri", "")]).await.assert_error_page(400, "invalid_request");
    suite.sign_in(&[]).await;
}

#[tokio::test]
async fn oidcc_redirect_uri_query_ok_keeps_what_stands_in_it() {
    let server = server().await;
    let (mut suite, told) = registering(&server, json!({ "redirect_uris": [WITH_QUERY] })).await;
    assert_eq!(told["redirect_uris"], json!([WITH_QUERY]));
    suite.sign_in(&[]).await;
    let reply = suite.ask(&[("prompt", "none")]).await;
    assert!(reply.header("location").starts_with(&format!("{WITH_QUERY}&")), "{}", reply.header("location"));
}

#[tokio::test]
async fn oidcc_redirect_uri_query_mismatch_shows_an_error_page() {
    let server = server().await;
    let (mut suite, _) = registering(&server, json!({ "redirect_uris": [WITH_QUERY] })).await;
    for other in [CALLBACK, "https://suite.example/callback?foo=baz", "https://suite.example/callback?foo=bar&x=y"] {
        suite.ask(&[("redirect_uri", other)]).await.assert_error_page(400, "invalid_request");
    }
}

#[tokio::test]
async fn oidcc_redirect_uri_query_added_shows_an_error_page() {
    let server = server().await;
    let (mut suite, _) = registering(&server, json!({})).await;
    suite.ask(&[("redirect_uri", WITH_QUERY)]).await.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn oidcc_redirect_uri_regfrag_cannot_be_registered() {
    let server = server().await;
    let metadata = json!({ "redirect_uris": [format!("{CALLBACK}#fragment")] });
    let refused = server.send(Ask::json(Method::POST, "/oauth/register", &metadata)).await;
    refused.assert_error(400, "invalid_redirect_uri");
}
