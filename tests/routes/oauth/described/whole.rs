//! From the id alone to tokens.

use axum::http::Method;
use serde_json::json;

use super::{APP, alice, asked, document_with, encoded, kept, server_with};
use crate::support::browser::Browser;
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn a_client_that_nobody_knew_gets_tokens_by_its_id() {
    let server = server_with(&super::document()).await;
    let mut browser = Browser::new(&server);
    let login = browser.open(&APP.authorize_path(&[])).await;
    assert!(login.is_login_page());
    let consent = browser.sign_in_on(&login, "alice", "alice").await;
    assert!(consent.is_consent_page(), "{}", consent.body);
    let answer = browser.answer(&consent, "approve").await;
    assert_eq!(answer.location_parameter("state").as_deref(), Some("state-of-the-client"));

    let code = answer.location_parameter("code").expect("a code");
    let tokens = server.send(APP.redeem(&code)).await;
    tokens.assert_status(200);
    assert_eq!(tokens.text("scope"), "read:tools call:tools");
    let refreshed = server.send(APP.refresh(&tokens.text("refresh_token"))).await;
    refreshed.assert_status(200);
    server.send(APP.revoke(&refreshed.text("refresh_token"))).await.assert_status(200);
    assert_eq!(server.http.take_asked(), [APP.id], "read once, and by nobody but the authorization endpoint");
}

#[tokio::test]
async fn the_consent_page_says_where_it_describes_itself_and_that_nobody_checked_it() {
    let links = json!({ "client_uri": "https://app.example/", "policy_uri": "https://app.example/privacy" });
    let server = server_with(&document_with(&links)).await;
    let page = asked(&mut alice(&server).await, &[]).await;
    assert!(page.is_consent_page(), "{}", page.body);
    assert_eq!(page.element("client-name"), "Example App");
    assert!(
        page.body.contains("id=\"client-host\">It describes itself at <strong class=\"host\">app.example</strong>")
    );
    assert!(page.element("client-trust").starts_with("Not known to your administrator"));
    assert!(page.body.contains("href=\"https://app.example/privacy\""));
    assert!(!page.body.contains("id=\"device-warning\""));
}

#[tokio::test]
async fn a_redirect_to_the_persons_own_device_is_warned_of_and_never_remembered() {
    let server = server_with(&document_with(&json!({ "redirect_uris": ["http://127.0.0.1/callback"] }))).await;
    let mut browser = alice(&server).await;
    for _ in 0..2 {
        let page = asked(&mut browser, &[("redirect_uri", "http://127.0.0.1:49152/callback")]).await;
        assert!(page.is_consent_page(), "{}", page.body);
        assert!(page.body.contains("id=\"device-warning\""));
        let answer = browser.answer(&page, "approve").await;
        assert!(answer.header("location").starts_with("http://127.0.0.1:49152/callback?code="));
    }
    let silent = asked(&mut browser, &[("redirect_uri", "http://127.0.0.1:1/callback"), ("prompt", "none")]).await;
    silent.assert_error_redirect("http://127.0.0.1:1/callback", "consent_required");
}

#[tokio::test]
async fn a_remembered_yes_spares_the_question() {
    let server = server_with(&super::document()).await;
    let mut browser = alice(&server).await;
    let page = asked(&mut browser, &[]).await;
    browser.answer(&page, "approve").await;
    let silent = asked(&mut browser, &[("prompt", "none")]).await;
    assert!(silent.location_parameter("code").is_some());
}

#[tokio::test]
async fn its_logo_comes_from_us() {
    let server = server_with(&document_with(&json!({ "logo_uri": "https://app.example/logo.png" }))).await;
    server.http.answer("https://app.example/logo.png", 200, "image/gif", b"GIF89a, and pixels");
    let page = asked(&mut alice(&server).await, &[]).await;
    let path = format!("/client-logo/{}", encoded(APP.id));
    assert!(page.body.contains(&format!("src=\"{path}\"")), "{}", page.body);
    server.send(Ask::get(&path)).await.assert_status(200);
}

#[tokio::test]
async fn metadata_says_so_where_clients_may_come_by_themselves() {
    for (setting, expected) in [("open", true), ("token", false), ("off", false)] {
        let server = Server::with(&[("DYNAMIC_REGISTRATION", setting)]).seed().await;
        let metadata = server.send(Ask::get("/.well-known/oauth-authorization-server")).await.json();
        assert_eq!(metadata["client_id_metadata_document_supported"], expected, "{setting}");
        server.http.answer_json(APP.id, None, &super::document());
        let page = asked(&mut alice(&server).await, &[]).await;
        assert_eq!(page.is_consent_page(), expected, "{setting}");
        assert_eq!(server.http.take_asked().len(), usize::from(expected), "{setting}");
    }
}

#[tokio::test]
async fn an_administrator_sees_it_among_the_clients_and_may_switch_it_off() {
    let server = server_with(&super::document()).await;
    let mut browser = alice(&server).await;
    asked(&mut browser, &[]).await;
    let path = format!("/admin/api/clients/{}", encoded(APP.id));
    let off = server.as_admin(Ask::json(Method::PATCH, &path, &json!({ "disabled": true }))).await;
    assert_eq!(off.assert_status(200).json()["client_name"], "Example App");
    asked(&mut browser, &[]).await.assert_error_page(400, "invalid_request");
    server.advance(2 * 3600);
    asked(&mut browser, &[]).await.assert_error_page(400, "invalid_request");
    let kept = kept(&server).await.expect("the client");
    assert_eq!(kept["disabled"], true, "reading its document again does not switch it on");
}
