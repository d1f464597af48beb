//! Keys that are made for a test, beside the fixed ones.

use ostiary::protocol::digest::base64url;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use serde_json::Value;

use super::keys::jwk;

/// Other private JWKs, an ES256 and an RS256 key, always the same for the same seed; each with its `kid`.
pub fn made(seed: u64) -> Vec<(String, Value)> {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let es256: Value = serde_json::from_str(&p256::SecretKey::random(&mut random).to_jwk_string()).expect("a JWK");
    let mut key = rsa::RsaPrivateKey::new(&mut random, 2048).expect("an RSA key");
    key.precompute().expect("a valid key");
    let number = |number: &rsa::BigUint| base64url(&number.to_bytes_be());
    let qi = base64url(&key.qinv().expect("precomputed").to_bytes_be().1);
    let rs256 = [
        ("kty", "RSA".to_owned()),
        ("n", number(key.n())),
        ("e", number(key.e())),
        ("d", number(key.d())),
        ("p", number(&key.primes()[0])),
        ("q", number(&key.primes()[1])),
        ("dp", number(key.dp().expect("precomputed"))),
        ("dq", number(key.dq().expect("precomputed"))),
        ("qi", qi),
    ];
    let rs256: Vec<(&str, &str)> = rs256.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let es256: Vec<(&str, &str)> =
        ["kty", "crv", "x", "y", "d"].into_iter().map(|name| (name, es256[name].as_str().expect("a member"))).collect();
    vec![jwk(&es256, "ES256", &["crv", "kty", "x", "y"]), jwk(&rs256, "RS256", &["e", "kty", "n"])]
}
