//! A person's account at a provider, whose tokens we keep.

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
    /// When it was first made.
    pub created_at: Timestamp,
    /// When it was last made anew, or its tokens refreshed.
    pub updated_at: Timestamp,
    /// When its tokens were last given to a tool.
    pub last_used_at: Option<Timestamp>,
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
