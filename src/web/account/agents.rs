//! `/account/connections/agent`: removing an agent. They are listed with the connections.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::agents;
use crate::web::extract::Query;
use crate::web::pages::ConfirmPage;
use crate::web::person::{Person, PersonForm};
use crate::web::redirect::see_other;
use crate::web::render::brand;

/// Asks whether to remove an agent.
pub async fn confirm(State(app): State<Arc<App>>, person: Person, Query(query): Query) -> Result<Response, OAuthError> {
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
pub async fn remove(
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
