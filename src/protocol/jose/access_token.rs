//! Access tokens: JWTs as RFC 9068 profiles them, with the claims `token_type` and, for a user client, `gty`.
//!
//! A token is read in two steps, because verifying waits: [`Unverified`] is what a signature is checked against, and
//! its claims come out only by [`Unverified::claims_after_verification`].

use std::ops::Deref;

use jwt_compact::{Claims, TimeOptions};
use serde::{Deserialize, Serialize};

use super::jwk::Algorithm;
use super::jws::{self, date};
use crate::protocol::audience::Audience;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// What an access token says (RFC 9068 section 2.2). `iat` and `exp` are whole seconds on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessTokenClaims {
    /// Who issued it: our issuer.
    pub iss: String,
    /// For whom it acts: a user's id, or the client's own.
    pub sub: String,
    /// Whom it is meant for.
    pub aud: Audience,
    /// The client it was issued to.
    pub client_id: String,
    /// What it allows.
    pub scope: ScopeSet,
    /// Its name, for introspection and revocation.
    pub jti: String,
    /// When it was issued.
    pub iat: Timestamp,
    /// When it is over; at that moment it already is.
    pub exp: Timestamp,
    /// `client_credentials` in the token of a user client.
    pub gty: Option<String>,
}

impl AccessTokenClaims {
    /// Whether it is over (RFC 7519 section 4.1.4: at `exp` it already is).
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.exp
    }
}

/// What an access token says whose signature was verified, and by which key.
#[derive(Clone, Debug)]
pub struct Verified {
    /// What it says.
    pub claims: AccessTokenClaims,
    /// The key's name.
    pub kid: String,
}

impl Deref for Verified {
    type Target = AccessTokenClaims;

    fn deref(&self) -> &AccessTokenClaims {
        &self.claims
    }
}

/// The claims beside `iat` and `exp`, which the JWT crate knows.
#[derive(Serialize, Deserialize)]
struct Body {
    iss: String,
    sub: String,
    aud: Audience,
    client_id: String,
    scope: ScopeSet,
    jti: String,
    token_type: TokenType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gty: Option<String>,
}

/// A second mark, beside `typ`, by which nothing else of ours reads as an access token (RFC 8725 section 3.12).
#[derive(Serialize, Deserialize)]
enum TokenType {
    #[serde(rename = "access_token")]
    AccessToken,
}

/// RFC 9068 section 2.1.
const TYP: &str = "at+jwt";
/// By how many seconds the clock that issued may be ahead of the one that checks.
const CLOCK_SKEW: i64 = 5;

/// What the port signs: base64url header, a dot, base64url claims (RFC 7515 section 5.1).
///
/// # Errors
/// `server_error` when a moment lies beyond the calendar.
pub fn signing_input(kid: &str, algorithm: Algorithm, claims: &AccessTokenClaims) -> Result<String, OAuthError> {
    jws::signing_input(TYP, kid, algorithm, &to_wire(claims)?)
}

fn to_wire(claims: &AccessTokenClaims) -> Result<Claims<Body>, OAuthError> {
    let AccessTokenClaims { iss, sub, aud, client_id, scope, jti, iat, exp, gty } = claims.clone();
    let token_type = TokenType::AccessToken;
    let mut wire = Claims::new(Body { iss, sub, aud, client_id, scope, jti, token_type, gty });
    let beyond = || OAuthError::server_error("the token could not be written").detail("iat or exp beyond the calendar");
    wire.issued_at = Some(date(iat).ok_or_else(beyond)?);
    wire.expiration = Some(date(exp).ok_or_else(beyond)?);
    Ok(wire)
}

/// A token whose signature nobody has checked. It tells only what that check needs.
#[derive(Clone, Debug)]
pub struct Unverified(jws::Unverified);

impl Deref for Unverified {
    type Target = jws::Unverified;

    fn deref(&self) -> &jws::Unverified {
        &self.0
    }
}

impl Unverified {
    /// Takes a token apart; `None` for anything that cannot be an access token of ours.
    #[must_use]
    pub fn parse(token: &str) -> Option<Self> {
        jws::Unverified::parse(token, |typ| typ.is_some_and(is_access_token_type)).map(Self)
    }

    /// What the token says, for a caller who has verified its signature with the key [`Self::kid`] of our own set,
    /// which is used with `algorithm`. `None` unless its `alg` is that one (RFC 8725 section 3.1), every claim is
    /// there, `iss` is `issuer`, and `now` lies before `exp` and not before `iat` and `nbf` by more than 5 s.
    #[must_use]
    pub fn claims_after_verification(
        self,
        algorithm: Algorithm,
        issuer: &str,
        now: Timestamp,
    ) -> Option<AccessTokenClaims> {
        let claims: Claims<Body> = self.0.claims(algorithm)?;
        let (iat, exp) = lifetime(&claims, now)?;
        let Body { iss, sub, aud, client_id, scope, jti, token_type: TokenType::AccessToken, gty } = claims.custom;
        (iss == issuer).then_some(AccessTokenClaims { iss, sub, aud, client_id, scope, jti, iat, exp, gty })
    }
}

/// RFC 9068 section 4: `at+jwt`, with or without `application/`; media types know no case.
fn is_access_token_type(typ: &str) -> bool {
    typ.eq_ignore_ascii_case(TYP) || typ.eq_ignore_ascii_case("application/at+jwt")
}

/// `iat` and `exp`, when `now` lies between them.
fn lifetime<T>(claims: &Claims<T>, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let clock = date(now)?;
    // At `exp` a token is over (RFC 7519 section 4.1.4), where the crate's own comparison lets it live on: hence a
    // leeway of one millisecond less than none.
    let options = TimeOptions::new(chrono::Duration::milliseconds(-1), || clock);
    let expiration = claims.validate_expiration(&options).ok()?.expiration?;
    // Not by `validate_maturity`: it knows no `iat`, and panics for an `nbf` at the beginning of the calendar.
    let latest = now.seconds().saturating_add(CLOCK_SKEW);
    let issued_at = claims.issued_at.filter(|issued_at| issued_at.timestamp() <= latest)?;
    if claims.not_before.is_some_and(|not_before| not_before.timestamp() > latest) {
        return None;
    }
    Some((Timestamp::from_seconds(issued_at.timestamp()), Timestamp::from_seconds(expiration.timestamp())))
}

#[cfg(test)]
mod tests;
