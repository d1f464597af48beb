use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use proptest::prelude::*;
use serde_json::json;

use serde_json::Value;

use super::*;
use crate::protocol::digest::{base64url, from_base64url};
use crate::protocol::jose::jws::assemble;

const ISSUER: &str = "https://auth.example.com";
const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

fn claims() -> AccessTokenClaims {
    AccessTokenClaims {
        iss: ISSUER.to_owned(),
        sub: "u1".to_owned(),
        aud: Audience::from(ISSUER),
        client_id: "demo-web".to_owned(),
        scope: ScopeSet::parse("read:tools call:tools").unwrap(),
        jti: "grant.0.shape".to_owned(),
        iat: NOW,
        exp: Timestamp::from_seconds(NOW.seconds() + 1800),
        gty: None,
    }
}

fn signed(signing_input: &str) -> String {
    let signature: Signature = key().sign(signing_input.as_bytes());
    assemble(signing_input, &signature.to_bytes())
}

/// A token with this header and payload, properly signed by our key.
fn forge(header: &Value, payload: &Value) -> String {
    signed(&format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(payload.to_string().as_bytes())))
}

/// What a resource does with a token, the signature included.
fn read_at(token: &str, now: Timestamp) -> Option<AccessTokenClaims> {
    let token = Unverified::parse(token)?;
    let signature = Signature::from_slice(token.signature()).ok()?;
    VerifyingKey::from(&key()).verify(token.signing_input(), &signature).ok()?;
    token.claims_after_verification(Algorithm::Es256, ISSUER, now)
}

fn header() -> Value {
    json!({ "typ": "at+jwt", "alg": "ES256", "kid": "k1" })
}

fn payload() -> Value {
    json!({
        "iss": ISSUER, "sub": "u1", "aud": ISSUER, "client_id": "demo-web", "scope": "read:tools call:tools",
        "jti": "grant.0.shape", "iat": NOW.seconds(), "exp": NOW.seconds() + 1800, "token_type": "access_token",
    })
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn a_token_has_the_header_and_claims_of_rfc_9068_and_reads_back() {
    let token = signed(&signing_input("k1", Algorithm::Es256, &claims()).unwrap());
    let parts: Vec<Value> =
        token.split('.').take(2).map(|part| serde_json::from_slice(&from_base64url(part).unwrap()).unwrap()).collect();
    assert_eq!(parts, [header(), payload()]);
    assert_eq!(Unverified::parse(&token).unwrap().kid(), "k1");
    assert_eq!(read_at(&token, NOW), Some(claims()));
}

#[test]
fn several_audiences_and_the_mark_of_a_user_client_read_back() {
    let aud = Audience::from(vec![ISSUER.to_owned(), "https://api.example.com".to_owned()]);
    let claims = AccessTokenClaims { aud, gty: Some("client_credentials".to_owned()), ..claims() };
    let token = signed(&signing_input("k1", Algorithm::Es256, &claims).unwrap());
    assert_eq!(read_at(&token, NOW), Some(claims));
}

#[test]
fn the_type_may_be_written_as_a_whole_media_type_in_any_case() {
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        assert!(read_at(&forge(&with(header(), "typ", json!(typ)), &payload()), NOW).is_some(), "{typ}");
    }
}

#[test]
fn a_properly_signed_token_with_another_header_is_refused() {
    for header in [
        with(header(), "alg", json!("none")),
        with(header(), "alg", json!("HS256")),
        with(header(), "alg", json!("RS256")),
        with(header(), "alg", json!("es256")),
        without(header(), "alg"),
        with(header(), "typ", json!("JWT")),
        with(header(), "typ", json!("id_token+jwt")),
        with(header(), "typ", json!("application/jwt")),
        without(header(), "typ"),
        without(header(), "kid"),
        with(header(), "kid", json!(7)),
        with(header(), "crit", json!(["exp"])),
        with(header(), "crit", json!(null)),
        with(header(), "cty", json!("JWT")),
        json!([]),
    ] {
        assert_eq!(read_at(&forge(&header, &payload()), NOW), None, "{header}");
    }
}

