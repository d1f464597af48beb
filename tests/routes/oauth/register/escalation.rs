//! Nobody gets more by registering than a person may be asked for (docs/security.md).

use axum::http::Method;
use serde_json::json;

use super::{CALLBACK, consent_page, register, registered, text};
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn scopes_that_are_not_open_cannot_be_registered_nor_asked_for() {
    let server = Server::seeded().await;
    for scope in ["admin", "connections:token", "manage:tools", "read:tools admin", "no:such"] {
        let refused = register(&server, &json!({ "redirect_uris": [CALLBACK], "scope": scope })).await;
        refused.assert_error(400, "invalid_client_metadata");
    }
    let client =
        registered(&server, json!({ "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none" })).await;
    for scope in ["admin", "connections:token"] {
        consent_page(&server, &client, scope).await;
        let path = format!(
            "/oauth/authorize?response_type=code&client_id={}&redirect_uri={CALLBACK}&scope={scope}\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
            text(&client, "client_id")
        );
        server.send(Ask::get(&path)).await.assert_error_redirect(CALLBACK, "invalid_scope");
    }
}

#[tokio::test]
async fn nobody_registers_for_tokens_without_a_person() {
    let server = Server::seeded().await;
    let metadata = json!({ "redirect_uris": [CALLBACK], "grant_types": ["authorization_code", "client_credentials"] });
    register(&server, &metadata).await.assert_error(400, "invalid_client_metadata");
    let client = registered(&server, json!({ "redirect_uris": [CALLBACK] })).await;
    let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]);
    let ask = ask.basic(text(&client, "client_id"), text(&client, "client_secret"));
    server.send(ask).await.assert_error(400, "unauthorized_client");
}

#[tokio::test]
async fn an_id_of_ones_own_choice_is_ignored() {
    let server = Server::seeded().await;
    for id in ["agent_user_usr_x", "demo-web", "usr_x", "admin"] {
        let client = registered(&server, json!({ "redirect_uris": [CALLBACK], "client_id": id })).await;
        assert_ne!(client["client_id"], id);
    }
}

#[tokio::test]
async fn an_administrator_cannot_spare_people_the_consent_of_a_client_that_registered_itself() {
    let server = Server::seeded().await;
    let client = registered(&server, json!({ "redirect_uris": [CALLBACK] })).await;
    let path = format!("/admin/api/clients/{}", text(&client, "client_id"));
    let settings = json!({ "first_party": true, "consent_policy": "skip" });
    let refused = server.as_admin(Ask::json(Method::PATCH, &path, &settings)).await;
    refused.assert_error(400, "invalid_request");
}
