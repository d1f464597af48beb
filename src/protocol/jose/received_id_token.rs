//! ID tokens that others issue to us (OpenID Connect Core 3.1.3.7).

use std::time::Duration;

use serde_json::{Map, Value};

use super::id_token::at_hash;
use super::signed_by_another::{Parts, SignedByAnother};
use super::verification_key::VerificationAlgorithm;
use crate::protocol::digest::{equal_in_constant_time, from_base64url};
use crate::protocol::json::from_bytes;
use crate::protocol::time::Timestamp;

/// Longest ID token, in bytes.
const LONGEST: usize = 16 * 1024;
/// Longest `sub`, in bytes (Core 2).
const LONGEST_SUB: usize = 255;
/// By how much the clock of a provider may be off, either way.
const LEEWAY: Duration = Duration::from_mins(1);

/// An ID token whose signature nobody has checked yet.
#[derive(Clone, Debug)]
pub struct ReceivedIdToken {
    signed: SignedByAnother,
    claims: Map<String, Value>,
}

/// What it must say.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who issued it; `{tenantid}` in it stands for its `tid`.
    pub issuer: &'a str,
    /// Our name there.
    pub client_id: &'a str,
    /// As it went with the authorization request.
    pub nonce: &'a str,
    /// The access token that came with it.
    pub access_token: &'a str,
    /// Now.
    pub now: Timestamp,
}

impl ReceivedIdToken {
    /// Takes it apart.
    ///
    /// # Errors
    /// Why it cannot be one.
    pub fn parse(token: &str) -> Result<Self, &'static str> {
        const NONE: &str = "is no signed JWT";
        let parts = Parts::of(token).filter(|_| token.len() <= LONGEST).ok_or(NONE)?;
        let object = |part: &str| -> Option<Map<String, Value>> { from_bytes(&from_base64url(part)?).ok() };
        let (header, claims) = (object(parts.header).ok_or(NONE)?, object(parts.claims).ok_or(NONE)?);
        if header.contains_key("crit") {
            return Err("has a header that must be understood, and is not (crit)");
        }
        // There is no `none` among them (RFC 8725 section 3.1).
        let algorithm = header.get("alg").and_then(Value::as_str).and_then(VerificationAlgorithm::parse);
        let algorithm = algorithm.ok_or("is not signed with ES256, RS256, PS256 or EdDSA")?;
        let kid = header.get("kid").and_then(Value::as_str).map(str::to_owned);
        let signature = from_base64url(parts.signature).ok_or(NONE)?;
        Ok(Self { signed: SignedByAnother::new(algorithm, kid, parts.signing_input, signature), claims })
    }

    /// How it says it is signed.
    #[must_use]
    pub const fn signed(&self) -> &SignedByAnother {
        &self.signed
    }

    /// What it says, once its signature is that of the issuer.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(self, expected: Expected<'_>) -> Result<Map<String, Value>, &'static str> {
        let text = |name: &str| self.claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let is = |name: &str, wanted: &str| equal_in_constant_time(text(name).as_bytes(), wanted.as_bytes());
        if !is("iss", &issuer(expected.issuer, text("tid")).ok_or("names no customer (tid)")?) {
            return Err("is of another issuer (iss)");
        }
        self.check_audience(expected.client_id)?;
        if !is("nonce", expected.nonce) {
            return Err("is for another request (nonce)");
        }
        self.check_times(expected.now)?;
        if !(1..=LONGEST_SUB).contains(&text("sub").len()) {
            return Err("does not say who it is about (sub)");
        }
        // Ed25519 hashes otherwise, and each issuer has an idea of its own how.
        let hashed = self.signed.algorithm() != VerificationAlgorithm::EdDsa && self.claims.contains_key("at_hash");
        if hashed && !is("at_hash", &at_hash(expected.access_token)) {
            return Err("is for another access token (at_hash)");
        }
        Ok(self.claims)
    }

    /// For us; where it is for others, too, it must say that it was issued to us.
    fn check_audience(&self, client_id: &str) -> Result<(), &'static str> {
        let (ours, several) = match self.claims.get("aud") {
            Some(Value::String(one)) => (one == client_id, false),
            Some(Value::Array(all)) => (all.iter().any(|one| one == client_id), all.len() > 1),
            _ => (false, false),
        };
        let azp = self.claims.get("azp");
        let to_us = azp.map_or(!several, |azp| azp == client_id);
        if ours && to_us { Ok(()) } else { Err("is for another client (aud, azp)") }
    }

    fn check_times(&self, now: Timestamp) -> Result<(), &'static str> {
        let moment = |name: &str| {
            let number = self.claims.get(name).and_then(Value::as_f64);
            #[expect(clippy::cast_possible_truncation, reason = "what is beyond the range is at its end")]
            number.map(|number| Timestamp::from_seconds((number as i64).clamp(0, 253_402_300_799)))
        };
        let (expires_at, issued_at) =
            (moment("exp").ok_or("has no end (exp)")?, moment("iat").ok_or("has no date (iat)")?);
        if now >= expires_at + LEEWAY {
            return Err("is over (exp)");
        }
        if issued_at > now + LEEWAY || moment("nbf").is_some_and(|from| from > now + LEEWAY) {
            return Err("is from the future (iat, nbf)");
        }
        Ok(())
    }
}