#[test]
fn a_properly_signed_token_with_other_claims_is_refused() {
    let mut wrong = vec![
        with(payload(), "iss", json!("https://evil.example")),
        with(payload(), "iss", json!("https://auth.example.com/")),
        with(payload(), "token_type", json!("id_token")),
        with(payload(), "token_type", json!("refresh_token")),
        with(payload(), "scope", json!("a\"b")),
        with(payload(), "scope", json!(["read:tools"])),
        with(payload(), "aud", json!(7)),
        with(payload(), "exp", json!("soon")),
        with(payload(), "exp", json!(null)),
        with(payload(), "exp", json!(NOW.seconds())),
        with(payload(), "exp", json!(1e300)),
        with(payload(), "iat", json!(NOW.seconds() + 6)),
        with(payload(), "nbf", json!(NOW.seconds() + 6)),
    ];
    let required = ["iss", "sub", "aud", "client_id", "scope", "jti", "iat", "exp", "token_type"];
    wrong.extend(required.map(|name| without(payload(), name)));
    for payload in wrong {
        assert_eq!(read_at(&forge(&header(), &payload), NOW), None, "{payload}");
    }
}

#[test]
fn a_duplicated_claim_is_refused() {
    let payload = payload().to_string().replacen('{', r#"{"sub":"u2","#, 1);
    let (header, payload) = (base64url(header().to_string().as_bytes()), base64url(payload.as_bytes()));
    assert_eq!(read_at(&signed(&format!("{header}.{payload}")), NOW), None);
}

#[test]
fn a_token_lives_until_its_end_and_a_clock_may_be_five_seconds_ahead() {
    let token = forge(&header(), &with(payload(), "nbf", json!(NOW.seconds())));
    let end = claims().exp.millis();
    for (moment, live) in [
        (NOW.millis() - 5_001, false),
        (NOW.millis() - 5_000, true),
        (NOW.millis(), true),
        (end - 1, true),
        (end, false),
        (end + 1, false),
    ] {
        assert_eq!(read_at(&token, Timestamp::from_millis(moment)).is_some(), live, "{moment}");
    }
}

#[test]
fn moments_at_the_ends_of_the_calendar_do_not_panic() {
    for seconds in [i64::MIN, -8_334_601_228_800, 8_210_266_876_799, i64::MAX] {
        for name in ["iat", "nbf", "exp"] {
            let token = forge(&header(), &with(payload(), name, json!(seconds)));
            for now in [i64::MIN, NOW.millis(), i64::MAX] {
                let _ = read_at(&token, Timestamp::from_millis(now));
            }
        }
        let claims = AccessTokenClaims { exp: Timestamp::from_seconds(seconds), ..claims() };
        assert_eq!(signing_input("k1", Algorithm::Es256, &claims).is_err(), seconds.unsigned_abs() > 1 << 50);
    }
}

#[test]
fn another_signature_or_a_changed_byte_is_refused() {
    let token = forge(&header(), &payload());
    let (signing_input, _) = token.rsplit_once('.').unwrap();
    let other: Signature = SigningKey::from_slice(&[8; 32]).unwrap().sign(signing_input.as_bytes());
    assert_eq!(read_at(&assemble(signing_input, &other.to_bytes()), NOW), None);
    assert_eq!(read_at(&assemble(signing_input, b""), NOW), None);
    let foreign = base64url(with(payload(), "sub", json!("u2")).to_string().as_bytes());
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(read_at(&[parts[0], &foreign, parts[2]].join("."), NOW), None);
}

#[test]
fn what_is_not_a_token_is_refused() {
    let long = forge(&header(), &with(payload(), "sub", json!("u".repeat(8 * 1024))));
    for text in ["", ".", "..", "a.b", "a.b.c.d", "!.!.!", "e30.e30.", "e30.e30.AA==", &long] {
        assert!(Unverified::parse(text).is_none(), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), parts in proptest::collection::vec("[A-Za-z0-9_-]{0,40}", 3)) {
        prop_assert!(Unverified::parse(&text).is_none());
        let _ = Unverified::parse(&parts.join("."));
    }

    #[test]
    fn no_header_and_payload_panics(header in any::<Vec<u8>>(), payload in any::<String>()) {
        let input = format!("{}.{}", base64url(&header), base64url(payload.as_bytes()));
        prop_assert_eq!(read_at(&signed(&input), NOW), None);
    }
}
