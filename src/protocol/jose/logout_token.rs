//! Logout tokens (OpenID Connect Back-Channel Logout 2.4): a session has ended, told to one client.

use serde::Serialize;
use serde_json::{Value, json};

use super::jwk::Algorithm;
use super::jws;
use crate::protocol::error::OAuthError;

/// Back-Channel Logout 2.4 recommends it, so that no other kind of token is taken for one.
const TYP: &str = "logout+jwt";

/// The member of `events` that makes a token a logout token.
pub const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// For how many seconds a logout token is good: the longest that Back-Channel Logout 4 recommends.
pub const LIFETIME: i64 = 120;

/// What a logout token says. Moments are whole seconds since the epoch. It never has a `nonce`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogoutTokenClaims<'a> {
    /// Our issuer.
    pub iss: &'a str,
    /// The user's id.
    pub sub: &'a str,
    /// The client it is for.
    pub aud: &'a str,
    /// When it was issued.
    pub iat: i64,
    /// When it is over.
    pub exp: i64,
    /// Unique.
    pub jti: String,
    /// The session that has ended, as ID tokens name it.
    pub sid: &'a str,
}

/// What the port signs.
///
/// # Errors
/// `server_error` when the claims have no JSON form.
pub fn signing_input(kid: &str, algorithm: Algorithm, claims: &LogoutTokenClaims<'_>) -> Result<String, OAuthError> {
    #[derive(Serialize)]
    struct Wire<'a> {
        #[serde(flatten)]
        claims: &'a LogoutTokenClaims<'a>,
        events: Value,
    }
    jws::signing_input(TYP, kid, algorithm, &Wire { claims, events: json!({ EVENT: {} }) })
}
