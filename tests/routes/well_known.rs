//! `/.well-known/…`

use serde_json::json;

use crate::support::request::Ask;
use crate::support::server::Server;

const ADDRESSES: [&str; 2] = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

/// What else the document says: `protocol/discovery.rs`.
#[tokio::test]
async fn metadata_is_the_same_at_both_addresses_and_every_endpoint_it_names_answers() {
    let server = Server::deployed();
    let mut documents = Vec::new();
    for address in ADDRESSES {
        documents.push(server.send(Ask::get(address)).await.assert_status(200).json());
    }
    assert_eq!(documents[0], documents[1]);
    let members = documents[0].as_object().expect("an object");
    let mut endpoints = 0;
    for (name, url) in members.iter().filter(|(name, _)| name.ends_with("_endpoint") || name.ends_with("_uri")) {
        let path = url.as_str().and_then(|url| url.strip_prefix("https://auth.example/")).expect(name);
        let reply = server.send(Ask::get(&format!("/{path}"))).await;
        assert!(reply.status != 404, "{name} is at {path}");
        endpoints += 1;
    }
    assert_eq!(endpoints, 8);
    assert_eq!(documents[0]["issuer"], "https://auth.example");
    assert_eq!(documents[0]["id_token_signing_alg_values_supported"], json!(["ES256", "RS256"]));
}

#[tokio::test]
async fn an_algorithm_without_a_key_is_not_listed() {
    let (_, es256) = crate::support::keys::signing_jwks().remove(0);
    let keys = json!({ "keys": [es256] }).to_string();
    let server = Server::with(&[("SIGNING_KEYS", keys.as_str())]);
    let document = server.send(Ask::get(ADDRESSES[0])).await.json();
    for name in ["id_token_signing_alg_values_supported", "userinfo_signing_alg_values_supported"] {
        assert_eq!(document[name], json!(["ES256"]));
    }
}

#[tokio::test]
async fn scopes_of_the_setting_are_listed_and_admin_never_is() {
    let server = Server::with(&[("OAUTH_VALID_SCOPES", "photos:read,admin read:tools")]);
    let reply = server.send(Ask::get(ADDRESSES[1])).await.json();
    let open = [
        "read:tools",
        "call:tools",
        "agent:connect",
        "openid",
        "profile",
        "email",
        "address",
        "phone",
        "offline_access",
        "photos:read",
    ];
    assert_eq!(reply["scopes_supported"], json!(open));
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
