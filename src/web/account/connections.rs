//! `/account/connections`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::connection::{Connection, ConnectionStatus};
use crate::model::interaction::OurPage;
use crate::model::provider::Provider;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::listing::PageRequest;
use crate::service::providers;
use crate::service::upstream::connections;
use crate::web::extract::Query;
use crate::web::pages::{ConfirmPage, ConnectionRow, ConnectionsPage, Moment};
use crate::web::person::{Person, PersonForm};
use crate::web::query::done;
use crate::web::redirect::see_other;
use crate::web::render::brand;

const DONE: [(&str, &str); 2] =
    [("removed", "Disconnected: its tokens are forgotten."), ("nothing", "That account was not connected any more.")];
/// So many providers are offered.
const MOST: i64 = 200;

/// The person's accounts elsewhere, and where they may connect another.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    person: Person,
    Query(query): Query,
) -> Result<Response, OAuthError> {
    let known = connections::list(&app, person.user_id()).await?;
    let providers = providers::list(&app, &PageRequest { after: String::new(), limit: MOST }).await?.rows;
    let rows: Vec<_> = known.iter().map(|connection| row(&context, connection, &providers)).collect();
    let offered = providers.iter().filter(|provider| provider.is_enabled());
    let page = ConnectionsPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Connections),
        rows: &rows,
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

fn called<'a>(connection: &'a Connection, providers: &'a [Provider]) -> &'a str {
    let known = providers.iter().find(|provider| provider.id == connection.provider_id);
    known.map_or(&connection.provider_id, |provider| provider.name())
}

/// Asks whether to disconnect one.
pub async fn confirm(State(app): State<Arc<App>>, person: Person, Query(query): Query) -> Result<Response, OAuthError> {
    let id = query.required("id")?;
    let known = connections::list(&app, person.user_id()).await?;
    let Some(known) = known.into_iter().find(|known| known.id == id) else {
        return Ok(see_other("/account/connections?done=nothing"));
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
