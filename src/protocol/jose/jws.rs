//! JWS compact form (RFC 7515): what is signed, and a token whose signature nobody has checked yet.

use jwt_compact::{Claims, UntrustedToken};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::jwk::Algorithm;
use crate::protocol::digest::base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;

/// Ours are well under 2 KB, with many claims well under this; anything longer was not made here.
const LONGEST_TOKEN: usize = 8 * 1024;

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    kid: &'a str,
    typ: &'a str,
}

/// What the port signs: base64url header, a dot, base64url claims (RFC 7515 section 5.1).
///
/// # Errors
/// `server_error` when the claims have no JSON form.
pub fn signing_input(
    typ: &str,
    kid: &str,
    algorithm: Algorithm,
    claims: &impl Serialize,
) -> Result<String, OAuthError> {
    let unwritable = |error| OAuthError::server_error("the token could not be written").source(error);
    let header = serde_json::to_vec(&Header { alg: algorithm.as_str(), kid, typ }).map_err(unwritable)?;
    let claims = serde_json::to_vec(claims).map_err(unwritable)?;
    Ok(format!("{}.{}", base64url(&header), base64url(&claims)))
}

/// The token: what was signed, a dot, the signature in base64url.
#[must_use]
pub fn assemble(signing_input: &str, signature: &[u8]) -> String {
    format!("{signing_input}.{}", base64url(signature))
}

/// A moment as the JWT crate has it; `None` beyond the calendar.
pub(super) fn date(moment: Timestamp) -> Option<chrono::DateTime<chrono::Utc>> {
    chrono::DateTime::from_timestamp_millis(moment.millis())
}

/// The header's members beyond those the JWT crate names.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Beside {
    #[serde(flatten)]
    members: std::collections::BTreeMap<String, Value>,
}

/// A token whose signature nobody has checked. It tells only what that check needs.
#[derive(Clone, Debug)]
pub struct Unverified {
    token: UntrustedToken<'static, Beside>,
    signing_input: String,
    kid: String,
}

impl Unverified {
    /// Takes a token apart; `None` for anything that cannot be one of ours: longer than 8 KiB, not three parts of
    /// base64url, no `kid`, a `typ` that `is_type` does not know, or a `crit` (RFC 7515 section 4.1.11: we know no
    /// extension).
    #[must_use]
    pub(super) fn parse(token: &str, is_type: fn(Option<&str>) -> bool) -> Option<Self> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let (signing_input, _) = token.rsplit_once('.')?;
        let parsed = UntrustedToken::<Beside>::try_from(token).ok()?;
        let header = parsed.header();
        if !is_type(header.token_type.as_deref()) || header.other_fields.members.contains_key("crit") {
            return None;
        }
        let kid = header.key_id.clone()?;
        Some(Self { signing_input: signing_input.to_owned(), token: parsed.into_owned(), kid })
    }

    /// The name of the key that is said to have signed it. Only a key of our own set may be found by it.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The bytes that were signed.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// The signature over them.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.token.signature_bytes()
    }

    /// What the token says, for a caller who has verified its signature with `algorithm`; `None` when its `alg` is another
    /// (RFC 8725 section 3.1), or a claim is missing or not of its type.
    pub(super) fn claims<T: DeserializeOwned>(&self, algorithm: Algorithm) -> Option<Claims<T>> {
        if self.token.algorithm() != algorithm.as_str() {
            return None;
        }
        self.token.deserialize_claims_unchecked().ok()
    }
}
