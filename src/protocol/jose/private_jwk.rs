//! Reads the private keys we sign with: P-256 for ES256 and RSA for RS256, nothing else.

use serde_json::{Map, Value, json};

use super::jwk::PublicJwk;
use crate::protocol::digest::from_base64url;

/// NIST SP 800-131A; RFC 7518 section 3.3 demands it of RS256.
const LEAST_RSA_BITS: usize = 2048;
/// Beyond it a signature costs more than a request is worth.
const MOST_RSA_BITS: usize = 4096;

/// Takes a private JWK apart into the half that is published and the members that sign, with nothing beside them: a
/// stray `use` or `key_ops` could keep the key from being imported.
///
/// # Errors
/// A sentence on what is wrong with the key. It never holds a member's value.
pub fn read(jwk: &Value) -> Result<(PublicJwk, Value), &'static str> {
    let jwk = jwk.as_object().ok_or("a key is a JSON object")?;
    let (public, private) = match text(jwk, "kty") {
        Some("EC") => read_p256(jwk)?,
        Some("RSA") => read_rsa(jwk)?,
        Some("oct") => return Err("a symmetric key (kty oct) cannot sign tokens that others verify"),
        _ => return Err("a key's kty is EC (curve P-256) or RSA"),
    };
    contradicts_nothing(jwk, &public)?;
    Ok((public, private))
}

fn read_p256(jwk: &Map<String, Value>) -> Result<(PublicJwk, Value), &'static str> {
    if text(jwk, "crv") != Some("P-256") {
        return Err("an EC key's curve (crv) is P-256");
    }
    let x = coordinate(jwk, "x").ok_or("an EC key has x, 32 bytes in base64url")?;
    let y = coordinate(jwk, "y").ok_or("an EC key has y, 32 bytes in base64url")?;
    if !jwk.contains_key("d") {
        return Err("this is a public key; the private one, with d, is needed");
    }
    let d = coordinate(jwk, "d").ok_or("a P-256 key's d is 32 bytes in base64url")?;
    let public = PublicJwk::p256(x, y);
    Ok((public, json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "d": d })))
}

fn read_rsa(jwk: &Map<String, Value>) -> Result<(PublicJwk, Value), &'static str> {
    let n = text(jwk, "n").ok_or("an RSA key has n, in base64url")?;
    let bits = from_base64url(n).and_then(|modulus| bits(&modulus)).ok_or("an RSA key's n is not a number")?;
    if !(LEAST_RSA_BITS..=MOST_RSA_BITS).contains(&bits) {
        return Err("an RSA key has between 2048 and 4096 bits");
    }
    if text(jwk, "e") != Some("AQAB") {
        return Err("an RSA key's exponent (e) is 65537, written AQAB");
    }
    if !jwk.contains_key("d") {
        return Err("this is a public key; the private one, with d, is needed");
    }
    let mut private = json!({ "kty": "RSA", "n": n, "e": "AQAB" });
    // RFC 7518 section 6.3.2 lets p … qi be left out; WebCrypto imports no key without them.
    for name in ["d", "p", "q", "dp", "dq", "qi"] {
        let value = text(jwk, name).filter(|value| from_base64url(value).is_some_and(|bytes| !bytes.is_empty()));
        let value = value.ok_or("an RSA key has d, p, q, dp, dq and qi, each in base64url")?;
        if let Some(members) = private.as_object_mut() {
            members.insert(name.to_owned(), value.into());
        }
    }
    Ok((PublicJwk::rsa(n, "AQAB"), private))
}

/// What a key says of itself beside its numbers must agree with how it is used.
fn contradicts_nothing(jwk: &Map<String, Value>, public: &PublicJwk) -> Result<(), &'static str> {
    let agrees = |name: &str, expected: &str| jwk.get(name).is_none_or(|value| value.as_str() == Some(expected));
    if !agrees("kid", public.kid()) {
        return Err("a key's kid is its RFC 7638 thumbprint (or left out)");
    }
    if !agrees("alg", public.algorithm().as_str()) {
        return Err("a key's alg is ES256 for P-256 and RS256 for RSA (or left out)");
    }
    if !agrees("use", "sig") {
        return Err("a signing key's use is sig (or left out)");
    }
    Ok(())
}

fn text<'a>(jwk: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    jwk.get(name)?.as_str()
}

/// A member of exactly 32 bytes (RFC 7518 section 6.2.1.2: leading zeros are kept).
fn coordinate<'a>(jwk: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    text(jwk, name).filter(|value| from_base64url(value).is_some_and(|bytes| bytes.len() == 32))
}

