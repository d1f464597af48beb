//! What a client gets that nobody vouches for (docs/security.md, "Who may have what").

use axum::http::Method;
use serde_json::json;

use super::{APP, alice, asked, document_with, encoded, kept, server_with};
use crate::support::flow::{WEB, authorize};
use crate::support::request::Ask;

#[tokio::test]
async fn it_may_ask_for_open_scopes_only_whatever_its_document_says() {
    let server = server_with(&document_with(&json!({ "scope": "read:tools admin connections:token no:such" }))).await;
    let mut browser = alice(&server).await;
    for scope in ["admin", "connections:token", "manage:tools", "call:tools"] {
        asked(&mut browser, &[("scope", scope)]).await.assert_error_redirect(APP.redirect_uri, "invalid_scope");
    }
    assert!(asked(&mut browser, &[("scope", "read:tools")]).await.is_consent_page());
}

#[tokio::test]
async fn a_document_without_a_scope_of_ours_stands_for_every_open_one() {
    for changed in [json!({}), json!({ "scope": "mail.read" }), json!({ "scope": 7 })] {
        let server = server_with(&document_with(&changed)).await;
        let mut browser = alice(&server).await;
        let page = asked(&mut browser, &[("scope", "openid read:tools call:tools agent:connect")]).await;
        assert!(page.is_consent_page(), "{changed}");
        asked(&mut browser, &[("scope", "admin")]).await.assert_error_redirect(APP.redirect_uri, "invalid_scope");
    }
}

#[tokio::test]
async fn it_gets_no_tokens_without_a_person() {
    let types = ["authorization_code", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"];
    let server = server_with(&document_with(&json!({ "grant_types": types }))).await;
    asked(&mut alice(&server).await, &[]).await;
    let ask = APP.ask("/oauth/token", &[("grant_type", "client_credentials")]);
    server.send(ask).await.assert_error(400, "unauthorized_client");
}

#[tokio::test]
async fn without_refresh_token_among_its_grant_types_it_gets_none() {
    let server = server_with(&document_with(&json!({ "grant_types": ["authorization_code"] }))).await;
    let answer = authorize(&mut alice(&server).await, &APP, &[]).await;
    let tokens = server.send(APP.redeem(&answer.location_parameter("code").expect("a code"))).await;
    assert_eq!(tokens.assert_status(200).json().get("refresh_token"), None);
}

#[tokio::test]
async fn what_an_administrator_gives_cannot_be_claimed() {
    let claimed = json!({
        "first_party": true, "consent_policy": "skip", "require_pkce": false, "resource_server": true,
        "resources": ["https://photos.example/api"], "owner_user_id": "usr_x",
    });
    let server = server_with(&document_with(&claimed)).await;
    assert!(asked(&mut alice(&server).await, &[]).await.is_consent_page());
    let seen = kept(&server).await.expect("it is kept");
    let given = ["first_party", "consent_policy", "require_pkce", "resource_server", "resources", "owner"];
    let given = given.map(|member| seen[member].clone());
    assert_eq!(json!(given), json!([false, "once", true, false, [], null]));
}

#[tokio::test]
async fn a_resource_that_nobody_made_known_cannot_be_asked_for() {
    let server = server_with(&super::document()).await;
    let mut browser = alice(&server).await;
    for resource in ["https://app.example/api", "http://localhost:8787/admin"] {
        asked(&mut browser, &[("resource", resource)]).await.assert_error_redirect(APP.redirect_uri, "invalid_target");
    }
}

#[tokio::test]
async fn it_may_not_look_into_tokens_of_others() {
    let server = server_with(&super::document()).await;
    asked(&mut alice(&server).await, &[]).await;
    let token = crate::support::flow::tokens(&server, &WEB).await.text("access_token");
    // RFC 7662 section 2.1: who proves nothing may not ask.
    server.send(APP.introspect(&token)).await.assert_error(401, "invalid_client");
    server.send(APP.revoke(&token)).await.assert_status(200);
    assert!(crate::support::flow::is_active(&server, &token).await, "RFC 7009 2.1: it was not issued to it");
}

#[tokio::test]
async fn it_must_use_pkce() {
    let server = server_with(&super::document()).await;
    let page = asked(&mut alice(&server).await, &[("code_challenge", ""), ("code_challenge_method", "")]).await;
    page.assert_error_redirect(APP.redirect_uri, "invalid_request");
}

#[tokio::test]
async fn a_redirect_uri_that_its_document_does_not_name_is_a_page_of_ours() {
    let server = server_with(&super::document()).await;
    let mut browser = alice(&server).await;
    for uri in ["https://app.example/other", "https://evil.example/callback", "https://app.example/callback?a=b"] {
        asked(&mut browser, &[("redirect_uri", uri)]).await.assert_error_page(400, "invalid_request");
    }
}

#[tokio::test]
async fn nobody_may_spare_people_its_consent_page() {
    let server = server_with(&super::document()).await;
    asked(&mut alice(&server).await, &[]).await;
    let path = format!("/admin/api/clients/{}", encoded(APP.id));
    let settings = json!({ "first_party": true, "consent_policy": "skip" });
    let refused = server.as_admin(Ask::json(Method::PATCH, &path, &settings)).await;
    refused.assert_error(400, "invalid_request");
}

#[tokio::test]
async fn ids_that_look_like_urls_can_be_made_by_nobody_else() {
    let server = super::Server::seeded().await;
    let client = json!({ "client_id": APP.id, "client_name": "Mine", "redirect_uris": ["https://mine.example/"] });
    let refused = server.as_admin(Ask::json(Method::POST, "/admin/api/clients", &client)).await;
    refused.assert_error(400, "invalid_request");
    let registered = server.send(Ask::json(Method::POST, "/oauth/register", &client)).await;
    assert_ne!(registered.assert_status(201).text("client_id"), APP.id);
}

#[tokio::test]
async fn its_row_cannot_be_looked_after_by_a_registration_token() {
    let server = server_with(&super::document()).await;
    asked(&mut alice(&server).await, &[]).await;
    let path = format!("/oauth/register/{}", encoded(APP.id));
    for method in [Method::GET, Method::DELETE] {
        let ask = Ask::method(method, &path).header("authorization", "Bearer ");
        assert_eq!(server.send(ask).await.status, 401);
        let ask = Ask::get(&path).header("authorization", "Bearer guess");
        server.send(ask).await.assert_error(401, "invalid_token");
    }
}
