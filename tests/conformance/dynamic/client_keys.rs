//! A relying party that proves itself by RS256 keys of its own, at its `jwks_uri`.

use serde_json::json;

use super::{registering, server};
use crate::relying_party::RelyingParty;
use crate::support::client_key::{ClientKey, RS256, RS256_RENAMED, asserting, claims, set};
use crate::support::reply::Reply;
use crate::support::server::Server;

const JWKS_URI: &str = "https://suite.example/jwks.json";

fn publish(server: &Server, key: &ClientKey) {
    server.http.answer(JWKS_URI, 200, "application/json", set(&[*key]).to_string().as_bytes());
}

async fn registered(server: &Server) -> RelyingParty<'_> {
    publish(server, &RS256);
    let metadata = json!({
        "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "RS256",
        "jwks_uri": JWKS_URI,
    });
    let (suite, told) = registering(server, metadata.clone()).await;
    for (name, value) in metadata.as_object().expect("an object") {
        assert_eq!(&told[name], value, "{name}");
    }
    assert!(told.get("client_secret").is_none());
    suite
}

/// A sign-in whose code is exchanged by an assertion for `audience`.
async fn sign_in(suite: &mut RelyingParty<'_>, audience: &str) -> Reply {
    let page = suite.ask(&[("scope", "openid offline_access")]).await;
    let reply = suite.go_on(page).await;
    let code = suite.answer(&reply)["code"].clone();
    let form = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", &*suite.client.redirect_uri)];
    let claims = claims(suite.server, &suite.client.id).claim("aud", json!(audience));
    let tokens = suite.server.send(asserting("/oauth/token", &form, &RS256.signed(&claims))).await;
    suite.check_tokens(&tokens, Some(crate::relying_party::NONCE)).await;
    tokens
}

#[tokio::test]
async fn oidcc_registration_jwks_uri_is_asked_for_the_key_of_an_assertion() {
    let server = server().await;
    let mut suite = registered(&server).await;
    let endpoint = format!("{}/oauth/token", server.issuer());
    sign_in(&mut suite, &endpoint).await;
    assert_eq!(server.http.take_asked(), [JWKS_URI]);
}

#[tokio::test]
async fn oidcc_ensure_client_assertion_with_iss_aud_succeeds() {
    let server = server().await;
    let mut suite = registered(&server).await;
    sign_in(&mut suite, server.issuer()).await;
}

#[tokio::test]
async fn oidcc_refresh_token_rp_key_rotation_takes_the_new_key_and_no_longer_the_old() {
    let server = server().await;
    let mut suite = registered(&server).await;
    let tokens = sign_in(&mut suite, server.issuer()).await;
    publish(&server, &RS256_RENAMED);
    server.advance(2);
    let refresh_token = tokens.text("refresh_token");
    let form = [("grant_type", "refresh_token"), ("refresh_token", &*refresh_token)];
    let refreshed = server.send(RS256_RENAMED.ask(&server, &suite.client.id, "/oauth/token", &form)).await;
    suite.check_tokens(&refreshed, None).await;
    let old = server.send(RS256.ask(&server, &suite.client.id, "/oauth/token", &form)).await;
    old.assert_error(401, "invalid_client");
}
