//! `/account/connections`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::join;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::agent::Agent;
use crate::model::connection::{Connection, ConnectionStatus};
use crate::model::interaction::OurPage;
use crate::model::provider::Provider;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::listing::PageRequest;
use crate::service::upstream::connections;
use crate::service::{agents, providers};
use crate::web::extract::Query;
use crate::web::pages::{AgentRow, ConfirmPage, ConnectionRow, ConnectionsPage, Moment};
use crate::web::person::{Person, PersonForm};
use crate::web::query::done;
use crate::web::redirect::see_other;
use crate::web::render::brand;

const DONE: [(&str, &str); 4] = [
    ("removed", "Disconnected: its tokens are forgotten."),
    ("nothing", "That account was not connected any more."),
    ("agent-removed", "The agent is removed, and its accounts are disconnected."),
    ("no-agent", "That agent was removed before."),
];
/// So many providers are offered.
const MOST: i64 = 200;

/// The person's accounts elsewhere, and where they may connect another.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    person: Person,
    Query(query): Query,
) -> Result<Response, OAuthError> {
    let every = PageRequest { after: String::new(), limit: MOST };
    let user_id = person.user_id();
    let (known, agents, providers) =
        join!(connections::list(&app, user_id), agents::list(&app, user_id), providers::list(&app, &every));
    let (known, agents, providers) = (known?, agents?, providers?.rows);
    let rows: Vec<_> = known.iter().map(|connection| row(&context, connection, &providers)).collect();
    let offered = providers.iter().filter(|provider| provider.is_for_people());
    let page = ConnectionsPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Connections),
        rows: &rows,
        agents: &agents.iter().map(|agent| agent_row(&context, agent)).collect::<Vec<_>>(),
        providers: &offered.map(|provider| (provider.id.as_str(), provider.name())).collect::<Vec<_>>(),
        done: done(&query, &DONE),
    };
    show(&app, &person, StatusCode::OK, page.render())
}

fn row<'a>(context: &Context, connection: &'a Connection, providers: &'a [Provider]) -> ConnectionRow<'a> {
    let moment = |at| Moment::new(at, context.now());
    let account = connection.email.as_deref().or(connection.name.as_deref());
    ConnectionRow {
        id: &connection.id,
        provider: called(connection, providers),
        agent: &connection.agent_id,
        account: account.unwrap_or(&connection.provider_user_id),
        is_over: connection.status == ConnectionStatus::NeedsAuthorization,
        scopes: connection.scopes.iter().collect(),
        since: moment(connection.created_at),
        expires: connection.expires_at.map(moment),
        used: connection.last_used_at.map(moment),
    }
}

fn agent_row<'a>(context: &Context, agent: &'a Agent) -> AgentRow<'a> {
    let moment = |at| Moment::new(at, context.now());
    AgentRow { id: &agent.id, since: moment(agent.created_at), seen: moment(agent.last_seen_at) }
}

fn called<'a>(connection: &'a Connection, providers: &'a [Provider]) -> &'a str {
    let known = providers.iter().find(|provider| provider.id == connection.provider_id);
    known.map_or(&connection.provider_id, |provider| provider.name())
}

/// Asks whether to disconnect one.
pub async fn confirm(State(app): State<Arc<App>>, person: Person, Query(query): Query) -> Result<Response, OAuthError> {
    let id = query.required("id")?;
    let known = match connections::find(&app, person.user_id(), id).await {
        Err(error) if error.code == ErrorCode::NotFound => {
            return Ok(see_other("/account/connections?done=nothing"));
        }
        known => known?,
    };
    // One that was removed meanwhile has no name any more.
    let provider = providers::find(&app, &known.provider_id).await.ok();
    let page = ConfirmPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Connections),
        title: &format!("Disconnect {}?", called(&known, provider.as_slice())),
        lines: &[
            "Its tokens are forgotten here, and given back where the provider takes them.",
            "Tools that use it ask you to connect it again.",
        ],
        action: "/account/connections/remove",
        hidden: &[("id", id)],
        button: "Disconnect",
        back: "/account/connections",
    };
    show(&app, &person, StatusCode::OK, page.render())
}

/// Disconnects one.
pub async fn remove(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, fields }: PersonForm,
) -> Result<Response, OAuthError> {
    let removed = connections::remove(&app, &context, person.user_id(), fields.required("id")?).await;
    match removed {
        Ok(()) => Ok(see_other("/account/connections?done=removed")),
        Err(error) if error.code == ErrorCode::NotFound => Ok(see_other("/account/connections?done=nothing")),
        Err(error) => Err(error),
    }
}

/// Asks whether to remove an agent.
pub async fn confirm_agent(
    State(app): State<Arc<App>>,
    person: Person,
    Query(query): Query,
) -> Result<Response, OAuthError> {
    let id = query.required("id")?;
    if !agents::list(&app, person.user_id()).await?.iter().any(|known| known.id == id) {
        return Ok(see_other("/account/connections?done=no-agent"));
    }
    let page = ConfirmPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Connections),
        title: &format!("Remove the agent {id}?"),
        lines: &[
            "The accounts that you connected for it are disconnected: their tokens are forgotten here, and given back where the \
             provider takes them.",
            "Links that it sent you work no more.",
            "It can ask you again. To keep it from that, remove its app, too.",
        ],
        action: "/account/connections/agent",
        hidden: &[("id", id)],
        button: "Remove",
        back: "/account/connections",
    };
    show(&app, &person, StatusCode::OK, page.render())
}

/// Removes an agent.
pub async fn remove_agent(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, fields }: PersonForm,
) -> Result<Response, OAuthError> {
    let removed = agents::remove(&app, &context, person.user_id(), fields.required("id")?).await;
    match removed {
        Ok(()) => Ok(see_other("/account/connections?done=agent-removed")),
        Err(error) if error.code == ErrorCode::NotFound => Ok(see_other("/account/connections?done=no-agent")),
        Err(error) => Err(error),
    }
}
