//! Signatures checked as a relying party checks them: by nothing but the server's own JWKS.

use ostiary::protocol::digest::from_base64url;
use p256::ecdsa::signature::Verifier as _;
use rsa::{BigUint, RsaPublicKey, pkcs1v15};
use serde_json::Value;
use sha2::Sha256;

use super::forge::Jwt;
use super::request::Ask;
use super::server::Server;

/// The keys that the server publishes: each with a `kid` of its own, and nothing of a private or shared one.
pub async fn jwks(server: &Server) -> Vec<Value> {
    let reply = server.send(Ask::get("/.well-known/jwks.json")).await;
    let keys = reply.assert_status(200).json()["keys"].as_array().expect("keys").clone();
    let mut kids: Vec<&str> = keys.iter().map(|key| key["kid"].as_str().expect("every key has a kid")).collect();
    kids.sort_unstable();
    kids.dedup();
    assert_eq!(kids.len(), keys.len(), "kids are unique");
    for key in &keys {
        for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
            assert!(key.get(private).is_none(), "{private} is nobody's business");
        }
        assert_ne!(key["kty"], "oct");
    }
    keys
}

/// Header and claims of a token that the server signed; fails for any other.
#[track_caller]
pub fn verified(keys: &[Value], token: &str) -> Jwt {
    let jwt = Jwt::of(token);
    let key = keys.iter().find(|key| key["kid"] == jwt.header["kid"]).expect("the kid is in the JWKS");
    assert_eq!(key["alg"], jwt.header["alg"], "the key is for this algorithm");
    assert_eq!(key["use"], "sig");
    let (input, signature) = token.rsplit_once('.').expect("a signature");
    let signature = from_base64url(signature).expect("base64url");
    let good = match (jwt.header["alg"].as_str(), key["kty"].as_str()) {
        (Some("ES256"), Some("EC")) => is_es256(key, input, &signature),
        (Some("RS256"), Some("RSA")) => is_rs256(key, input, &signature),
        other => panic!("no algorithm and key that fit: {other:?}"),
    };
    assert!(good, "the signature is not by this key");
    jwt
}

fn is_es256(key: &Value, input: &str, signature: &[u8]) -> bool {
    // SEC 1 2.3.3: an uncompressed point.
    let point = [&[4][..], &member(key, "x"), &member(key, "y")].concat();
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).expect("a P-256 key");
    let signature = p256::ecdsa::Signature::from_slice(signature).expect("64 bytes");
    key.verify(input.as_bytes(), &signature).is_ok()
}

fn is_rs256(key: &Value, input: &str, signature: &[u8]) -> bool {
    let number = |name| BigUint::from_bytes_be(&member(key, name));
    let key = RsaPublicKey::new(number("n"), number("e")).expect("an RSA key");
    let signature = pkcs1v15::Signature::try_from(signature).expect("a signature");
    pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(input.as_bytes(), &signature).is_ok()
}

fn member(key: &Value, name: &str) -> Vec<u8> {
    from_base64url(key[name].as_str().expect("a member of the JWK")).expect("base64url")
}
