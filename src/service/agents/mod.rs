//! Agents: programs that act for a user, and are given accounts of the user's at providers.
//!
//! An agent asks for an account ([`authenticate`]); the user opens the link and says yes on our page (`service/upstream/link`),
//! with which a session of the agent begins ([`session`]); in it the agent is given the account's access token, once for each
//! time that the user said yes ([`token`]). It sees its own accounts only, never the user's or another agent's.

mod authenticate;
mod completed;
mod ended;
pub mod rpc;
mod session;
mod token;

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Map, Value};

pub use self::authenticate::{AgentRequest, authenticate};
pub(in crate::service) use self::completed::{begin_session, tell};
pub(in crate::service) use self::ended::{note_ended, note_expired};
pub use self::session::{AgentSession, session};
pub use self::token::{AgentToken, Proof, token};
use crate::app::{App, Context, Happening};
use crate::model::agent::{Agent, is_agent_id};
use crate::model::audit::EventKind;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::service::bearer::{self, Audience, not_good};
use crate::service::upstream::connections::forget;
use crate::store::{agent_sessions, agents, connect_states, connections};

/// Whose token an agent brought.
#[derive(Clone, Debug)]
pub struct AgentCaller {
    /// The user it acts for.
    pub user_id: String,
    /// The client the token was issued to.
    pub client_id: String,
    /// What the token may do.
    pub scopes: ScopeSet,
}

/// Admits a token with the scope `agent:connect` to this resource of ours.
///
/// # Errors
/// As [`bearer::admit_user`].
pub async fn admit(app: &App, context: &Context, token: &str, resource: &str) -> Result<AgentCaller, OAuthError> {
    let claims = bearer::admit(app, context, token, Audience::Resource(resource), &["agent:connect"]).await?;
    bearer::live(app, context, &claims).await?.ok_or_else(not_good)?;
    bearer::check_user(&claims)?;
    let claims = Arc::unwrap_or_clone(claims).claims;
    Ok(AgentCaller { user_id: claims.sub, client_id: claims.client_id, scopes: claims.scope })
}

/// Takes texts out of what was sent. Each must be there, and nothing beside them but `other`.
///
/// # Errors
/// `invalid_request` with the member at fault.
pub fn texts<'a, const N: usize>(
    sent: &'a Map<String, Value>,
    names: [&'static str; N],
    other: &str,
) -> Result<[&'a str; N], OAuthError> {
    if let Some(unknown) = sent.keys().find(|name| !names.contains(&name.as_str()) && *name != other) {
        return Err(OAuthError::invalid_request("a member is unknown").field(unknown.clone()));
    }
    let mut found = [""; N];
    for (place, name) in found.iter_mut().zip(names) {
        let text = sent.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        *place = text.ok_or_else(|| OAuthError::invalid_request("a member is missing or no text").field(name))?;
    }
    Ok(found)
}

/// Whether an agent may call itself so.
fn check_id(agent_id: &str) -> Result<(), OAuthError> {
    if is_agent_id(agent_id) {
        return Ok(());
    }
    let problem = "agent_id is 1 to 128 letters, digits and -._:@, and begins with a letter or a digit";
    Err(OAuthError::invalid_request(problem).field("agent_id"))
}

/// A user's agents.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn list(app: &App, user_id: &str) -> Result<Vec<Agent>, OAuthError> {
    Ok(agents::read_all(&app.database.run(agents::select_of_user(user_id)).await?)?)
}

/// Removes one of a user's with all that was begun for it, and gives its tokens back to the providers as well as can be.
///
/// # Errors
/// `not_found`.
pub async fn remove(app: &App, context: &Context, user_id: &str, agent_id: &str) -> Result<(), OAuthError> {
    let writes = vec![
        agent_sessions::end_of_agent(user_id, agent_id),
        connections::delete_of_agent(user_id, agent_id),
        connect_states::delete_of_agent(user_id, agent_id),
        agents::delete(user_id, agent_id),
    ];
    let outcomes = app.database.batch(writes).await?;
    let nowhere = || OAuthError::not_found("there is no agent of this id");
    let [ended, removed, _, agent] = outcomes.as_slice() else { return Err(nowhere()) };
    if agent.changes == 0 {
        return Err(nowhere());
    }
    context.record(Happening::done(EventKind::AgentRemoved).at("", agent_id).by(user_id).to(user_id).because(agent_id));
    note_ended(context, Some(ended))?;
    let removed = connections::read_all(removed)?;
    join_all(removed.iter().map(|connection| forget(app, context, user_id, connection))).await;
    Ok(())
}
