//! `/account/sessions`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::protocol::error::OAuthError;
use crate::service::account::sessions;
use crate::store::account_sessions::{Listed, Others};
use crate::web::extract::Query;
use crate::web::pages::{ConfirmPage, Moment, SessionRow, SessionsPage};
use crate::web::person::{Person, PersonForm};
use crate::web::query::done;
use crate::web::redirect::see_other;
use crate::web::render::brand;

const DONE: [(&str, &str); 2] = [("ended", "Signed out there."), ("nothing", "That session was over already.")];

/// Where the person is signed in.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    person: Person,
    Query(query): Query,
) -> Result<Response, OAuthError> {
    let listed = sessions::list(&app, &context, person.user_id(), person.cookie.hash()).await?;
    let rows: Vec<SessionRow<'_>> = listed.iter().map(|session| row(&context, session)).collect();
    let page = SessionsPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Sessions),
        rows: &rows,
        done: done(&query, &DONE),
        problem: None,
    };
    show(&app, &person, StatusCode::OK, page.render())
}

fn row<'a>(context: &Context, session: &'a Listed) -> SessionRow<'a> {
    SessionRow {
        sid: &session.sid,
        device: session.device.as_deref().unwrap_or("A browser"),
        place: session.place.as_deref(),
        last_seen: Moment::new(session.last_seen_at, context.now()),
        signed_in: Moment::new(session.auth_time, context.now()),
        is_this: session.is_this,
    }
}

/// Asks whether to sign out everywhere else.
pub async fn confirm(State(app): State<Arc<App>>, person: Person) -> Result<Response, OAuthError> {
    let page = ConfirmPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Sessions),
        title: "Sign out everywhere else?",
        lines: &[
            "You must sign in again in every browser but this one.",
            "Apps that you signed in to from there are told, and lose what was to end with your session.",
        ],
        action: "/account/sessions/end",
        hidden: &[],
        button: "Sign out everywhere else",
        back: "/account/sessions",
    };
    show(&app, &person, StatusCode::OK, page.render())
}

/// Signs out where the field `sid` says; without it, everywhere else.
pub async fn end(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, fields }: PersonForm,
) -> Result<Response, OAuthError> {
    let others = Others { user_id: person.user_id(), but: person.cookie.hash(), sid: fields.optional("sid")? };
    let ended = sessions::end(&app, &context, others).await?;
    Ok(see_other(if ended > 0 { "/account/sessions?done=ended" } else { "/account/sessions?done=nothing" }))
}
