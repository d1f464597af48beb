//! Nobody gets more by registering than a person may be asked for (docs/security.md).

use axum::http::Method;
use serde_json::json;

use super::{CALLBACK, consent_page, register, registered, text};
use crate::support::browser::Browser;
use crate::support::flow::{CHALLENGE, WEB, authorize};
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

/// An API that an administrator has made known.
const PHOTOS: &str = "https://photos.example/api";

async fn with_photos() -> Server {
    let server = Server::seeded().await;
    let photos = json!({ "resource": PHOTOS, "name": "Photos" });
    server.as_admin(Ask::json(Method::POST, "/admin/api/resources", &photos)).await.assert_status(201);
    server
}

#[tokio::test]
async fn what_an_administrator_gives_cannot_be_claimed() {
    let server = with_photos().await;
    let claimed = json!({
        "redirect_uris": [CALLBACK], "first_party": true, "consent_policy": "skip", "require_pkce": false,
        "resource_server": true, "resources": [PHOTOS], "owner": "usr_x", "owner_user_id": "usr_x", "role": "admin",
    });
    let client = registered(&server, claimed).await;
    let clients = server.as_admin(Ask::get("/admin/api/clients")).await.assert_status(200).json();
    let mut seen = clients["clients"].as_array().expect("clients").iter();
    let seen = seen.find(|seen| seen["client_id"] == client["client_id"]).expect("it is listed");
    let given = ["first_party", "consent_policy", "require_pkce", "resource_server", "resources", "owner"];
    let given = given.map(|member| seen[member].clone());
    assert_eq!(json!(given), json!([false, "once", true, false, [], null]));
    let as_administrator = Ask::get("/admin/api/clients");
    for token in ["registration_access_token", "client_secret"] {
        let token = text(&client, token);
        server.send(as_administrator.clone().header("x-admin-token", token)).await.assert_error(401, "invalid_token");
        server.send(as_administrator.clone().bearer(token)).await.assert_error(401, "invalid_token");
    }
}

#[tokio::test]
async fn a_resource_of_others_cannot_be_posed_as_nor_looked_into() {
    let server = with_photos().await;
    let metadata = json!({ "redirect_uris": [CALLBACK], "resource_server": true, "resources": [PHOTOS] });
    let client = registered(&server, metadata).await;
    let answer = authorize(&mut Browser::new(&server), &WEB, &[("resource", PHOTOS)]).await;
    let tokens = server.send(WEB.redeem(&answer.location_parameter("code").expect("a code"))).await;
    for token in ["access_token", "refresh_token"] {
        let ask = Ask::post("/oauth/introspect", &[("token", &tokens.text(token))]);
        let told = server.send(ask.basic(text(&client, "client_id"), text(&client, "client_secret"))).await;
        assert_eq!(told.assert_status(200).json(), json!({ "active": false }), "{token}");
    }
    // Nor does what it was given for that resource open ours.
    let ping = Ask::json(Method::POST, "/mcp", &json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }));
    server.send(ping.bearer(&tokens.text("access_token"))).await.assert_error(401, "invalid_token");
}

#[tokio::test]
async fn a_resource_that_nobody_made_known_cannot_be_asked_for() {
    let server = with_photos().await;
    let client = registered(&server, json!({ "redirect_uris": [CALLBACK] })).await;
    for resource in ["https://agent.example/api", "https://photos.example/", "http://localhost:8787/admin"] {
        let path = format!(
            "/oauth/authorize?response_type=code&client_id={}&redirect_uri={CALLBACK}&resource={resource}\
             &code_challenge={CHALLENGE}&code_challenge_method=S256",
            text(&client, "client_id")
        );
        server.send(Ask::get(&path)).await.assert_error_redirect(CALLBACK, "invalid_target");
    }
}
