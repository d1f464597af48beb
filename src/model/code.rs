//! The authorization code and what it stands for.

use serde::{Deserialize, Serialize};

use super::status::GrantStatus;
use crate::protocol::claims_request::ClaimsRequest;
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
    /// When the person gave their password, or signed in at a provider.
    pub auth_time: Timestamp,
    /// Whether it was at a provider.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_a_provider: bool,
    /// The session it was allowed in.
    pub sid: String,
    /// When that session ends at the latest, where the grant ends with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_ends_at: Option<Timestamp>,
    /// For the ID token, as the client sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Claims that were asked for by name.
    #[serde(default, skip_serializing_if = "ClaimsRequest::is_empty")]
    pub claims: ClaimsRequest,
    /// When the code dies. The `grants` row's own copy decides.
    pub expires_at: Timestamp,
}

/// A grant's code as its row remembers it.
#[derive(Clone, Debug)]
pub struct StoredCode {
    /// Hash of the code.
    pub code_hash: String,
    /// What it stands for.
    pub record: CodeRecord,
    /// When it is over: this decides.
    pub expires_at: Timestamp,
    /// Whether it has not ended (a denied one has from the beginning), and user and client still stand behind it.
    pub status: GrantStatus,
}

/// A code as it travels: `<grant id>.<32 random bytes, base64url>`.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationCode<'a> {
    /// The grant it opens.
    pub grant_id: &'a str,
    text: &'a str,
}

impl std::fmt::Debug for AuthorizationCode<'_> {
    /// Never the code itself: what is written so ends in logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizationCode").field("grant_id", &self.grant_id).finish_non_exhaustive()
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_a_grant_id_and_43_letters() {
        let secret = "s".repeat(43);
        let text = format!("grant.{secret}");
        let code = AuthorizationCode::parse(&text);
        assert_eq!(code.as_ref().map(|code| code.grant_id), Some("grant"));
        assert_eq!(code.map(|code| code.hash()), Some(sha256_base64url(&text)));
        for text in [
            String::new(),
            "grant".to_owned(),
            "grant.".to_owned(),
            secret.clone(),
            format!(".{secret}"),
            format!("grant.{secret}s"),
            format!("grant.{}", "s".repeat(42)),
            format!("grant.{}.", "s".repeat(42)),
            format!("grant.1.{secret}"),
        ] {
            assert_eq!(AuthorizationCode::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn a_record_is_kept_and_read_back() {
        let record = CodeRecord {
            client_id: "demo-web".to_owned(),
            user_id: "u1".to_owned(),
            redirect_uri: "http://localhost:3000/callback".to_owned(),
            redirect_uri_sent: true,
            scope: ["read:tools"].into_iter().collect(),
            resources: vec!["https://a.example".to_owned()],
            code_challenge: None,
            auth_time: Timestamp::from_millis(1_500),
            at_a_provider: false,
            sid: "s1".to_owned(),
            session_ends_at: None,
            nonce: Some("n".to_owned()),
            claims: ClaimsRequest { userinfo: vec!["email".to_owned()], id_token: Vec::new() },
            expires_at: Timestamp::from_seconds(60),
        };
        let kept = serde_json::to_string(&record).unwrap_or_default();
        assert_eq!(serde_json::from_str(&kept).ok(), Some(record));
    }

    proptest! {
        #[test]
        fn reading_any_text_never_panics_and_two_codes_have_two_hashes(text in ".*", grant_id in "[a-z]{1,5}", secret in "[a-z]{43}") {
            let _ = AuthorizationCode::parse(&text);
            let (one, other) = (format!("{grant_id}.{secret}"), format!("{grant_id}x.{secret}"));
            let hash = |text: &str| AuthorizationCode::parse(text).map(|code| code.hash());
            prop_assert!(hash(&one).is_some() && hash(&one) != hash(&other));
        }
    }
}
