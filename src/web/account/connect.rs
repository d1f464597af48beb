//! `/connect/{provider}` and `/oauth/callback/{provider}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::provider_sign_in;
use super::shown::{around, show, show_way_out};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::protocol::error::OAuthError;
use crate::service::upstream::sign_in::is_of_sign_in;
use crate::service::upstream::{NOT_SIGNED_IN, link};
use crate::web::extract::{Id, Query};
use crate::web::pages::{AgentConnectedPage, ConnectPage, MessagePage, ScopeLine};
use crate::web::person::{Person, PersonForm};
use crate::web::query::encoded;
use crate::web::redirect::to_client;
use crate::web::render::{brand, html};
use crate::web::visitor::Arrival;

/// What scopes of OpenID Connect mean there; of others nobody knows.
const SENTENCES: [(&str, &str); 4] = [
    ("openid", "Know who you are there"),
    ("profile", "See your name and picture there"),
    ("email", "See your e-mail address there"),
    ("offline_access", "Use it while you are away"),
];

/// Asks whether to link an account; whose form goes on to the provider.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    person: Person,
    Id(provider): Id,
    Query(query): Query,
) -> Result<Response, OAuthError> {
    let ticket = query.optional("ticket")?;
    let question = link::question(&app, &context, person.user_id(), &provider, ticket).await?;
    let sentence = |name: &str| {
        SENTENCES.iter().find(|(known, _)| *known == name).map_or("More, as it says itself:", |(_, sentence)| sentence)
    };
    let scopes: Vec<_> = question.scopes.iter().map(|name| ScopeLine { name, sentence: sentence(name) }).collect();
    let page = ConnectPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Connections),
        provider: question.provider.name(),
        agent: &question.agent_id,
        scopes: &scopes,
        action: &match ticket {
            Some(ticket) => format!("/connect/{}?ticket={}", question.provider.id, encoded(ticket)),
            None => format!("/connect/{}", question.provider.id),
        },
    };
    show_way_out(&app, &person, page.render())
}

/// Goes on to the provider, which learns nothing of our address line.
pub async fn post(
    State(app): State<Arc<App>>,
    context: Context,
    Id(provider): Id,
    Query(query): Query,
    PersonForm { person, .. }: PersonForm,
) -> Result<Response, OAuthError> {
    let ticket = query.optional("ticket")?;
    Ok(to_client(&link::begin(&app, &context, &person.signed_in.presence(), &provider, ticket).await?))
}

/// The provider sends the person back. What it answered is of use only to whoever asked.
pub async fn callback(
    State(app): State<Arc<App>>,
    context: Context,
    arrival: Arrival,
    Id(provider): Id,
    Query(answer): Query,
) -> Result<Response, OAuthError> {
    if answer.first("state").is_some_and(is_of_sign_in) {
        return provider_sign_in::callback(&app, &context, arrival, (&provider, &answer)).await;
    }
    let person = Person::arriving(&app, &context, arrival).await?;
    let person = person.ok_or_else(|| OAuthError::access_denied(NOT_SIGNED_IN))?;
    let linked = link::finish(&app, &context, &person.signed_in.presence(), &provider, &answer).await?;
    if !linked.agent_id.is_empty() {
        let page = AgentConnectedPage {
            brand: &brand(&app),
            around: around(&person, OurPage::Connections),
            provider: &linked.provider,
            agent: &linked.agent_id,
            code: answer.required("code")?,
            state: answer.required("state")?,
        };
        return show(&app, &person, StatusCode::OK, page.render());
    }
    let title = format!("{} is connected", linked.provider);
    html(StatusCode::OK, MessagePage::connected(&brand(&app), &title).render())
}
