//! `/account/client`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::client::ClientAuthentication;
use crate::model::interaction::OurPage;
use crate::model::user::user_client_id;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::account::client;
use crate::web::error_page::sentence;
use crate::web::extract::Query;
use crate::web::pages::{ClientPage, ClientSecretPage, ConfirmPage};
use crate::web::person::{Person, PersonForm};
use crate::web::query::done;
use crate::web::redirect::see_other;
use crate::web::render::brand;

const DONE: [(&str, &str); 1] = [("saved", "Saved.")];

/// The client that acts for the person.
pub async fn get(State(app): State<Arc<App>>, person: Person, Query(query): Query) -> Result<Response, OAuthError> {
    page(&app, &person, None, done(&query, &DONE)).await
}

/// Replaces its redirect URIs.
pub async fn post(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, fields }: PersonForm,
) -> Result<Response, OAuthError> {
    let typed = fields.optional("redirect_uris")?.unwrap_or_default();
    let uris = typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    match client::set_redirect_uris(&app, &context, person.user_id(), uris).await {
        Ok(()) => Ok(see_other("/account/client?done=saved")),
        Err(error) if error.code == ErrorCode::InvalidRequest => {
            page(&app, &person, Some((typed, &sentence(&error.description))), None).await
        }
        Err(error) => Err(error),
    }
}

async fn page(
    app: &App,
    person: &Person,
    refused: Option<(&str, &str)>,
    done: Option<&str>,
) -> Result<Response, OAuthError> {
    let client = client::find(app, person.user_id()).await?;
    let page = ClientPage {
        brand: &brand(app),
        around: around(person, OurPage::Client),
        client_id: &client.id,
        client_name: &client.name,
        scopes: &client.scopes.iter().collect::<Vec<_>>(),
        has_secret: matches!(client.authentication, ClientAuthentication::Secret(Some(_))),
        redirect_uris: &refused.map_or_else(|| client.redirect_uris.join("\n"), |(typed, _)| typed.to_owned()),
        redirect_problem: refused.map(|(_, problem)| problem),
        done,
        problem: None,
    };
    show(app, person, if refused.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK }, page.render())
}

/// Asks whether to replace the secret.
pub async fn confirm_secret(State(app): State<Arc<App>>, person: Person) -> Result<Response, OAuthError> {
    let page = ConfirmPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Client),
        title: "Make a new secret?",
        lines: &[
            "The secret before does no more: programs that use it must be given the new one.",
            "The new one is shown once, on the next page.",
        ],
        action: "/account/client/secret",
        hidden: &[],
        button: "Make a new secret",
        back: "/account/client",
    };
    show(&app, &person, StatusCode::OK, page.render())
}

/// Makes a new secret, and shows it. Not by way of a redirect: it would have to be kept somewhere until then.
pub async fn new_secret(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, .. }: PersonForm,
) -> Result<Response, OAuthError> {
    let secret = client::new_secret(&app, &context, person.user_id()).await?;
    let page = ClientSecretPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Client),
        client_id: &user_client_id(person.user_id()),
        secret: &secret,
    };
    show(&app, &person, StatusCode::OK, page.render())
}
