//! A person's account at a provider, whose tokens we keep.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// Whether its tokens are of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionStatus {
    /// They are.
    Active,
    /// The person must connect it anew.
    NeedsAuthorization,
}

/// An account at a provider.
#[derive(Clone)]
pub struct Connection {
    /// Random text, never reused; connecting anew keeps it.
    pub id: String,
    /// Whose it is here.
    pub user_id: String,
    /// For which agent of theirs; empty: for themselves.
    pub agent_id: String,
    /// Where the account is.
    pub provider_id: String,
    /// Its id there.
    pub provider_user_id: String,
    /// The e-mail address it has there.
    pub email: Option<String>,
    /// What it is called there.
    pub name: Option<String>,
    /// What was granted.
    pub scopes: ScopeSet,
    /// [`UpstreamTokens`], sealed for [`seal_context`].
    pub tokens: String,
    /// When the access token is over; `None`: nobody said.
    pub expires_at: Option<Timestamp>,
    /// Whether the tokens are of use.
    pub status: ConnectionStatus,
    /// Since when a refresh request is on its way, or its answer is lost.
    pub refreshing_since: Option<Timestamp>,
    /// When its token was last renewed because a tool's server refused it.
    pub refused_at: Option<Timestamp>,
    /// When it was first made.
    pub created_at: Timestamp,
    /// When it was last made anew, or its tokens refreshed.
    pub updated_at: Timestamp,
    /// When its tokens were last given to a tool.
    pub last_used_at: Option<Timestamp>,
}

/// So soon after a token was renewed because a tool's server refused it, that is not done again: it would refuse any.
const JUST_REFUSED: Duration = Duration::from_mins(1);

/// After so long a claim is one whose answer nobody wrote: no renewal takes as long.
pub const LONGEST_RENEWAL: Duration = Duration::from_mins(1);

impl Connection {
    /// Whether it is the person's own at this provider, and works: they need no other one there.
    #[must_use]
    pub fn is_in_use_at(&self, provider_id: &str) -> bool {
        self.provider_id == provider_id && self.agent_id.is_empty() && self.status == ConnectionStatus::Active
    }

    /// Whether its refresh token was sent, and nobody knows what came of it: the answer was lost, or this server stopped before it
    /// was written. The provider may have rotated, so the token counts as used up.
    #[must_use]
    pub fn has_lost_answer(&self, now: Timestamp) -> bool {
        self.refreshing_since.is_some_and(|since| now.since(since) >= LONGEST_RENEWAL)
    }
}

/// Whether a token with this end is still valid after this time. Without an end it is used until a tool's server refuses it.
#[must_use]
pub fn lives(expires_at: Option<Timestamp>, now: Timestamp, time: Duration) -> bool {
    expires_at.is_none_or(|end| end > now + time)
}

/// Whether a token was renewed a moment ago because it was refused then.
#[must_use]
pub fn was_just_refused(refused_at: Option<Timestamp>, now: Timestamp) -> bool {
    refused_at.is_some_and(|at| now.since(at) < JUST_REFUSED)
}

/// What a provider gave, as it is sealed.
#[derive(Serialize, Deserialize)]
pub struct UpstreamTokens {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: Option<String>,
}

/// What the tokens of a connection are sealed for, so that a row that is moved to another user, agent or provider does not
/// open. Ids have no spaces.
#[must_use]
pub fn seal_context(user_id: &str, agent_id: &str, provider_id: &str) -> String {
    format!("connection {user_id} {agent_id} {provider_id}")
}

/// What this server itself got at a provider: one token for all tools there, and no person is asked.
#[derive(Clone)]
pub struct ServerConnection {
    /// Where.
    pub provider_id: String,
    /// The access token, sealed for [`server_seal_context`].
    pub token: String,
    /// When it is over; `None`: nobody said.
    pub expires_at: Option<Timestamp>,
    /// When it was last renewed because a tool's server refused it.
    pub refused_at: Option<Timestamp>,
}

/// What the token of this server at a provider is sealed for.
#[must_use]
pub fn server_seal_context(provider_id: &str) -> String {
    format!("server connection {provider_id}")
}
