//! What a client may say of itself (RFC 7591 section 2).

use serde_json::{Value, json};

use super::{CALLBACK, register, registered};
use crate::support::server::Server;

#[tokio::test]
async fn all_metadata_is_kept_and_given_back_and_unknown_members_are_ignored() {
    let server = Server::seeded().await;
    let said = json!({
        "redirect_uris": [CALLBACK, "com.example.agent:/callback"],
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "client_name": "Agent",
        "client_name#nl": "Agentje",
        "client_uri": "https://agent.example/",
        "logo_uri": "https://agent.example/logo.png",
        "policy_uri": "https://agent.example/privacy",
        "tos_uri": "https://agent.example/terms",
        "scope": "read:tools openid",
        "contacts": ["ops@agent.example"],
        "software_id": "4NRB1-0XZABZI9E6-5SM3R",
        "software_version": "2.1",
        "application_type": "native",
        "default_max_age": 3600,
        "require_auth_time": true,
        "default_acr_values": ["urn:ostiary:acr:password"],
        "initiate_login_uri": "https://agent.example/start",
        "id_token_signed_response_alg": "ES256",
        "userinfo_signed_response_alg": "RS256",
        "post_logout_redirect_uris": ["https://agent.example/bye"],
        "backchannel_logout_uri": "https://agent.example/logout",
        "backchannel_logout_session_required": true,
        "subject_type": "public",
    });
    let mut sent = said.clone();
    sent["favourite_colour"] = json!("green");
    sent["jwks_uri"] = Value::Null;
    let client = registered(&server, sent).await;
    for (name, value) in said.as_object().expect("an object") {
        assert_eq!(&client[name], value, "{name}");
    }
    assert!(client.get("favourite_colour").is_none() && client.get("jwks_uri").is_none());
}

#[tokio::test]
async fn what_is_not_said_has_the_standards_defaults() {
    let server = Server::seeded().await;
    let client = registered(&server, json!({ "redirect_uris": [CALLBACK] })).await;
    assert_eq!(client["client_name"], "agent.example", "the host that answers go to");
    assert_eq!(client["id_token_signed_response_alg"], "RS256");
    assert_eq!(client["response_types"], json!(["code"]));
    let open = "read:tools call:tools agent:connect openid profile email address phone offline_access";
    let mut scopes: Vec<&str> = client["scope"].as_str().expect("a scope").split(' ').collect();
    let mut expected: Vec<&str> = open.split(' ').collect();
    scopes.sort_unstable();
    expected.sort_unstable();
    assert_eq!(scopes, expected, "what is open, and nothing else");
}

#[tokio::test]
async fn redirect_uris_that_cannot_be_are_refused_by_their_own_error() {
    let server = Server::seeded().await;
    for uris in [
        json!([]),
        json!(["http://agent.example/callback"]),
        json!(["https://agent.example/callback#part"]),
        json!(["javascript:alert(1)"]),
        json!(["https://*.agent.example/"]),
        json!(["urn:ietf:wg:oauth:2.0:oob"]),
        json!(vec![CALLBACK; 33]),
    ] {
        let refused = register(&server, &json!({ "redirect_uris": uris })).await;
        refused.assert_error(400, "invalid_redirect_uri");
    }
    register(&server, &json!({})).await.assert_error(400, "invalid_redirect_uri");
    assert!(server.database.peek("SELECT id FROM clients WHERE registration_token_hash IS NOT NULL").is_empty());
}

#[tokio::test]
async fn contradictions_and_what_is_not_done_are_refused() {
    let server = Server::seeded().await;
    for (member, value) in [
        ("redirect_uris", json!("https://agent.example/callback")),
        ("grant_types", json!(["refresh_token"])),
        ("grant_types", json!(["implicit", "authorization_code"])),
        ("response_types", json!(["token"])),
        ("response_types", json!(["code", "id_token"])),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("token_endpoint_auth_method", json!(7)),
        ("subject_type", json!("pairwise")),
        ("sector_identifier_uri", json!("https://agent.example/sector.json")),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("id_token_encrypted_response_alg", json!("RSA-OAEP")),
        ("client_uri", json!("http://agent.example/")),
        ("logo_uri", json!("javascript:alert(1)")),
        ("initiate_login_uri", json!("http://agent.example/start")),
        ("backchannel_logout_uri", json!("https://10.0.0.1/logout")),
        ("post_logout_redirect_uris", json!(["http://agent.example/"])),
        ("contacts", json!("ops@agent.example")),
        ("contacts", json!(["x".repeat(9000)])),
        ("favourite_colour", json!("x".repeat(9000))),
        ("default_max_age", json!("soon")),
        ("application_type", json!("toaster")),
        ("client_name", json!("")),
        ("client_name", json!("\u{202e}tnegA")),
    ] {
        let mut metadata = json!({ "redirect_uris": [CALLBACK] });
        metadata[member] = value.clone();
        let refused = register(&server, &metadata).await;
        let error = refused.text("error");
        let expected =
            if value == "https://agent.example/callback" { error.as_str() } else { "invalid_client_metadata" };
        assert_eq!((refused.status.as_u16(), error.as_str()), (400, expected), "{member} {value}: {}", refused.body);
    }
    let statement = json!({ "redirect_uris": [CALLBACK], "software_statement": "e30.e30." });
    register(&server, &statement).await.assert_error(400, "unapproved_software_statement");
    assert!(server.database.peek("SELECT id FROM clients WHERE registration_token_hash IS NOT NULL").is_empty());
}
