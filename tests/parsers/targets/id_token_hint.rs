//! ID tokens as hints: either as they are, or their header, claims and signature in three lines, to be put together.

use ostiary::protocol::jose::id_token::Unverified;
use ostiary::protocol::jose::jwk::Algorithm;

use super::jws::{json, token};

pub const SEEDS: &[&[u8]] = &[
    b"{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"k\"}\n{\"iss\":\"https://auth.example\",\"sub\":\"u\",\"aud\":\"c\",\
      \"azp\":\"c\",\"sid\":\"s\",\"auth_time\":1,\"at_hash\":\"h\",\"iat\":1,\"exp\":2}\nsignature",
    b"{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k\"}\n{\"iss\":\"https://auth.example\",\"sub\":\"u\",\"aud\":[\"c\"],\
      \"azp\":\"c\",\"sid\":\"s\",\"auth_time\":-9223372036854775808,\"at_hash\":\"\",\"exp\":9223372036854775807}\n",
    b"{\"alg\":\"ES256\",\"typ\":\"logout+jwt\",\"kid\":\"k\"}\n{\"events\":{}}\n",
    b"{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"k\",\"crit\":[\"exp\"]}\n{\"exp\":1e400}\n",
    b"eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImsifQ.e30.AAAA",
];

const ISSUER: &str = "https://auth.example";

pub fn check(data: &[u8]) {
    let whole = token(data);
    let Some(token) = Unverified::parse(&whole) else { return };

    let parts: Vec<&str> = whole.split('.').collect();
    let [header, claims, _] = parts.as_slice() else { panic!("{} parts", parts.len()) };
    assert_eq!(token.signing_input(), format!("{header}.{claims}").as_bytes(), "what was signed is what is read");
    let header = json(header);
    assert_eq!((header["kid"].as_str(), header["typ"].as_str()), (Some(token.kid()), Some("JWT")));
    assert!(header.get("crit").is_none());
    for algorithm in [Algorithm::Es256, Algorithm::Rs256] {
        let Some(hint) = token.hint_after_verification(algorithm, ISSUER) else { continue };
        assert_eq!(header["alg"].as_str(), Some(algorithm.as_str()));
        let claims = json(claims);
        let text = |name: &str| claims[name].as_str().expect("a text").to_owned();
        assert_eq!((text("iss").as_str(), text("sub")), (ISSUER, hint.sub));
        assert_eq!((text("azp"), text("sid")), (hint.client_id.clone(), hint.sid));
        let audience = claims["aud"].as_array().map_or(&claims["aud"], |audience| &audience[0]);
        assert_eq!(audience.as_str(), Some(hint.client_id.as_str()));
        assert!(claims["aud"].as_array().is_none_or(|audience| audience.len() == 1));
        assert!(claims["auth_time"].is_i64() && claims["at_hash"].is_string());
    }
}
