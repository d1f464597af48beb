//! One of every kind, and something fitting for each of its members.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::client_key::{ES256, set};
use crate::support::openapi::Document;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::tool;

/// What makes one of this kind, and needs no other.
pub fn new(noun: &str, name: &str) -> Value {
    match noun {
        "clients" => json!({
            "client_name": name, "redirect_uris": ["https://a.example/cb"],
            "token_endpoint_auth_method": "private_key_jwt", "jwks": set(&[ES256]),
        }),
        "scopes" => json!({ "name": name, "description": "See photos" }),
        "resources" => json!({ "resource": format!("https://api.example/{name}"), "name": "Photos" }),
        "tools" => tool(name),
        "providers" => json!({
            "id": name.to_ascii_lowercase(), "issuer": "https://idp.example", "client_id": "us", "client_authentication": "none",
        }),
        _ => json!({ "name": name }),
    }
}

/// What a member may be when it is the only one that is said.
pub fn fitting(noun: &str, member: &str) -> Value {
    match (noun, member) {
        ("clients", "client_id") | ("providers", "id") => json!("chosen"),
        ("clients", "public" | "disabled") => json!(false),
        ("clients", "grant_types") => json!(["client_credentials"]),
        ("clients", "consent_policy") => json!("always"),
        ("clients", "token_endpoint_auth_method") => json!("private_key_jwt"),
        ("clients", "jwks") => set(&[ES256]),
        (_, "id_token_signed_response_alg") => json!("RS256"),
        (_, "userinfo_signed_response_alg" | "token_endpoint_auth_signing_alg") => json!("ES256"),
        (_, "redirect_uris" | "post_logout_redirect_uris" | "resources") => json!(["https://b.example/x"]),
        ("clients", member) if member.ends_with("_uri") => json!("https://b.example/x"),
        (_, "scope") => json!("read:tools"),
        ("resources", "resource") => json!("https://b.example/x"),
        ("users", "claims") => json!({ "email": "a@example.com" }),
        ("scopes", "claims") => json!(["email"]),
        (_, "password") => json!("correct horse"),
        (_, "role") => json!("admin"),
        ("tools", "input_schema" | "request") => tool("other")[member].clone(),
        ("tools", "authentication") => json!({ "basic": { "username": "u", "secret": "s" } }),
        ("providers", "kind") => json!("oidc"),
        ("providers", "flow") => json!("authorization_code"),
        ("providers", "client_authentication") => json!("none"),
        ("providers", "client_secret" | "client_id" | "subject_claim" | "email_claim" | "name_claim") => json!("text"),
        ("providers", "scopes" | "sign_in_scopes") => json!("openid"),
        ("providers", "unknown_accounts") => json!("invite"),
        ("providers", "parameters") => json!({ "prompt": "consent" }),
        ("providers", member) if member.ends_with("_endpoint") || member.ends_with("_uri") || member == "issuer" => {
            json!("https://idp.example/x")
        }
        (
            _,
            "timeout_seconds"
            | "max_bytes"
            | "expires_in"
            | "access_token_minutes"
            | "refresh_token_hours"
            | "grant_hours",
        ) => json!(7),
        (_, "tools" | "tool_groups") => json!([]),
        (_, "name" | "client_name" | "description") => json!("another"),
        _ => json!(true),
    }
}

pub async fn post(server: &Server, noun: &str, body: &Value) -> Reply {
    server.as_admin(Ask::json(Method::POST, &format!("/admin/api/{noun}"), body)).await
}

pub async fn patch(server: &Server, noun: &str, id: &str, body: &Value) -> Reply {
    server.as_admin(Ask::json(Method::PATCH, &format!("/admin/api/{noun}/{id}"), body)).await
}

/// Makes one of this kind, and answers its id.
pub async fn make(server: &Server, document: &Document, noun: &str, name: &str) -> String {
    let made = post(server, noun, &new(noun, name)).await.assert_status(201).json();
    made[document.id_of(noun)].as_str().expect("an id").to_owned()
}
