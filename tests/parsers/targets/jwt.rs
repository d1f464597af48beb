//! Access tokens: either as they are, or their header, claims and signature in three lines, to be put together.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ostiary::protocol::jose::access_token::Unverified;
use ostiary::protocol::jose::jwk::Algorithm;
use ostiary::protocol::time::Timestamp;
use serde_json::Value;

use super::jws::{json, token};

pub const SEEDS: &[&[u8]] = &[
    b"{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"k\"}\n{\"iss\":\"https://auth.example\",\"sub\":\"u\",\"aud\":\"a\",\
      \"client_id\":\"c\",\"scope\":\"read:tools\",\"jti\":\"g.1.s\",\"token_type\":\"access_token\",\"iat\":1800000000,\
      \"exp\":1800001800}\nsignature",
    b"{\"alg\":\"RS256\",\"typ\":\"application/AT+JWT\",\"kid\":\"\"}\n{\"iss\":\"https://auth.example\",\"sub\":\"u\",\
      \"aud\":[\"a\",\"b\"],\"client_id\":\"c\",\"scope\":\"\",\"jti\":\"\",\"token_type\":\"access_token\",\"nbf\":1,\
      \"iat\":-9223372036854775808,\"exp\":9223372036854775807,\"gty\":\"client_credentials\"}\n",
    b"{\"alg\":\"none\",\"typ\":\"at+jwt\",\"kid\":\"k\",\"crit\":[\"exp\"]}\n{\"exp\":1e400}\n",
    b"eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6ImsifQ.e30.AAAA",
];

pub fn check(data: &[u8]) {
    let whole = token(data);
    let Some(token) = Unverified::parse(&whole) else { return };

    let parts: Vec<&str> = whole.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("{} parts", parts.len()) };
    assert!(whole.len() <= 8 * 1024);
    assert_eq!(token.signing_input(), format!("{header}.{claims}").as_bytes(), "what was signed is what is read");
    assert_eq!(Some(token.signature()), URL_SAFE_NO_PAD.decode(signature).ok().as_deref());
    let header = json(header);
    assert_eq!(header["kid"].as_str(), Some(token.kid()));
    let typ = header["typ"].as_str().expect("a typ").to_ascii_lowercase();
    assert!(typ == "at+jwt" || typ == "application/at+jwt", "{typ}");
    assert!(header.get("crit").is_none());
    for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
        for now in [0, 1, 1_800_000_000, 1_800_001_800, i64::MAX / 1000] {
            assert_claims(&token, &header, claims, algorithm, now);
        }
    }
}

/// What comes out is what the claims say, by the right algorithm, from the right issuer, at the right time.
fn assert_claims(token: &Unverified, header: &Value, claims: &str, algorithm: Algorithm, now: i64) {
    let issuer = "https://auth.example";
    let moment = Timestamp::from_seconds(now);
    let Some(read) = token.clone().claims_after_verification(algorithm, issuer, moment) else { return };
    assert_eq!(header["alg"].as_str(), Some(algorithm.as_str()));
    let claims = json(claims);
    let text = |name: &str| claims[name].as_str().expect("a text");
    assert_eq!((text("iss"), text("token_type")), (issuer, "access_token"));
    assert_eq!(
        (read.sub.as_str(), read.client_id.as_str(), read.jti.as_str()),
        (text("sub"), text("client_id"), text("jti"))
    );
    let (iat, exp) = (read.iat.seconds(), read.exp.seconds());
    assert!(now < exp && iat <= now.saturating_add(5), "{iat} {now} {exp}");
    let audience: Vec<&str> = match &claims["aud"] {
        Value::String(one) => vec![one],
        many => many.as_array().expect("several").iter().map(|aud| aud.as_str().expect("a text")).collect(),
    };
    assert_eq!(read.aud.iter().collect::<Vec<_>>(), audience);
    if let Some(nbf) = claims["nbf"].as_i64() {
        assert!(nbf <= now.saturating_add(5));
    }
}
