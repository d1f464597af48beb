//! Whether an agent may have a token of an account.

use futures_util::join;
use serde_json::{Value, json};

use super::{AgentCaller, check_id};
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;
use crate::service::providers;
use crate::store::agent_sessions;

/// A session of an agent with an account at a provider, or that there is none.
#[derive(Clone, Debug)]
pub struct AgentSession {
    /// The agent.
    pub agent_id: String,
    /// The provider.
    pub provider: String,
    /// The session's end; `None`: there is none.
    pub ends_at: Option<Timestamp>,
    /// What was granted at the provider.
    pub scopes: ScopeSet,
}

impl AgentSession {
    /// As it is told.
    #[must_use]
    pub fn written(&self) -> Value {
        json!({
            "agent_id": self.agent_id,
            "provider": self.provider,
            "authenticated": self.ends_at.is_some(),
            "expires_at": self.ends_at.map(Timestamp::rfc3339),
            "scopes": self.scopes.iter().collect::<Vec<_>>(),
        })
    }
}

/// The session of this agent of the caller's user, with their account at this provider.
///
/// # Errors
/// `invalid_request`; `not_found` for a provider that is not, or not enabled.
pub async fn session(
    app: &App,
    context: &Context,
    caller: &AgentCaller,
    agent_id: &str,
    provider: &str,
) -> Result<AgentSession, OAuthError> {
    check_id(agent_id)?;
    let place = agent_sessions::select(&caller.user_id, agent_id, provider, context.now());
    let (known, found) = join!(providers::usable(app, provider), app.database.run(place));
    known.map_err(|error| error.field("provider"))?;
    let living = agent_sessions::read_living(&found?)?;
    let scopes = living.as_ref().map(|living| ScopeSet::parse(&living.scopes)).transpose()?.unwrap_or_default();
    Ok(AgentSession {
        agent_id: agent_id.to_owned(),
        provider: provider.to_owned(),
        ends_at: living.map(|living| living.ends_at),
        scopes,
    })
}
