//! The authorization code and what it stands for.

use serde::{Deserialize, Serialize};

use crate::protocol::digest::sha256_base64url;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// What a code stands for. Kept in KV under the code's hash and, beside it, in the `grants` row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRecord {
    /// The client it was issued to.
    pub client_id: String,
    /// Who consented.
    pub user_id: String,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// Whether the request named it; then the token request must, too (RFC 6749 4.1.3).
    pub redirect_uri_sent: bool,
    /// What was allowed.
    pub scope: ScopeSet,
    /// For which resources (RFC 8707); none: the issuer.
    pub resources: Vec<String>,
    /// The S256 challenge (RFC 7636), 43 letters of base64url.
    pub code_challenge: Option<String>,
    /// When the person gave their password.
    pub auth_time: Timestamp,
    /// The session it was allowed in.
    pub sid: String,
    /// When the code dies. The `grants` row's own copy decides.
    pub expires_at: Timestamp,
}

/// A code as it travels: `<grant id>.<32 random bytes, base64url>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationCode<'a> {
    /// The grant it opens.
    pub grant_id: &'a str,
    text: &'a str,
}

impl<'a> AuthorizationCode<'a> {
    /// Takes a code apart; `None` when it cannot be one of ours.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (grant_id, secret) = text.split_once('.')?;
        (!grant_id.is_empty() && secret.len() == 43 && !secret.contains('.')).then_some(Self { grant_id, text })
    }

    /// Under what the code is remembered.
    #[must_use]
    pub fn hash(&self) -> String {
        sha256_base64url(self.text)
    }
}
