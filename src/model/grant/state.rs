//! What a grant remembers.

use serde::{Deserialize, Serialize};

use super::tokens::AccessTokenId;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// What was allowed: fixed when the code is redeemed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// The client that holds the grant.
    pub client_id: String,
    /// Whether that client is public: its previous refresh token answers within the retry window only.
    pub public_client: bool,
    /// Who allowed it.
    pub user_id: String,
    /// What was allowed.
    pub scope: ScopeSet,
    /// For which resources; none: the issuer.
    pub resources: Vec<String>,
    /// When the person gave their password, or signed in at a provider.
    pub auth_time: Timestamp,
    /// Whether it was at a provider.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub at_a_provider: bool,
    /// The session it was allowed in.
    pub sid: String,
    /// When it ends at the latest, whatever its lifetime: that session does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<Timestamp>,
    /// Claims that ID tokens hold beyond their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub id_token_claims: Vec<String>,
}

/// A grant's one stored value. A grant never redeemed has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// Tokens of it are good.
    Live(Box<LiveGrant>),
    /// A tombstone: nothing of it is good any more, and its code stays used.
    Ended {
        /// Until its last code and access token are over; then the object removes itself.
        keep_until: Timestamp,
    },
}

/// A grant whose tokens are good. It keeps a key and a counter, never a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveGrant {
    /// Authenticates refresh tokens; known to the object only.
    pub key: [u8; 32],
    /// What was allowed.
    pub authority: Authority,
    /// The HTTP request that redeemed the code: the same one, repeated, gets the same answer.
    pub attempt: String,
    /// When the code was redeemed.
    pub redeemed_at: Timestamp,
    /// When the code is over.
    pub code_expires_at: Timestamp,
    /// Number of the current refresh token, and generation of the current access tokens. The code's own is 1.
    pub counter: u32,
    /// Whether refresh tokens are issued at all.
    pub refreshable: bool,
    /// When the current generation's access tokens were issued (whole seconds)…
    pub issued_at: Timestamp,
    /// …and when they are over (whole seconds).
    pub access_expires_at: Timestamp,
    /// How often the current generation was dated anew.
    pub repetition: u32,
    /// When the counter last moved: the retry window of public clients begins here.
    pub rotated_at: Timestamp,
    /// Whether nobody got the current generation's tokens yet, as far as is known: the retry window has not begun.
    #[serde(default)]
    pub unheard: bool,
    /// When the grant ends unless it is used before.
    pub idle_ends_at: Timestamp,
    /// When the grant ends in any case.
    pub absolute_ends_at: Timestamp,
    /// When the last of all its access tokens is over.
    pub last_access_expires_at: Timestamp,
    /// Access tokens taken back before they were over, each with its own end.
    pub revoked: Vec<(AccessTokenId, Timestamp)>,
}
