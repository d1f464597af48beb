//! How what this client gets is signed, and by which key.

use ostiary::protocol::digest::base64url;
use serde_json::{Value, json};

use super::{registering, server};
use crate::relying_party::RelyingParty;
use crate::support::forge::{Jwt, es256_kid, rs256_kid};
use crate::support::jwt::{jwks, verified};
use crate::support::keys::signing_jwks;
use crate::support::request::Ask;

#[tokio::test]
async fn oidcc_idtoken_signature_is_rs256_with_kid_when_nothing_was_registered() {
    let server = server().await;
    let (mut suite, told) = registering(&server, json!({})).await;
    assert_eq!(told["id_token_signed_response_alg"], "RS256", "Registration 2");
    let signed_in = suite.sign_in(&[]).await;
    let header = Jwt::of(signed_in.token("id_token")).header;
    assert_eq!(header, json!({ "alg": "RS256", "kid": rs256_kid(), "typ": "JWT" }));
}

#[tokio::test]
async fn oidcc_idtoken_rs256_is_signed_as_registered_and_so_is_es256() {
    let server = server().await;
    for (algorithm, kid) in [("RS256", rs256_kid()), ("ES256", es256_kid())] {
        let (mut suite, told) = registering(&server, json!({ "id_token_signed_response_alg": algorithm })).await;
        assert_eq!(told["id_token_signed_response_alg"], algorithm);
        let signed_in = suite.sign_in(&[]).await;
        let header = Jwt::of(signed_in.token("id_token")).header;
        assert_eq!(header, json!({ "alg": algorithm, "kid": kid, "typ": "JWT" }));
    }
}

#[tokio::test]
async fn oidcc_userinfo_rs256_answers_a_jwt_to_the_client_that_registered_for_it() {
    let server = server().await;
    let metadata = server.send(Ask::get("/.well-known/openid-configuration")).await.json();
    assert!(metadata["userinfo_signing_alg_values_supported"].as_array().expect("a list").contains(&json!("RS256")));
    let (mut suite, told) = registering(&server, json!({ "userinfo_signed_response_alg": "RS256" })).await;
    assert_eq!(told["userinfo_signed_response_alg"], "RS256");
    let page = suite.ask(&[("scope", "openid email")]).await;
    let reply = suite.go_on(page).await;
    let tokens = server.send(suite.redeem(&suite.answer(&reply)["code"], None)).await;
    let reply = server.send(Ask::get("/oauth/userinfo").bearer(&tokens.text("access_token"))).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/jwt"));
    let keys = jwks(&server).await;
    let jwt = verified(&keys, &reply.body);
    assert_eq!((&jwt.header["alg"], &jwt.header["kid"]), (&json!("RS256"), &json!(rs256_kid())));
    assert_eq!((&jwt.claims["iss"], &jwt.claims["aud"]), (&json!(server.issuer()), &json!(suite.client.id)));
    assert_eq!(jwt.claims["sub"], verified(&keys, &tokens.text("id_token")).claims["sub"]);
    assert_eq!(jwt.claims["email"], "alice@example.com");
}

/// A P-256 key that the operator has made anew.
fn new_es256() -> Value {
    let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("a key");
    let point = key.verifying_key().to_encoded_point(false);
    let text = |bytes: Option<&p256::FieldBytes>| base64url(bytes.expect("a coordinate"));
    json!({ "kty": "EC", "crv": "P-256", "x": text(point.x()), "y": text(point.y()), "d": base64url(&[7; 32]) })
}

/// An operator who promotes nothing: the new set is published beside the old one first, then the two are swapped.
#[tokio::test]
async fn oidcc_server_rotate_keys_publishes_the_new_key_before_it_signs_and_keeps_the_old() {
    let before = server().await;
    let (mut suite, _) = registering(&before, json!({ "id_token_signed_response_alg": "ES256" })).await;
    let old_token = suite.sign_in(&[]).await.tokens["id_token"].clone();
    let [(_, old_es256), (_, rs256)] = <[_; 2]>::try_from(signing_jwks()).expect("two keys");
    let old = json!({ "keys": [old_es256, rs256] }).to_string();
    let new = json!({ "keys": [new_es256(), rs256] }).to_string();

    let published = before.redeployed(&[("SIGNING_KEYS_NEXT", &new), ("REQUIRE_PKCE", "public")]);
    let known = jwks(&published).await;
    assert_eq!(known.len(), 3);
    let client = suite.client.clone();
    let mut suite = RelyingParty { server: &published, ..suite };
    assert_eq!(Jwt::of(suite.sign_in(&[]).await.token("id_token")).header["kid"], json!(es256_kid()));

    let settings = [("SIGNING_KEYS", new.as_str()), ("SIGNING_KEYS_NEXT", old.as_str()), ("REQUIRE_PKCE", "public")];
    let swapped = before.redeployed(&settings);
    let mut suite = RelyingParty { server: &swapped, client, ..suite };
    let signed_in = suite.sign_in(&[]).await;
    let kid = Jwt::of(signed_in.token("id_token")).header["kid"].clone();
    assert_ne!(kid, json!(es256_kid()), "signed by the new key");
    assert!(known.iter().any(|key| key["kid"] == kid), "which relying parties had time to fetch");
    verified(&jwks(&swapped).await, old_token.as_str().expect("a token"));
}
