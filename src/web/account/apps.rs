//! `/account/apps`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::model::scope::Scope;
use crate::protocol::error::OAuthError;
use crate::service::account::apps::{self, LetIn};
use crate::service::scopes;
use crate::web::extract::Query;
use crate::web::pages::{AppRow, AppsPage, ConfirmPage, Moment, ScopeLine};
use crate::web::person::{Person, PersonForm};
use crate::web::query::{done, encoded};
use crate::web::redirect::see_other;
use crate::web::render::brand;

const DONE: [(&str, &str); 2] = [
    ("removed", "Removed: the app has no access any more, and must ask you again."),
    ("nothing", "That app had no access already."),
];

/// The apps that the person let in.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    person: Person,
    Query(query): Query,
) -> Result<Response, OAuthError> {
    let known = apps::list(&app, person.user_id()).await?;
    let table = scopes::all(&app, &context).await?;
    let rows: Vec<AppRow<'_>> = known.iter().map(|known| row(&context, &table, known)).collect();
    let page = AppsPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Apps),
        rows: &rows,
        done: done(&query, &DONE),
        problem: None,
    };
    show(&app, &person, StatusCode::OK, page.render())
}

fn row<'a>(context: &Context, table: &'a [Scope], known: &'a LetIn) -> AppRow<'a> {
    let sentence =
        |name: &'a str| table.iter().find(|scope| scope.name == name).map_or(name, |scope| &scope.description);
    AppRow {
        encoded_id: encoded(&known.app.client_id),
        name: &known.app.name,
        is_vouched_for: known.app.is_vouched_for,
        has_access: known.has_access,
        scopes: known.scope.iter().map(|name| ScopeLine { name, sentence: sentence(name) }).collect(),
        since: Moment::new(known.since, context.now()),
        used: known.used_at.map(|moment| Moment::new(moment, context.now())),
    }
}

/// Asks whether to remove one.
pub async fn confirm(State(app): State<Arc<App>>, person: Person, Query(query): Query) -> Result<Response, OAuthError> {
    let client_id = query.required("client_id")?;
    let known = apps::list(&app, person.user_id()).await?;
    let Some(known) = known.into_iter().find(|known| known.app.client_id == client_id) else {
        return Ok(see_other("/account/apps?done=nothing"));
    };
    let page = ConfirmPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Apps),
        title: &format!("Remove {}?", known.app.name),
        lines: &[
            "It loses its access at once, in every place where you use it.",
            "What it has learned of you already it may keep: ask whoever runs it.",
            "If you sign in to it again, it asks you again.",
        ],
        action: "/account/apps/remove",
        hidden: &[("client_id", client_id)],
        button: "Remove",
        back: "/account/apps",
    };
    show(&app, &person, StatusCode::OK, page.render())
}

/// Removes one.
pub async fn remove(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, fields }: PersonForm,
) -> Result<Response, OAuthError> {
    let removed = apps::remove(&app, &context, person.user_id(), fields.required("client_id")?).await?;
    Ok(see_other(if removed { "/account/apps?done=removed" } else { "/account/apps?done=nothing" }))
}
