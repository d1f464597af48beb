//! An agent asks for an account of its user's at a provider.

use serde_json::{Map, Value};

use super::{AgentCaller, check_id, texts};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::provider::Provider;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::service::upstream::link::{self, For};
use crate::store::agents;

/// What an agent asks for.
#[derive(Clone, Debug)]
pub struct AgentRequest {
    /// As it calls itself.
    pub agent_id: String,
    /// At which provider.
    pub provider: String,
    /// What it would do there: a list of texts, or one with spaces between; nothing: all that the provider may be asked for.
    pub requested_scopes: Value,
}

impl AgentRequest {
    /// Reads one.
    ///
    /// # Errors
    /// `invalid_request` with the member at fault.
    pub fn read(sent: &Map<String, Value>) -> Result<Self, OAuthError> {
        let [agent_id, provider] = texts(sent, ["agent_id", "provider"], "requested_scopes")?.map(str::to_owned);
        let requested_scopes = sent.get("requested_scopes").cloned().unwrap_or_default();
        Ok(Self { agent_id, provider, requested_scopes })
    }
}

/// Answers the page of ours that the user is to open. `socket` names the WebSocket that is told how it ended.
///
/// # Errors
/// `invalid_request`, also for a provider without accounts of people; `not_found` for one that is not, or not enabled;
/// `invalid_scope` for what it may not be asked for; `conflict` when the user has as many agents as there may be.
pub async fn authenticate(
    app: &App,
    context: &Context,
    caller: &AgentCaller,
    request: &AgentRequest,
    socket: Option<&str>,
) -> Result<String, OAuthError> {
    let AgentRequest { agent_id, provider, requested_scopes } = request;
    check_id(agent_id)?;
    let requested = read_scopes(requested_scopes)?;
    let provider = link::of_people(app, provider).await.map_err(|error| error.field("provider"))?;
    let scopes = allowed(&provider, requested)?;
    let (user_id, now) = (caller.user_id.as_str(), context.now().floor_to_second());
    let whom = For { user_id, agent_id, socket };
    let (url, ticket) = link::new_ticket(app, context, whom, &provider.id, &scopes);
    let writes = vec![agents::insert(user_id, agent_id, now), agents::note_seen(user_id, agent_id, now), ticket];
    let outcomes = app.database.batch(writes).await?;
    let did = |at: usize| outcomes.get(at).is_some_and(|outcome| outcome.changes > 0);
    if !did(2) {
        let problem = "this user has 100 agents, and there may be no more; they can remove one at /account/connections";
        return Err(OAuthError::conflict(problem).field("agent_id"));
    }
    let happened = |kind| {
        let happening = Happening::done(kind).at(&provider.id, agent_id);
        happening.by(&caller.client_id).client(&caller.client_id).to(user_id)
    };
    if did(0) {
        context.record(happened(EventKind::AgentMade).because(agent_id));
    }
    context.record(happened(EventKind::AgentAsked).because(format!("{}: for {agent_id}", provider.id)));
    Ok(url)
}

fn read_scopes(sent: &Value) -> Result<ScopeSet, OAuthError> {
    let text = match sent {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => list.iter().map(Value::as_str).collect::<Option<Vec<_>>>().map(|list| list.join(" ")),
        _ => None,
    };
    let wrong = || OAuthError::invalid_request("requested_scopes is a list of texts, or one with spaces between");
    let read = text.ok_or_else(wrong).and_then(|text| ScopeSet::parse(&text));
    read.map_err(|error| error.field("requested_scopes"))
}

fn allowed(provider: &Provider, requested: ScopeSet) -> Result<ScopeSet, OAuthError> {
    let all = provider.scopes();
    if requested.is_empty() {
        return Ok(all);
    }
    match requested.first_not_in(&all) {
        Some(scope) => {
            let problem = format!("the provider {} may not be asked for {scope}", provider.name());
            Err(OAuthError::invalid_scope(problem).field("requested_scopes"))
        }
        None => Ok(requested),
    }
}
