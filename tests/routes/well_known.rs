//! `/.well-known/…`

use serde_json::json;

use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn metadata_lists_what_there_is_under_canonical_paths() {
    let server = Server::deployed();
    let reply = server.send(Ask::get("/.well-known/oauth-authorization-server")).await;
    let at = |path: &str| format!("https://auth.example{path}");
    let expected = json!({
        "issuer": "https://auth.example",
        "authorization_endpoint": at("/oauth/authorize"),
        "token_endpoint": at("/oauth/token"),
        "jwks_uri": at("/.well-known/jwks.json"),
        "revocation_endpoint": at("/oauth/revoke"),
        "introspection_endpoint": at("/oauth/introspect"),
        "scopes_supported": ["read:tools", "call:tools", "agent:connect"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
    });
    assert_eq!((reply.status.as_u16(), reply.json()), (200, expected));
}

#[tokio::test]
async fn scopes_of_the_setting_are_listed_and_admin_never_is() {
    let server = Server::with(&[("OAUTH_VALID_SCOPES", "photos:read,admin read:tools")]);
    let reply = server.send(Ask::get("/.well-known/oauth-authorization-server")).await.json();
    assert_eq!(reply["scopes_supported"], json!(["read:tools", "call:tools", "agent:connect", "photos:read"]));
}

#[tokio::test]
async fn the_jwks_has_the_public_half_of_every_key_and_nothing_of_the_private_one() {
    let server = Server::new();
    let reply = server.send(Ask::get("/.well-known/jwks.json")).await;
    let keys = reply.json()["keys"].as_array().expect("keys").clone();
    let mut found = Vec::new();
    for key in &keys {
        let names: Vec<&str> = key.as_object().expect("a key").keys().map(String::as_str).collect();
        found.push(names.join(" "));
        assert_eq!(key["use"], "sig");
        assert_eq!(key["kid"].as_str().expect("a kid").len(), 43, "an RFC 7638 thumbprint");
    }
    assert_eq!(found, ["alg crv kid kty use x y", "alg e kid kty n use"]);
    assert_eq!((&keys[0]["alg"], &keys[1]["alg"]), (&json!("ES256"), &json!("RS256")));
    for (_, private) in crate::support::keys::signing_jwks() {
        for member in ["d", "p", "q", "dp", "dq", "qi"] {
            let secret = private.get(member).and_then(serde_json::Value::as_str);
            assert!(secret.is_none_or(|secret| !reply.body.contains(secret)), "{member}");
        }
    }
}

#[tokio::test]
async fn both_slots_of_signing_keys_are_published() {
    let mut next = crate::support::keys::signing_jwks();
    let (rs256_kid, rs256) = next.remove(1);
    let (_, es256) = next.remove(0);
    let first = json!({ "keys": [es256] }).to_string();
    let second = json!({ "keys": [rs256] }).to_string();
    let server = Server::with(&[("SIGNING_KEYS", first.as_str()), ("SIGNING_KEYS_NEXT", second.as_str())]);
    let keys = server.send(Ask::get("/.well-known/jwks.json")).await.json();
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(2));
    assert_eq!(keys["keys"][1]["kid"], json!(rs256_kid));
}
