//! ID tokens (OpenID Connect Core 2): who signed in, when and how, told to one client.
//!
//! They bear `typ: JWT`, as libraries expect, and neither `client_id` nor `token_type`: our own resources take `at+jwt` only
//! (RFC 8725 section 3.11), so an ID token never opens one.

use std::ops::Deref;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::jwk::Algorithm;
use super::jws;
use crate::protocol::audience::Audience;
use crate::protocol::digest::{base64url, sha256};
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;

const TYP: &str = "JWT";

/// What an ID token says. Moments are whole seconds since the epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdTokenClaims<'a> {
    /// Our issuer.
    pub iss: &'a str,
    /// The user's id.
    pub sub: &'a str,
    /// The client it is for.
    pub aud: &'a str,
    /// When it is over.
    pub exp: i64,
    /// When it was issued.
    pub iat: i64,
    /// When the password was given.
    pub auth_time: i64,
    /// As the client sent it with the authorization request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    /// [`crate::protocol::authentication::ACR`]; none: not by password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<&'static str>,
    /// [`crate::protocol::authentication::AMR`]; likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amr: Option<[&'static str; 1]>,
    /// The client once more: it alone was authorized (Core 2).
    pub azp: &'a str,
    /// The session, by which logout tokens name it; never its cookie.
    pub sid: &'a str,
    /// Binds it to the access token beside it (Core 3.1.3.6).
    pub at_hash: String,
    /// Claims of the user that were asked for by name.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// `at_hash`: the left half of the access token's SHA-256, base64url. Both our algorithms hash so.
#[must_use]
pub fn at_hash(access_token: &str) -> String {
    let digest = sha256(access_token.as_bytes());
    base64url(digest.first_chunk::<16>().map_or(&digest[..], |half| &half[..]))
}

/// What the port signs.
///
/// # Errors
/// `server_error` when the claims have no JSON form.
pub fn signing_input(kid: &str, algorithm: Algorithm, claims: &IdTokenClaims<'_>) -> Result<String, OAuthError> {
    jws::signing_input(TYP, kid, algorithm, claims)
}

/// What the port signs for a UserInfo answer as a JWT (Core 5.3.2). It has no `exp` and no `auth_time`, so it is never taken
/// for an ID token.
///
/// # Errors
/// `server_error` when the claims have no JSON form.
pub fn userinfo_signing_input(
    kid: &str,
    algorithm: Algorithm,
    claims: &Map<String, Value>,
) -> Result<String, OAuthError> {
    jws::signing_input(TYP, kid, algorithm, claims)
}

/// What a hint (`id_token_hint`) tells: an ID token that we issued, over or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The user.
    pub sub: String,
    /// The client it was issued to.
    pub client_id: String,
    /// The session.
    pub sid: String,
    /// When it is, or was, over.
    pub expires_at: Timestamp,
}

/// An ID token whose signature nobody has checked.
#[derive(Clone, Debug)]
pub struct Unverified(jws::Unverified);

impl Deref for Unverified {
    type Target = jws::Unverified;

    fn deref(&self) -> &jws::Unverified {
        &self.0
    }
}

/// Those by which an ID token is known from whatever else we sign.
#[derive(Deserialize)]
struct Body {
    iss: String,
    sub: String,
    aud: Audience,
    azp: String,
    sid: String,
    #[serde(rename = "auth_time")]
    _auth_time: i64,
    #[serde(rename = "at_hash")]
    _at_hash: String,
}

impl Unverified {
    /// Takes a token apart; `None` for anything that cannot be an ID token of ours.
    #[must_use]
    pub fn parse(token: &str) -> Option<Self> {
        jws::Unverified::parse(token, |typ| typ == Some(TYP)).map(Self)
    }

    /// What it tells as a hint, for a caller who has verified its signature with `algorithm`: `None` unless its `alg` is
    /// that one, and it is an ID token of `issuer` for one client. That it is over is no fault of a hint
    /// (OpenID Connect RP-Initiated Logout 2, Core 3.1.2.1).
    #[must_use]
    pub fn hint_after_verification(&self, algorithm: Algorithm, issuer: &str) -> Option<Hint> {
        let claims = self.0.claims::<Body>(algorithm)?;
        let expires_at = Timestamp::from_seconds(claims.expiration?.timestamp());
        let Body { iss, sub, aud, azp, sid, .. } = claims.custom;
        (iss == issuer && aud.is_only(&azp)).then_some(Hint { sub, client_id: azp, sid, expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> IdTokenClaims<'static> {
        IdTokenClaims {
            iss: "https://issuer.example",
            sub: "u1",
            aud: "c1",
            exp: 20,
            iat: 10,
            auth_time: 5,
            nonce: None,
            acr: Some("acr"),
            amr: Some(["pwd"]),
            azp: "c1",
            sid: "s1",
            at_hash: at_hash("token"),
            more: Map::new(),
        }
    }

    fn read(token: &str) -> Option<Hint> {
        Unverified::parse(token)?.hint_after_verification(Algorithm::Es256, "https://issuer.example")
    }

    fn token(claims: &IdTokenClaims<'_>) -> String {
        jws::assemble(&signing_input("k1", Algorithm::Es256, claims).unwrap(), b"signature")
    }

    #[test]
    fn an_id_token_is_a_hint_though_it_is_over() {
        let expires_at = Timestamp::from_seconds(20);
        let expected = Hint { sub: "u1".to_owned(), client_id: "c1".to_owned(), sid: "s1".to_owned(), expires_at };
        assert_eq!(read(&token(&claims())), Some(expected));
    }

    #[test]
    fn another_issuer_audience_algorithm_or_kind_of_token_is_no_hint() {
        assert_eq!(read(&token(&IdTokenClaims { iss: "https://other.example", ..claims() })), None);
        assert_eq!(read(&token(&IdTokenClaims { aud: "c2", ..claims() })), None);
        let other = jws::assemble(&signing_input("k1", Algorithm::Rs256, &claims()).unwrap(), b"signature");
        assert_eq!(read(&other), None);
        let json = serde_json::to_value(claims()).unwrap();
        for typ in ["at+jwt", "logout+jwt", ""] {
            let input = jws::signing_input(typ, "k1", Algorithm::Es256, &json).unwrap();
            assert_eq!(read(&jws::assemble(&input, b"signature")), None, "{typ}");
        }
        for missing in ["sub", "aud", "azp", "sid", "exp", "auth_time", "at_hash"] {
            let mut json = json.clone();
            json.as_object_mut().unwrap().remove(missing);
            let input = jws::signing_input(TYP, "k1", Algorithm::Es256, &json).unwrap();
            assert_eq!(read(&jws::assemble(&input, b"signature")), None, "{missing}");
        }
    }

    /// OpenID Connect Core, appendix A.3: the example's access token and hash.
    #[test]
    fn at_hash_is_the_left_half_of_the_hash() {
        assert_eq!(at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
