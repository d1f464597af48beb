//! When a document is read again, and what comes of it.

use axum::http::Method;
use serde_json::json;

use super::{APP, alice, asked, document, document_with, encoded, is_kept, kept, server_with};
use crate::support::fault::Fault;
use crate::support::flow::authorize;
use crate::support::request::Ask;
use crate::support::server::Server;

/// The server, and a refresh token that alice gave the app.
async fn used(cache_control: Option<&str>) -> (Server, String) {
    let server = Server::seeded().await;
    server.http.answer_json(APP.id, cache_control, &document());
    let answer = authorize(&mut alice(&server).await, &APP, &[]).await;
    let tokens = server.send(APP.redeem(&answer.location_parameter("code").expect("a code"))).await;
    let refresh_token = tokens.assert_status(200).text("refresh_token");
    assert_eq!(server.http.take_asked().len(), 1);
    (server, refresh_token)
}

#[tokio::test]
async fn a_document_is_read_again_when_it_is_no_longer_fresh() {
    for (cache_control, fresh_for) in
        [(None, 3600), (Some("max-age=7200"), 7200), (Some("no-store"), 300), (Some("max-age=9999999"), 86_400)]
    {
        let (server, _) = used(cache_control).await;
        server.advance(fresh_for - 10);
        let mut browser = alice(&server).await;
        assert!(asked(&mut browser, &[]).await.location_parameter("code").is_some());
        assert!(server.http.take_asked().is_empty(), "{cache_control:?}");
        server.advance(11);
        assert!(asked(&mut browser, &[]).await.location_parameter("code").is_some());
        assert_eq!(server.http.take_asked(), [APP.id], "{cache_control:?}");
    }
}

#[tokio::test]
async fn an_isolate_that_has_just_started_reads_the_row_and_not_the_document() {
    let (server, _) = used(None).await;
    let isolate = server.fresh_isolate();
    assert!(asked(&mut alice(&isolate).await, &[]).await.location_parameter("code").is_some());
    assert!(server.http.take_asked().is_empty());
}

#[tokio::test]
async fn tokens_go_on_while_its_document_cannot_be_read() {
    let (server, refresh_token) = used(None).await;
    server.http.fault.set(Fault::Fail);
    server.advance(7200);
    server.send(APP.refresh(&refresh_token)).await.assert_status(200);
    assert!(server.http.take_asked().is_empty());
    asked(&mut alice(&server).await, &[]).await.assert_error_page(400, "invalid_client_metadata");
    assert!(is_kept(&server).await, "the last good one stays");
}

#[tokio::test]
async fn a_client_that_calls_itself_otherwise_or_answers_elsewhere_is_asked_about_again() {
    for changed in [
        json!({ "client_name": "Another App" }),
        json!({ "redirect_uris": [APP.redirect_uri, "https://app.example/second"] }),
    ] {
        let (server, refresh_token) = used(None).await;
        server.http.answer_json(APP.id, None, &document_with(&changed));
        server.advance(3601);
        let page = asked(&mut alice(&server).await, &[]).await;
        assert!(page.is_consent_page(), "{changed}: {}", page.body);
        let again = asked(&mut alice(&server).await, &[("prompt", "none")]).await;
        again.assert_error_redirect(APP.redirect_uri, "consent_required");
        server.send(APP.refresh(&refresh_token)).await.assert_status(200);
    }
}

#[tokio::test]
async fn what_nobody_decided_by_may_change_unasked() {
    let (server, _) = used(None).await;
    let links = json!({ "tos_uri": "https://app.example/terms", "contacts": ["a@app.example"] });
    server.http.answer_json(APP.id, None, &document_with(&links));
    server.advance(3601);
    assert!(asked(&mut alice(&server).await, &[]).await.location_parameter("code").is_some());
}

#[tokio::test]
async fn a_redirect_uri_taken_out_of_the_document_is_refused_from_then_on() {
    let server = server_with(&document_with(&json!({
        "redirect_uris": [APP.redirect_uri, "https://app.example/old"]
    })))
    .await;
    let mut browser = alice(&server).await;
    let old = [("redirect_uri", "https://app.example/old")];
    assert!(asked(&mut browser, &old).await.is_consent_page());
    server.http.answer_json(APP.id, None, &document());
    server.advance(3601);
    asked(&mut browser, &old).await.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn an_answer_is_for_what_was_shown_though_the_document_is_not_fresh_by_then() {
    let server = Server::seeded().await;
    server.http.answer_json(APP.id, Some("no-store"), &document());
    let mut browser = alice(&server).await;
    let page = asked(&mut browser, &[]).await;
    server.http.fault.set(Fault::Fail);
    server.advance(600);
    let answer = browser.answer(&page, "approve").await;
    assert!(answer.location_parameter("code").is_some(), "{}", answer.body);
}

#[tokio::test]
async fn one_that_is_not_used_goes_and_may_come_again() {
    let (server, refresh_token) = used(None).await;
    server.send(APP.revoke(&refresh_token)).await.assert_status(200);
    server.advance(92 * 86_400);
    ostiary::service::cleanup::clean_up(&server.app).await.expect("a database");
    ostiary::service::cleanup::clean_up(&server.app).await.expect("a database");
    assert!(!is_kept(&server).await);
    assert!(asked(&mut alice(&server).await, &[]).await.is_consent_page());
}

#[tokio::test]
async fn what_an_administrator_took_from_it_its_document_cannot_give_it_again() {
    let (server, _) = used(None).await;
    let path = format!("/admin/api/clients/{}", encoded(APP.id));
    let edit = Ask::json(Method::PATCH, &path, &json!({ "scope": "read:tools", "access_token_minutes": 3 }));
    server.as_admin(edit).await.assert_status(200);
    server.advance(3601);
    let mut browser = alice(&server).await;
    let refused = asked(&mut browser, &[("scope", "read:tools call:tools")]).await;
    refused.assert_error_redirect(APP.redirect_uri, "invalid_scope");
    assert_eq!(server.http.take_asked(), [APP.id], "the document was read again");
    let kept = kept(&server).await.expect("the client");
    assert_eq!((&kept["scope"], &kept["access_token_minutes"]), (&json!("read:tools"), &json!(3)));
    let answer = authorize(&mut browser, &APP, &[("scope", "read:tools")]).await;
    let tokens = server.send(APP.redeem(&answer.location_parameter("code").expect("a code"))).await;
    assert_eq!(tokens.assert_status(200).json()["expires_in"], 180);
}