/// The bit length of a big-endian number; `None` for one with leading zeros, which RFC 7518 section 6.3.1.1 forbids
/// (a second spelling would be a second thumbprint).
fn bits(number: &[u8]) -> Option<usize> {
    let first = number.first().filter(|first| **first != 0)?;
    Some(number.len() * 8 - first.leading_zeros() as usize)
}

#[cfg(test)]
pub(crate) mod tests {
    use rand_chacha::ChaCha20Rng;
    use rand_chacha::rand_core::SeedableRng;
    use rsa::traits::{PrivateKeyParts, PublicKeyParts};

    use super::*;
    use crate::protocol::digest::base64url;
    use crate::protocol::jose::jwk::Algorithm;

    /// A P-256 private JWK, always the same for the same seed.
    pub(crate) fn p256_jwk(seed: u64) -> Value {
        let secret = p256::SecretKey::random(&mut ChaCha20Rng::seed_from_u64(seed));
        serde_json::from_str(&secret.to_jwk_string()).unwrap()
    }

    /// An RSA private JWK, always the same for the same seed.
    pub(crate) fn rsa_jwk(seed: u64, bits: usize) -> Value {
        let mut key = rsa::RsaPrivateKey::new(&mut ChaCha20Rng::seed_from_u64(seed), bits).unwrap();
        key.precompute().unwrap();
        let number = |number: &rsa::BigUint| base64url(&number.to_bytes_be());
        json!({
            "kty": "RSA",
            "n": number(key.n()),
            "e": number(key.e()),
            "d": number(key.d()),
            "p": number(&key.primes()[0]),
            "q": number(&key.primes()[1]),
            "dp": number(key.dp().unwrap()),
            "dq": number(key.dq().unwrap()),
            "qi": base64url(&key.qinv().unwrap().to_bytes_be().1),
        })
    }

    fn with(mut jwk: Value, name: &str, value: Value) -> Value {
        jwk[name] = value;
        jwk
    }

    fn without(mut jwk: Value, name: &str) -> Value {
        jwk.as_object_mut().unwrap().remove(name);
        jwk
    }

    #[test]
    fn a_p256_key_is_for_es256_and_an_rsa_key_for_rs256() {
        let (public, private) = read(&p256_jwk(1)).unwrap();
        assert_eq!(public.algorithm(), Algorithm::Es256);
        assert_eq!(private, p256_jwk(1));
        let (public, private) = read(&rsa_jwk(1, 2048)).unwrap();
        assert_eq!(public.algorithm(), Algorithm::Rs256);
        assert_eq!(private, rsa_jwk(1, 2048));
    }

    #[test]
    fn what_a_key_says_of_itself_is_left_behind_when_it_agrees() {
        let kid = read(&p256_jwk(1)).unwrap().0.kid().to_owned();
        let mut jwk = p256_jwk(1);
        for (name, value) in [("kid", json!(kid)), ("alg", json!("ES256")), ("use", json!("sig")), ("ext", json!(true))]
        {
            jwk = with(jwk, name, value);
        }
        assert_eq!(read(&jwk).unwrap().1, p256_jwk(1));
    }

    #[test]
    fn anything_else_is_refused_with_a_reason() {
        let (ec, rsa) = (p256_jwk(1), rsa_jwk(1, 2048));
        let cases = [
            (json!("key"), "JSON object"),
            (json!({}), "kty is EC"),
            (json!({ "kty": "OKP", "crv": "Ed25519", "x": "eA", "d": "ZA" }), "kty is EC"),
            (json!({ "kty": "oct", "k": "c2VjcmV0" }), "symmetric"),
            (with(ec.clone(), "crv", json!("P-384")), "P-256"),
            (with(ec.clone(), "x", json!("eA")), "has x"),
            (with(ec.clone(), "y", json!(7)), "has y"),
            (without(ec.clone(), "d"), "public key"),
            (with(ec.clone(), "d", json!("ZA")), "32 bytes"),
            (with(ec.clone(), "kid", json!("mine")), "thumbprint"),
            (with(ec.clone(), "kid", json!(1)), "thumbprint"),
            (with(ec.clone(), "alg", json!("ES384")), "alg"),
            (with(ec, "use", json!("enc")), "use"),
            (rsa_jwk(1, 1024), "2048"),
            (with(rsa.clone(), "n", json!("AA")), "not a number"),
            (with(rsa.clone(), "e", json!("Aw")), "65537"),
            (without(rsa.clone(), "d"), "public key"),
            (without(rsa.clone(), "qi"), "qi"),
            (with(rsa.clone(), "dp", json!("+/")), "dp"),
            (with(rsa, "alg", json!("HS256")), "alg"),
        ];
        for (jwk, reason) in cases {
            let problem = read(&jwk).unwrap_err();
            assert!(problem.contains(reason), "{problem} should mention {reason}");
        }
    }
}
