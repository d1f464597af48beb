//! Client assertions: JWTs by which a client proves who it is with a key of its own, `private_key_jwt` (RFC 7523 sections
//! 2.2 and 3, OpenID Connect Core 9).
//!
//! What an assertion says is judged before anybody asks whose key signed it: that depends on nothing but the assertion and the
//! time, so it can be told in plain words to whoever sent it.

use std::fmt;
use std::time::Duration;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

use super::signed_by_another::{Parts, SignedByAnother};
use super::verification_key::VerificationAlgorithm;
use crate::protocol::audience::Audience;
use crate::protocol::digest::from_base64url;
use crate::protocol::json::from_text;
use crate::protocol::time::Timestamp;

/// What `client_assertion_type` must be (RFC 7523 section 2.2).
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Longest assertion, in bytes.
const LONGEST: usize = 8 * 1024;
/// Longest `jti`, in characters.
const LONGEST_JTI: usize = 255;
/// By how much the clock of a client may be off, either way.
const LEEWAY: Duration = Duration::from_secs(10);
/// How far ahead `exp` may lie: an hour and a bit. So long every `jti` is remembered.
const LONGEST_LIFE: Duration = Duration::from_mins(61);

/// A client assertion whose signature nobody has checked yet.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientAssertion {
    signed: SignedByAnother,
    claims: Claims,
}

/// The one use of an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneUse {
    /// The client that made it.
    pub client_id: String,
    /// Its name, unique among those of the client.
    pub jti: String,
    /// From when on it would be refused anyway.
    pub expires_at: Timestamp,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default, deserialize_with = "is_there")]
    crit: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Claims {
    client_id: String,
    audience: Audience,
    expires_at: Timestamp,
    not_before: Option<Timestamp>,
    issued_at: Option<Timestamp>,
    jti: String,
}

/// The claims as they are written. A member that is there twice is an error of the reader.
#[derive(Deserialize)]
struct Written {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    exp: Option<NumericDate>,
    nbf: Option<NumericDate>,
    iat: Option<NumericDate>,
    jti: Option<String>,
}

/// Seconds since the epoch, also with a fraction (RFC 7519 section 2).
#[derive(Clone, Copy, Deserialize)]
struct NumericDate(f64);

impl From<NumericDate> for Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "a cast of f64 to i64 stops at the ends of i64")]
    fn from(NumericDate(seconds): NumericDate) -> Self {
        Self::from_millis((seconds * 1000.0) as i64)
    }
}

impl ClientAssertion {
    /// Takes an assertion apart.
    ///
    /// # Errors
    /// A sentence on what is wrong with it, for whoever sent it.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.len() > LONGEST {
            return Err("it is over 8 KiB");
        }
        let Parts { signing_input, header, claims, signature } = Parts::of(text).ok_or("it is not a JWT")?;
        let header: Header = read(header).ok_or("its header cannot be read")?;
        let algorithm = check_header(&header)?;
        let signature =
            from_base64url(signature).filter(|bytes| !bytes.is_empty()).ok_or("its signature is missing")?;
        let claims = Claims::read(read(claims).ok_or("its claims cannot be read, or one is there twice")?)?;
        Ok(Self { signed: SignedByAnother::new(algorithm, header.kid, signing_input, signature), claims })
    }

    /// The client that it is said to come from: `iss` and `sub`.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.claims.client_id
    }

    /// How it says it is signed.
    #[must_use]
    pub const fn signed(&self) -> &SignedByAnother {
        &self.signed
    }

    /// Whether it is meant for us and good at `now`. `ours` are our issuer and the URL of our token endpoint.
    ///
    /// Every audience must be one of ours: what is meant for another server too, that server could use on us (RFC 7523
    /// section 3 asks for less; the attack is that of audience injection on `private_key_jwt`).
    ///
    /// # Errors
    /// A sentence on what is wrong, for whoever sent it.
    pub fn check(&self, ours: [&str; 2], now: Timestamp) -> Result<(), &'static str> {
        let claims = &self.claims;
        if claims.audience.iter().next().is_none() || !claims.audience.iter().all(|audience| ours.contains(&audience)) {
            return Err("its aud must be our issuer or our token endpoint, and nobody else");
        }
        if now >= claims.expires_at + LEEWAY {
            return Err("it has expired (exp)");
        }
        if claims.expires_at > now + LONGEST_LIFE {
            return Err("its exp is more than an hour ahead");
        }
        if [claims.not_before, claims.issued_at].into_iter().flatten().any(|moment| moment > now + LEEWAY) {
            return Err("it is not valid yet (nbf, iat)");
        }
        Ok(())
    }

    /// What must be remembered of it, so that it is used once.
    #[must_use]
    pub fn one_use(&self) -> OneUse {
        let Claims { client_id, jti, expires_at, .. } = self.claims.clone();
        OneUse { client_id, jti, expires_at: expires_at + LEEWAY }
    }
}

/// Without what could be sent in its place.
impl fmt::Debug for ClientAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientAssertion").field("client_id", &self.client_id()).finish_non_exhaustive()
    }
}

impl Claims {
    fn read(written: Written) -> Result<Self, &'static str> {
        let client_id = written.sub.filter(|sub| !sub.is_empty()).ok_or("its sub is missing")?;
        if written.iss.as_ref() != Some(&client_id) {
            return Err("its iss and sub must both be the client_id");
        }
        let jti = written.jti.filter(|jti| !jti.is_empty()).ok_or("its jti is missing")?;
        if jti.chars().count() > LONGEST_JTI {
            return Err("its jti is over 255 characters");
        }
        Ok(Self {
            client_id,
            audience: written.aud.ok_or("its aud is missing")?,
            expires_at: written.exp.ok_or("its exp is missing")?.into(),
            not_before: written.nbf.map(Into::into),
            issued_at: written.iat.map(Into::into),
            jti,
        })
    }
}

fn check_header(header: &Header) -> Result<VerificationAlgorithm, &'static str> {
    if header.crit {
        return Err("its header has crit, and no extension is known here");
    }
    // RFC 8725 section 3.11: no other kind of token is taken for an assertion. Media types know no case.
    let is = |typ: &str| ["JWT", "client-authentication+jwt"].iter().any(|known| typ.eq_ignore_ascii_case(known));
    if !header.typ.as_deref().is_none_or(is) {
        return Err("its typ is neither JWT nor client-authentication+jwt");
    }
    VerificationAlgorithm::parse(&header.alg).ok_or("its alg is none of ES256, RS256, PS256 and EdDSA")
}

/// Also what is passed over must be UTF-8 (RFC 7515 section 4): no other reader may see less, or more, than this one.
fn read<T: serde::de::DeserializeOwned>(part: &str) -> Option<T> {
    from_text(std::str::from_utf8(&from_base64url(part)?).ok()?).ok()
}

/// Also `null` is there.
fn is_there<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(from).map(|_| true)
}

#[cfg(test)]
mod tests;