/// The issuer that a token with this `tid` must name. A customer's id is a UUID, so it cannot make another address of it.
fn issuer(pattern: &str, tid: &str) -> Option<String> {
    if !pattern.contains("{tenantid}") {
        return Some(pattern.to_owned());
    }
    let is_id = tid.len() == 36 && tid.bytes().all(|letter| letter.is_ascii_hexdigit() || letter == b'-');
    is_id.then(|| pattern.replace("{tenantid}", tid))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::protocol::digest::base64url;

    const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);
    const EXPECTED: Expected<'static> =
        Expected { issuer: "https://idp.example", client_id: "us", nonce: "n", access_token: "at", now: NOW };

    fn token(header: &Value, claims: &Value) -> String {
        format!("{}.{}.c2ln", base64url(header.to_string().as_bytes()), base64url(claims.to_string().as_bytes()))
    }

    fn claims() -> Value {
        json!({ "iss": "https://idp.example", "aud": "us", "nonce": "n", "sub": "u", "iat": 1_790_000_000,
                "exp": 1_790_000_300, "at_hash": at_hash("at") })
    }

    fn checked(member: &str, value: Value, expected: Expected<'_>) -> Result<(), &'static str> {
        let mut claims = claims();
        claims[member] = value;
        let token = ReceivedIdToken::parse(&token(&json!({ "alg": "RS256" }), &claims))?;
        token.check(expected).map(|_| ())
    }

    #[test]
    fn what_is_right_is_taken_with_one_audience_or_with_several_that_name_us_as_the_party() {
        assert_eq!(checked("aud", json!("us"), EXPECTED), Ok(()));
        assert_eq!(checked("aud", json!(["us"]), EXPECTED), Ok(()));
        let mut both = claims();
        (both["aud"], both["azp"]) = (json!(["us", "them"]), json!("us"));
        assert!(ReceivedIdToken::parse(&token(&json!({ "alg": "ES256" }), &both)).unwrap().check(EXPECTED).is_ok());
    }

    #[test]
    fn each_claim_that_is_wrong_is_named() {
        for (member, value, problem) in [
            ("iss", json!("https://idp.example/"), "is of another issuer (iss)"),
            ("iss", Value::Null, "is of another issuer (iss)"),
            ("aud", json!("them"), "is for another client (aud, azp)"),
            ("aud", json!(["us", "them"]), "is for another client (aud, azp)"),
            ("aud", json!([]), "is for another client (aud, azp)"),
            ("azp", json!("them"), "is for another client (aud, azp)"),
            ("nonce", json!("m"), "is for another request (nonce)"),
            ("nonce", Value::Null, "is for another request (nonce)"),
            ("exp", json!(1_789_999_940), "is over (exp)"),
            ("exp", Value::Null, "has no end (exp)"),
            ("iat", json!(1_790_000_061), "is from the future (iat, nbf)"),
            ("nbf", json!(1_790_000_061), "is from the future (iat, nbf)"),
            ("iat", json!("today"), "has no date (iat)"),
            ("sub", json!(""), "does not say who it is about (sub)"),
            ("sub", json!("u".repeat(256)), "does not say who it is about (sub)"),
            ("at_hash", json!(at_hash("other")), "is for another access token (at_hash)"),
        ] {
            assert_eq!(checked(member, value.clone(), EXPECTED), Err(problem), "{member}: {value}");
        }
    }

    #[test]
    fn an_algorithm_that_proves_nothing_is_refused() {
        for alg in ["none", "None", "HS256", "RS384", ""] {
            let parsed = ReceivedIdToken::parse(&token(&json!({ "alg": alg }), &claims()));
            assert_eq!(parsed.err(), Some("is not signed with ES256, RS256, PS256 or EdDSA"), "{alg}");
        }
        let crit = ReceivedIdToken::parse(&token(&json!({ "alg": "RS256", "crit": ["b64"] }), &claims()));
        assert_eq!(crit.err(), Some("has a header that must be understood, and is not (crit)"));
        for none in ["", ".", "a.b", "a.b.c", "e30.e30.="] {
            assert!(ReceivedIdToken::parse(none).is_err(), "{none}");
        }
    }

    #[test]
    fn the_issuer_of_a_provider_with_customers_is_that_of_the_customer_it_names() {
        let (tid, expected) = (
            "9188040d-6c67-4c5b-b112-36a304b66dad",
            Expected { issuer: "https://x.example/{tenantid}/v2.0", ..EXPECTED },
        );
        let of = |tid: &str, iss: &str| {
            let mut claims = claims();
            (claims["tid"], claims["iss"]) = (json!(tid), json!(iss));
            ReceivedIdToken::parse(&token(&json!({ "alg": "RS256" }), &claims)).unwrap().check(expected).map(|_| ())
        };
        assert_eq!(of(tid, &format!("https://x.example/{tid}/v2.0")), Ok(()));
        assert_eq!(of(tid, "https://x.example/{tenantid}/v2.0"), Err("is of another issuer (iss)"));
        assert_eq!(of("../evil", "https://x.example/../evil/v2.0"), Err("names no customer (tid)"));
    }
}
