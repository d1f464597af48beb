//! ID tokens that a provider issues to us: header, claims and signature in three lines, to be put together, or as they are.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ostiary::protocol::jose::received_id_token::{Expected, ReceivedIdToken};
use ostiary::protocol::jose::verification_key::VerificationAlgorithm;
use ostiary::protocol::time::Timestamp;
use serde_json::Value;

use super::jws::{json, token};

pub const SEEDS: &[&[u8]] = &[
    b"{\"alg\":\"RS256\",\"kid\":\"k\",\"typ\":\"JWT\"}\n{\"iss\":\"https://idp.example\",\"aud\":\"us\",\"nonce\":\"n\",\"sub\":\"u\",\
      \"iat\":1790000000,\"exp\":1790000300,\"at_hash\":\"x\"}\nsignature",
    b"{\"alg\":\"EdDSA\"}\n{\"iss\":\"https://idp.example\",\"aud\":[\"us\",\"them\"],\"azp\":\"us\",\"nonce\":\"n\",\"sub\":\"u\",\
      \"iat\":1790000000.5,\"nbf\":1789999999,\"exp\":1e300}\ns",
    b"{\"alg\":\"ES256\"}\n{\"iss\":\"https://idp.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0\",\
      \"tid\":\"9188040d-6c67-4c5b-b112-36a304b66dad\",\"aud\":\"us\",\"nonce\":\"n\",\"sub\":\"u\",\"iat\":1790000000,\"exp\":1790000300}\ns",
    b"{\"alg\":\"none\"}\n{\"iss\":\"https://idp.example\",\"iss\":\"x\",\"exp\":-1e400}\n",
    b"{\"alg\":\"PS256\",\"crit\":[]}\n{}\ns",
    b"eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
];

const ISSUERS: [&str; 2] = ["https://idp.example", "https://idp.example/{tenantid}/v2.0"];
const NOW: i64 = 1_790_000_000;

pub fn check(data: &[u8]) {
    let whole = token(data);
    let read = match ReceivedIdToken::parse(&whole) {
        Ok(read) => read,
        Err(why) => return assert!(why.starts_with("is ") || why.starts_with("has "), "{why}"),
    };
    let parts: Vec<&str> = whole.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("{} parts", parts.len()) };
    let signed = read.signed();
    assert_eq!(signed.signing_input(), format!("{header}.{claims}").as_bytes(), "what was signed is what is read");
    assert_eq!(Some(signed.signature()), URL_SAFE_NO_PAD.decode(signature).ok().as_deref());
    let (header, claims) = (json(header), json(claims));
    assert_eq!(VerificationAlgorithm::parse(header["alg"].as_str().expect("an alg")), Some(signed.algorithm()));
    assert!(header["kid"].as_str() == signed.kid() && header.get("crit").is_none());
    for issuer in ISSUERS {
        check_claims(&read, &claims, issuer);
    }
}

/// What passes is of this issuer, for us and this request, and lives now; nothing is added to what it says.
fn check_claims(read: &ReceivedIdToken, claims: &Value, issuer: &str) {
    let now = Timestamp::from_seconds(NOW);
    let expected = Expected { issuer, client_id: "us", nonce: "n", access_token: "at", now };
    let passed = match read.clone().check(expected) {
        Ok(passed) => passed,
        Err(why) => return assert!(why.is_ascii() && !why.contains(['"', '\\']), "{why}"),
    };
    assert_eq!(&Value::Object(passed), claims);
    let of = issuer.replace("{tenantid}", claims["tid"].as_str().unwrap_or_default());
    assert_eq!((claims["iss"].as_str(), claims["nonce"].as_str()), (Some(of.as_str()), Some("n")));
    assert!(!of.contains(['{', '?', '#', ' ']) && of.matches('/').count() == issuer.matches('/').count(), "{of}");
    let audience = claims["aud"].as_array().map_or_else(|| vec![&claims["aud"]], |all| all.iter().collect());
    assert!(audience.iter().any(|one| *one == "us"));
    assert!(audience.len() == 1 || claims["azp"] == "us");
    assert!(claims.get("azp").is_none_or(|party| party == "us"));
    assert!((1..=255).contains(&claims["sub"].as_str().expect("a sub").len()));
    let seconds = |name: &str| claims[name].as_f64();
    #[expect(clippy::cast_precision_loss, reason = "a moment of our time is exact")]
    let now = NOW as f64;
    assert!(seconds("exp").expect("an exp") > now - 61.0);
    assert!(seconds("iat").expect("an iat") < now + 62.0);
    assert!(seconds("nbf").is_none_or(|from| from < now + 62.0));
}
