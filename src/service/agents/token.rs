//! An agent is given the access token of an account.
//!
//! Our callback redeemed the provider's code long ago. What the agent brings, the state and that code, proves that the user's
//! answer reached it; so it counts once, for the agent that the user said yes to.

use futures_util::join;
use serde_json::{Value, json};

use super::{AgentCaller, check_id};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::connection::Connection;
use crate::model::provider::is_provider_id;
use crate::protocol::digest::{equal_in_constant_time, sha256_base64url};
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::providers;
use crate::service::upstream::keep;
use crate::store::{agent_sessions, agents, connections};

/// The scope beside `agent:connect`.
const SCOPE: &str = "connections:token";

const UNKNOWN: &str = "this state is over, was used already, or is not of this agent and user";
const WRONG_CODE: &str = "this authorization_code, or provider, is not the one that came with the state";
const LOST: &str = "the account must be connected again; ask the user by a new authorization_url";

/// What came of the user's yes.
#[derive(Clone, Copy)]
pub struct Proof<'a> {
    /// The provider's code.
    pub code: &'a str,
    /// Our state.
    pub state: &'a str,
}

/// An access token at a provider, and whose it is.
pub struct AgentToken {
    /// The agent.
    pub agent_id: String,
    /// The token.
    pub access_token: String,
    /// The account.
    pub account: Connection,
}

impl AgentToken {
    /// As it is told.
    #[must_use]
    pub fn written(&self) -> Value {
        let account = &self.account;
        json!({
            "agent_id": self.agent_id,
            "provider": account.provider_id,
            "access_token": self.access_token,
            "token_type": "Bearer",
            "expires_at": account.expires_at.map(Timestamp::rfc3339),
            "scope": account.scopes.to_string(),
            "user": {
                "provider_user_id": account.provider_user_id,
                "email": account.email,
                "name": account.name,
            },
        })
    }
}

/// Gives the token of the account that the user connected for this agent. `provider`, if it is said, must be where that is.
///
/// # Errors
/// `insufficient_scope`; `invalid_request`; `invalid_grant` for a state or code that gives nothing; `bad_gateway` or
/// `temporarily_unavailable` when there is no token at the moment: the state is still good then.
pub async fn token(
    app: &App,
    context: &Context,
    caller: &AgentCaller,
    (agent_id, provider): (&str, Option<&str>),
    proof: Proof<'_>,
) -> Result<AgentToken, OAuthError> {
    if !caller.scopes.contains(SCOPE) {
        return Err(OAuthError::insufficient_scope(SCOPE));
    }
    check_id(agent_id)?;
    let answer = given(app, context, (&caller.user_id, agent_id, provider), proof).await;
    let kind = EventKind::AgentTokenGiven;
    let happened = match &answer {
        Ok(AgentToken { account, .. }) => {
            let at = account.provider_id.as_str();
            Happening::done(kind).at(at, agent_id).because(format!("{at}: to {agent_id}"))
        }
        Err(error) => {
            let reason = format!("{agent_id}: {}", error.description);
            // It may be anything, and of any length: what could be no provider's id is in no event.
            Happening::refused(kind, reason).at(provider.filter(|id| is_provider_id(id)).unwrap_or_default(), agent_id)
        }
    };
    context.record(happened.by(&caller.client_id).client(&caller.client_id).to(&caller.user_id));
    answer
}

async fn given(
    app: &App,
    context: &Context,
    (user_id, agent_id, provider): (&str, &str, Option<&str>),
    proof: Proof<'_>,
) -> Result<AgentToken, OAuthError> {
    let (now, state, code) = (context.now(), sha256_base64url(proof.state), sha256_base64url(proof.code));
    let tried = app.database.run(agent_sessions::count_try((user_id, agent_id), (&state, &code), now)).await?;
    let waiting = agent_sessions::read_waiting(&tried)?.ok_or_else(|| OAuthError::invalid_grant(UNKNOWN))?;
    let is_there = provider.is_none_or(|provider| provider == waiting.provider_id);
    if !equal_in_constant_time(waiting.code_hash.as_bytes(), code.as_bytes()) || !is_there {
        return Err(OAuthError::invalid_grant(WRONG_CODE));
    }
    let place = || connections::select_at(user_id, agent_id, &waiting.provider_id);
    let (provider, found) = join!(providers::usable(app, &waiting.provider_id), app.database.run(place()));
    let provider = provider?;
    let account = connections::read(&found?)?.ok_or_else(|| OAuthError::invalid_grant(UNKNOWN))?;
    let token = keep::of_connection(app, context, &provider, &account).await?;
    let access_token = token.ok_or_else(|| OAuthError::invalid_grant(LOST))?;
    // Only what can be given is used up; of all that try at the same time, one is given it.
    let writes = vec![
        agent_sessions::use_up(user_id, agent_id, &state),
        connections::note_use(&account.id, now),
        agents::note_seen(user_id, agent_id, now.floor_to_second()),
        place(),
    ];
    let outcomes = app.database.batch(writes).await?;
    let [used, .., refreshed] = outcomes.as_slice() else { return Err(OAuthError::invalid_grant(UNKNOWN)) };
    let account = connections::read(refreshed)?.filter(|_| used.changes > 0);
    let account = account.ok_or_else(|| OAuthError::invalid_grant(UNKNOWN))?;
    Ok(AgentToken { agent_id: agent_id.to_owned(), access_token, account })
}
