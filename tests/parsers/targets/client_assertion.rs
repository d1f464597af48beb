//! Client assertions: either as they are, or their header, claims and signature in three lines, to be put together.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ostiary::protocol::jose::client_assertion::ClientAssertion;
use ostiary::protocol::time::Timestamp;
use serde_json::Value;

use super::jws::{json, token};

const OURS: [&str; 2] = ["https://auth.example", "https://auth.example/oauth/token"];

pub const SEEDS: &[&[u8]] = &[
    b"{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"JWT\"}\n{\"iss\":\"c\",\"sub\":\"c\",\"aud\":\"https://auth.example\",\
      \"jti\":\"j\",\"iat\":1800000000,\"exp\":1800000060}\nsignature",
    b"{\"alg\":\"Ed25519\",\"typ\":\"client-authentication+jwt\"}\n{\"iss\":\"c\",\"sub\":\"c\",\
      \"aud\":[\"https://auth.example\",\"https://auth.example/oauth/token\"],\"jti\":\"j\",\"nbf\":1799999999.5,\"exp\":1800000060.25}\ns",
    b"{\"alg\":\"PS256\"}\n{\"iss\":\"c\",\"sub\":\"c\",\"aud\":[],\"jti\":\"j\",\"exp\":1e300,\"nbf\":-1e300}\ns",
    b"{\"alg\":\"none\",\"crit\":null}\n{\"iss\":\"c\",\"sub\":\"d\",\"sub\":\"c\",\"exp\":1e400}\n",
    b"eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
];

pub fn check(data: &[u8]) {
    let whole = token(data);
    let read = match ClientAssertion::parse(&whole) {
        Ok(read) => read,
        Err(why) => return assert_tellable(why),
    };
    let parts: Vec<&str> = whole.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("{} parts", parts.len()) };
    assert!(whole.len() <= 8 * 1024);
    assert_eq!(
        read.signed().signing_input(),
        format!("{header}.{claims}").as_bytes(),
        "what was signed is what is read"
    );
    assert_eq!(Some(read.signed().signature()), URL_SAFE_NO_PAD.decode(signature).ok().as_deref());
    assert!(!read.signed().signature().is_empty());
    let (header, claims) = (json(header), json(claims));
    assert_eq!(header["kid"].as_str(), read.signed().kid());
    let named = header["alg"].as_str().expect("an alg");
    assert_eq!(read.signed().algorithm().as_str(), if named == "Ed25519" { "EdDSA" } else { named });
    assert!(header.get("crit").is_none());
    assert_eq!((claims["iss"].as_str(), claims["sub"].as_str()), (Some(read.client_id()), Some(read.client_id())));
    assert_eq!(claims["jti"].as_str(), Some(read.one_use().jti.as_str()));
    for now in [0, 1, 1_800_000_000, 1_800_000_060] {
        assert_checked(&read, &claims, now);
    }
    // At the end of all moments those beyond it are the same to us: nothing but that it does not overflow.
    let _ = read.check(OURS, Timestamp::from_millis(i64::MAX));
}

/// What passes is for us alone, lives now, and is remembered for as long as it does.
fn assert_checked(read: &ClientAssertion, claims: &Value, now: i64) {
    let moment = Timestamp::from_seconds(now);
    if let Err(why) = read.check(OURS, moment) {
        return assert_tellable(why);
    }
    let audience: Vec<&str> = match &claims["aud"] {
        Value::String(one) => vec![one],
        many => many.as_array().expect("several").iter().map(|aud| aud.as_str().expect("a text")).collect(),
    };
    assert!(!audience.is_empty() && audience.iter().all(|one| OURS.contains(one)), "{audience:?}");
    let seconds = |name: &str| claims[name].as_f64();
    #[expect(clippy::cast_precision_loss, reason = "a moment of our time is exact")]
    let now = now as f64;
    let exp = seconds("exp").expect("an exp");
    assert!(now < exp + 10.0 && exp <= now + 3661.0, "{exp} at {now}");
    for begins in ["nbf", "iat"].into_iter().filter_map(seconds) {
        assert!(begins <= now + 10.001, "{begins} at {now}");
    }
    let end = read.one_use().expires_at;
    assert!(read.check(OURS, end).is_err(), "what is forgotten is no longer good");
}

/// RFC 6749 section 5.2 has fewer letters than ASCII.
fn assert_tellable(why: &str) {
    assert!(!why.is_empty() && why.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E)), "{why}");
}
