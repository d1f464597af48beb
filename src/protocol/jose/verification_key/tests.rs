use serde_json::{Map, Value, json};

use super::VerificationAlgorithm::{EdDsa, Es256, Ps256, Rs256};
use super::*;
use crate::protocol::digest::base64url;

fn ec() -> Value {
    json!({ "kty": "EC", "crv": "P-256", "x": base64url(&[1; 32]), "y": base64url(&[2; 32]), "kid": "a" })
}

fn okp() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(&[1; 32]) })
}

/// With a modulus of so many bits.
fn rsa_of(bits: usize) -> Value {
    let mut n = vec![0xff; bits.div_ceil(8)];
    n[0] >>= (8 - bits % 8) % 8;
    json!({ "kty": "RSA", "n": base64url(&n), "e": "AQAB" })
}

fn with(mut jwk: Value, name: &str, value: Value) -> Value {
    jwk[name] = value;
    jwk
}

fn set(keys: &[Value]) -> Map<String, Value> {
    Map::from_iter([("keys".to_owned(), json!(keys))])
}

#[test]
fn a_key_is_for_what_its_kind_and_alg_say() {
    for (jwk, suits) in [
        (ec(), &[Es256][..]),
        (with(ec(), "alg", json!("ES256")), &[Es256]),
        (okp(), &[EdDsa]),
        (with(okp(), "alg", json!("Ed25519")), &[EdDsa]),
        (rsa_of(2048), &[Rs256, Ps256]),
        (with(rsa_of(2048), "alg", json!("PS256")), &[Ps256]),
        (with(rsa_of(2048), "alg", json!("RS256")), &[Rs256]),
    ] {
        let key = VerificationKey::read(&jwk).expect("a key");
        let found: Vec<_> = [Es256, Rs256, Ps256, EdDsa].into_iter().filter(|alg| key.suits(*alg, None)).collect();
        assert_eq!(found, suits, "{jwk}");
    }
}

#[test]
fn a_name_finds_the_key_of_that_name_only() {
    let (named, nameless) = (VerificationKey::read(&ec()), VerificationKey::read(&okp()));
    let (named, nameless) = (named.expect("a key"), nameless.expect("a key"));
    assert!(named.suits(Es256, Some("a")) && named.suits(Es256, None));
    assert!(!named.suits(Es256, Some("b")) && !named.suits(Es256, Some("")));
    assert!(nameless.suits(EdDsa, None) && !nameless.suits(EdDsa, Some("a")));
}

#[test]
fn what_we_verify_nothing_with_is_passed_over() {
    for jwk in [
        json!(null),
        json!({}),
        json!({ "kty": "oct", "k": "AAAA" }),
        with(ec(), "crv", json!("P-384")),
        with(ec(), "crv", json!("secp256k1")),
        with(ec(), "x", json!(base64url(&[1; 31]))),
        with(ec(), "y", json!("!")),
        with(ec(), "use", json!("enc")),
        with(ec(), "key_ops", json!(["sign"])),
        with(ec(), "key_ops", json!("verify")),
        with(ec(), "alg", json!("RS256")),
        with(ec(), "alg", json!("none")),
        with(ec(), "alg", json!(7)),
        with(ec(), "kid", json!(7)),
        with(ec(), "kid", json!("k".repeat(256))),
        with(ec(), "d", json!("private")),
        with(okp(), "crv", json!("X25519")),
        with(okp(), "alg", json!("ES256")),
        with(okp(), "x", json!(base64url(&[1; 57]))),
        rsa_of(1024),
        rsa_of(2047),
        rsa_of(4097),
        rsa_of(8192),
        with(rsa_of(2048), "e", json!("Aw")),
        with(rsa_of(2048), "n", json!(base64url(&[0; 256]))),
        with(rsa_of(2048), "alg", json!("HS256")),
    ] {
        assert_eq!(VerificationKey::read(&jwk), None, "{jwk}");
    }
    for jwk in [rsa_of(2049), rsa_of(4096), with(ec(), "use", json!("sig")), with(ec(), "key_ops", json!(["verify"]))] {
        assert!(VerificationKey::read(&jwk).is_some(), "{jwk}");
    }
}

#[test]
fn a_key_is_kept_as_it_was_read_without_what_is_of_no_use() {
    let sent = with(with(ec(), "alg", json!("ES256")), "x5c", json!(["a chain"]));
    let key = VerificationKey::read(&sent).expect("a key");
    assert_eq!(key.to_jwk(), with(ec(), "alg", json!("ES256")));
    let mut material = ec();
    material.as_object_mut().expect("an object").remove("kid");
    assert_eq!((key.material(), key.signature_bytes()), (material, 64));
    let rsa = VerificationKey::read(&rsa_of(3072)).expect("a key");
    assert_eq!((rsa.to_jwk(), rsa.signature_bytes()), (rsa_of(3072), 384));
    assert_eq!(VerificationKey::read(&rsa.to_jwk()), Some(rsa));
}

#[test]
fn a_set_has_sixteen_keys_at_most_and_those_of_no_use_count() {
    assert_eq!(usable(&set(&[ec(), json!({}), okp()])).map(|keys| keys.len()), Ok(2));
    assert_eq!(usable(&set(&[])), Ok(Vec::new()));
    assert_eq!(usable(&set(&vec![ec(); 16])).map(|keys| keys.len()), Ok(16));
    assert!(usable(&set(&vec![json!({}); 17])).is_err());
    for no_set in [json!({}), json!({ "keys": {} }), json!({ "keys": null })] {
        assert!(usable(no_set.as_object().expect("an object")).is_err(), "{no_set}");
    }
}

#[test]
fn a_key_that_should_have_stayed_at_home_is_seen_wherever_it_stands() {
    for name in PRIVATE {
        assert!(holds_a_secret(&set(&[okp(), with(ec(), name, Value::Null)])), "{name}");
    }
    assert!(holds_a_secret(&set(&[json!({ "kty": "oct" })])));
    assert!(!holds_a_secret(&set(&[ec(), okp(), rsa_of(2048)])));
}
