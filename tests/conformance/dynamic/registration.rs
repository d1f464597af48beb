//! What a relying party is told when it registers, and what becomes of what it said.

use axum::http::Method;
use serde_json::{Value, json};

use super::{CALLBACK, registering, server};
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn oidcc_discovery_endpoint_verification_names_where_to_register() {
    let server = Server::deployed();
    let document = server.send(Ask::get("/.well-known/openid-configuration")).await.json();
    assert_eq!(document["registration_endpoint"], "https://auth.example/oauth/register");
}

#[tokio::test]
async fn oidcc_server_registers_signs_in_and_is_removed() {
    let server = server().await;
    let (mut suite, told) = registering(&server, json!({ "client_name": "Suite" })).await;
    assert_eq!(told["client_secret_expires_at"], 0, "Registration 3.2: required beside a secret");
    assert_eq!((&told["client_name"], &told["redirect_uris"]), (&json!("Suite"), &json!([CALLBACK])));
    suite.sign_in(&[]).await;

    let token = told["registration_access_token"].as_str().expect("a token");
    let uri = told["registration_client_uri"].as_str().expect("and where it is good");
    let path = uri.strip_prefix(server.issuer()).expect("on our origin");
    let removed = server.send(Ask::method(Method::DELETE, path).bearer(token)).await;
    assert_eq!((removed.status.as_u16(), removed.body.as_str()), (204, ""));
    suite.ask(&[]).await.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn oidcc_server_has_its_registration_looked_after_at_an_https_address() {
    let server = Server::deployed();
    let reply = server.send(Ask::json(Method::POST, "/oauth/register", &json!({ "redirect_uris": [CALLBACK] }))).await;
    let told = reply.assert_status(201).json();
    let uri = told["registration_client_uri"].as_str().expect("a URI");
    assert!(uri.starts_with("https://auth.example/oauth/register/"), "{uri}");
}

#[tokio::test]
async fn oidcc_refresh_token_is_exchanged_and_another_client_cannot() {
    let server = server().await;
    let offline = [("scope", "openid offline_access"), ("prompt", "consent")];
    let (mut suite, _) = registering(&server, json!({})).await;
    let (second, _) = registering(&server, json!({})).await;
    let signed_in = suite.sign_in(&offline).await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", signed_in.token("refresh_token"))];
    server.send(second.post("/oauth/token", &form)).await.assert_error(400, "invalid_grant");
    let refreshed = server.send(suite.post("/oauth/token", &form)).await;
    let id_token = suite.check_tokens(&refreshed, None).await;
    for same in ["iss", "sub", "aud", "auth_time", "azp", "sid"] {
        assert_eq!(id_token[same], signed_in.id_token[same], "{same} (Core 12.2)");
    }
}

/// The consent page of a client that registered this.
async fn consent_page(beside: Value) -> String {
    let server = server().await;
    let (mut suite, _) = registering(&server, beside).await;
    let page = suite.ask(&[]).await;
    let page = suite.browser.sign_in_on(&page, "alice", "alice").await;
    assert!(page.is_consent_page(), "{}", page.body);
    page.body
}

#[tokio::test]
async fn oidcc_registration_logo_uri_is_shown_from_our_own_origin() {
    let page = consent_page(json!({ "logo_uri": "https://suite.example/logo.png" })).await;
    assert!(page.contains("<img id=\"client-logo\" src=\"/client-logo/"), "{page}");
    assert!(!page.contains("suite.example/logo.png"), "the person's browser does not call the client's host");
    assert!(!consent_page(json!({})).await.contains("client-logo"));
}

#[tokio::test]
async fn oidcc_registration_policy_uri_is_a_link() {
    let page = consent_page(json!({ "policy_uri": "https://suite.example/privacy" })).await;
    let link =
        "<a href=\"https://suite.example/privacy\" id=\"client-privacy\" rel=\"noreferrer noopener\">Privacy</a>";
    assert!(page.contains(link), "{page}");
}

#[tokio::test]
async fn oidcc_registration_tos_uri_is_a_link() {
    let page = consent_page(json!({ "tos_uri": "https://suite.example/terms" })).await;
    let link = "<a href=\"https://suite.example/terms\" id=\"client-terms\" rel=\"noreferrer noopener\">Terms</a>";
    assert!(page.contains(link), "{page}");
}

#[tokio::test]
async fn oidcc_registration_sector_uri_is_not_offered_and_sector_bad_is_refused() {
    let server = server().await;
    let document = server.send(Ask::get("/.well-known/openid-configuration")).await.json();
    assert_eq!(document["subject_types_supported"], json!(["public"]), "so the suite skips the first");
    let sector = json!({ "redirect_uris": [CALLBACK], "sector_identifier_uri": "https://suite.example/sector.json" });
    for subject_type in ["pairwise", "public"] {
        let mut metadata = sector.clone();
        metadata["subject_type"] = json!(subject_type);
        let refused = server.send(Ask::json(Method::POST, "/oauth/register", &metadata)).await;
        refused.assert_error(400, "invalid_client_metadata");
    }
    assert!(server.http.take_asked().is_empty(), "nor is it fetched");
}
