use serde_json::{Value, json};

use super::*;
use crate::protocol::digest::base64url;

const ISSUER: &str = "https://auth.example";
const OURS: [&str; 2] = [ISSUER, "https://auth.example/oauth/token"];
const NOW: i64 = 1_800_000_000;

fn claims() -> Value {
    json!({ "iss": "c", "sub": "c", "aud": ISSUER, "jti": "j", "iat": NOW, "exp": NOW + 60 })
}

fn written(header: &str, claims: &str) -> String {
    format!("{}.{}.c2ln", base64url(header.as_bytes()), base64url(claims.as_bytes()))
}

fn with(name: &str, value: Value) -> Value {
    let mut changed = claims();
    changed[name] = value;
    changed
}

/// What is said of an assertion with these claims, at `NOW`.
fn judged(claims: &Value) -> Result<(), &'static str> {
    ClientAssertion::parse(&written(r#"{"alg":"ES256"}"#, &claims.to_string()))?
        .check(OURS, Timestamp::from_seconds(NOW))
}

#[test]
fn a_good_assertion_says_who_signed_it_how_and_what() {
    let text = written(r#"{"alg":"PS256","kid":"k","typ":"Client-Authentication+JWT"}"#, &claims().to_string());
    let read = ClientAssertion::parse(&text).expect("an assertion");
    assert_eq!(
        (read.client_id(), read.signed().kid(), read.signed().algorithm()),
        ("c", Some("k"), VerificationAlgorithm::Ps256)
    );
    assert_eq!(read.signed().signing_input(), text.rsplit_once('.').expect("dots").0.as_bytes());
    assert_eq!(read.signed().signature(), b"sig");
    assert_eq!(judged(&claims()), Ok(()));
}

#[test]
fn only_the_algorithms_that_we_verify_are_read() {
    for (alg, known) in [
        ("ES256", true),
        ("RS256", true),
        ("PS256", true),
        ("EdDSA", true),
        ("Ed25519", true),
        ("none", false),
        ("None", false),
        ("", false),
        ("HS256", false),
        ("es256", false),
        ("ES384", false),
        ("ES256K", false),
        ("RS512", false),
        ("Ed448", false),
    ] {
        let read = ClientAssertion::parse(&written(&json!({ "alg": alg }).to_string(), &claims().to_string()));
        let expected = if known { None } else { Some("its alg is none of ES256, RS256, PS256 and EdDSA") };
        assert_eq!(read.err(), expected, "{alg}");
    }
}

#[test]
fn another_kind_of_token_is_no_assertion_and_no_extension_is_passed_over() {
    for typ in ["at+jwt", "logout+jwt", "dpop+jwt", "", "JWT "] {
        let text = written(&json!({ "alg": "ES256", "typ": typ }).to_string(), &claims().to_string());
        assert_eq!(ClientAssertion::parse(&text).err(), Some("its typ is neither JWT nor client-authentication+jwt"));
    }
    for crit in [json!(["exp"]), json!([]), Value::Null] {
        let text = written(&json!({ "alg": "ES256", "crit": crit }).to_string(), &claims().to_string());
        assert_eq!(ClientAssertion::parse(&text).err(), Some("its header has crit, and no extension is known here"));
    }
}

#[test]
fn what_is_no_jwt_or_says_a_thing_twice_is_not_read() {
    let (header, claims) = (r#"{"alg":"ES256"}"#, claims().to_string());
    let twice = claims.replacen('{', r#"{"sub":"other","#, 1);
    for (text, why) in [
        (String::new(), "it is not a JWT"),
        ("a.b".into(), "it is not a JWT"),
        ("a.b.c.d".into(), "its header cannot be read"),
        (written("{", &claims), "its header cannot be read"),
        (written(r#"{"kid":"k"}"#, &claims), "its header cannot be read"),
        (written(r#"{"alg":"none","alg":"ES256"}"#, &claims), "its header cannot be read"),
        (written(header, "[]"), "its claims cannot be read, or one is there twice"),
        (written(header, &twice), "its claims cannot be read, or one is there twice"),
        (written(header, &with("exp", json!("soon")).to_string()), "its claims cannot be read, or one is there twice"),
        (written(header, &claims).replace(".c2ln", "."), "its signature is missing"),
        (written(header, &claims).replace(".c2ln", ".!"), "its signature is missing"),
        (written(header, &with("x", json!("x".repeat(9000))).to_string()), "it is over 8 KiB"),
    ] {
        assert_eq!(ClientAssertion::parse(&text).err(), Some(why), "{text}");
    }
}

#[test]
fn what_must_be_there_is_missed_by_name() {
    for (name, why) in [
        ("iss", "its iss and sub must both be the client_id"),
        ("sub", "its sub is missing"),
        ("aud", "its aud is missing"),
        ("exp", "its exp is missing"),
        ("jti", "its jti is missing"),
    ] {
        assert_eq!(judged(&with(name, Value::Null)), Err(why));
    }
    assert_eq!(judged(&with("iss", json!("d"))), Err("its iss and sub must both be the client_id"));
    assert_eq!(judged(&with("sub", json!(""))), Err("its sub is missing"));
    assert_eq!(judged(&with("jti", json!(""))), Err("its jti is missing"));
    assert_eq!(judged(&with("jti", json!("j".repeat(256)))), Err("its jti is over 255 characters"));
    assert_eq!(judged(&with("jti", json!("é".repeat(255)))), Ok(()));
    assert_eq!(judged(&with("iat", Value::Null)), Ok(()), "it may be left out");
}

#[test]
fn it_is_for_us_and_nobody_else() {
    for good in [json!(OURS[0]), json!(OURS[1]), json!([OURS[0]]), json!([OURS[1], OURS[0]])] {
        assert_eq!(judged(&with("aud", good.clone())), Ok(()), "{good}");
    }
    for bad in [
        json!([]),
        json!(""),
        json!("https://auth.example/"),
        json!("https://auth.example/oauth/introspect"),
        json!("https://AUTH.example"),
        json!("https://evil.example"),
        json!([OURS[0], "https://evil.example"]),
    ] {
        let why = Err("its aud must be our issuer or our token endpoint, and nobody else");
        assert_eq!(judged(&with("aud", bad.clone())), why, "{bad}");
    }
}

#[test]
fn it_lives_an_hour_at_most_and_clocks_may_be_ten_seconds_apart() {
    for (name, seconds, expected) in [
        ("exp", 3600.0, Ok(())),
        ("exp", 3660.0, Ok(())),
        ("exp", 3661.0, Err("its exp is more than an hour ahead")),
        ("exp", 1e300, Err("its exp is more than an hour ahead")),
        ("exp", -9.5, Ok(())),
        ("exp", -10.0, Err("it has expired (exp)")),
        ("exp", -300.0, Err("it has expired (exp)")),
        ("nbf", 8.0, Ok(())),
        ("nbf", 11.0, Err("it is not valid yet (nbf, iat)")),
        ("iat", 10.0, Ok(())),
        ("iat", 10.5, Err("it is not valid yet (nbf, iat)")),
        ("iat", -1e300, Ok(())),
    ] {
        #[expect(clippy::cast_precision_loss, reason = "a moment of our time is exact")]
        let moment = json!(NOW as f64 + seconds);
        assert_eq!(judged(&with(name, moment)), expected, "{name} {seconds}");
    }
}

#[test]
fn it_is_remembered_until_it_would_be_refused_anyway() {
    let read = ClientAssertion::parse(&written(r#"{"alg":"ES256"}"#, &claims().to_string())).expect("an assertion");
    let OneUse { client_id, jti, expires_at } = read.one_use();
    assert_eq!((client_id.as_str(), jti.as_str()), ("c", "j"));
    assert_eq!(read.check(OURS, expires_at - Duration::from_millis(1)), Ok(()));
    assert_eq!(read.check(OURS, expires_at), Err("it has expired (exp)"));
}

#[test]
fn what_could_be_sent_again_is_not_printed() {
    let text = written(r#"{"alg":"ES256"}"#, &claims().to_string());
    let printed = format!("{:?}", ClientAssertion::parse(&text));
    assert_eq!(printed, r#"Ok(ClientAssertion { client_id: "c", .. })"#);
}
