//! `/account/profile`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::model::user_claims::UserClaims;
use crate::protocol::error::OAuthError;
use crate::service::account::profile::{self, CLAIMS, Problem, Saved};
use crate::web::extract::Query;
use crate::web::pages::{ProfilePage, profile_fields};
use crate::web::person::{Person, PersonForm};
use crate::web::query::done;
use crate::web::redirect::see_other;
use crate::web::render::brand;

const DONE: [(&str, &str); 1] = [("saved", "Saved.")];
const TOO_LONG: &str = "This is more than can be kept of one person. Shorten something.";

/// What is said above the fields.
#[derive(Clone, Copy, Default)]
struct Said<'a> {
    done: Option<&'a str>,
    problem: Option<&'a str>,
    problems: &'a [Problem],
}

/// What is known of the person, to be changed.
pub async fn get(State(app): State<Arc<App>>, person: Person, Query(query): Query) -> Result<Response, OAuthError> {
    let claims = profile::find(&app, person.user_id()).await?.claims;
    let said = Said { done: done(&query, &DONE), ..Said::default() };
    page(&app, &person, &claims, |claim| text(&claims, claim), said)
}

/// Keeps what they typed.
pub async fn post(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, fields }: PersonForm,
) -> Result<Response, OAuthError> {
    for claim in CLAIMS {
        fields.optional(claim)?;
    }
    let typed = |claim: &str| fields.first(claim).unwrap_or_default();
    let user = profile::find(&app, person.user_id()).await?;
    match profile::save(&app, &context, &user, |claim| typed(claim).to_owned()).await? {
        Saved::Done => Ok(see_other("/account/profile?done=saved")),
        Saved::TooLong => page(&app, &person, &user.claims, typed, Said { problem: Some(TOO_LONG), ..Said::default() }),
        Saved::Problems(problems) => {
            page(&app, &person, &user.claims, typed, Said { problems: &problems, ..Said::default() })
        }
    }
}

fn page<'a>(
    app: &App,
    person: &Person,
    known: &UserClaims,
    value: impl Fn(&str) -> &'a str,
    said: Said<'a>,
) -> Result<Response, OAuthError> {
    let problem = |claim: &str| said.problems.iter().find(|problem| problem.claim == claim).map(|problem| problem.text);
    let rows = profile_fields(value, |claim| confirmation(known, claim), problem);
    let page = ProfilePage {
        brand: &brand(app),
        around: around(person, OurPage::Profile),
        rows: &rows,
        done: said.done,
        problem: said.problem,
    };
    let refused = said.problem.is_some() || !said.problems.is_empty();
    show(app, person, if refused { StatusCode::BAD_REQUEST } else { StatusCode::OK }, page.render())
}

fn text<'a>(claims: &'a UserClaims, claim: &str) -> &'a str {
    claims.0.get(claim).and_then(Value::as_str).unwrap_or_default()
}

/// Whether somebody has made sure of it.
fn confirmation(known: &UserClaims, claim: &str) -> Option<&'static str> {
    let verified = match claim {
        "email" => known.0.get("email_verified"),
        "phone_number" => known.0.get("phone_number_verified"),
        _ => None,
    };
    Some(if verified?.as_bool()? { "Confirmed. If you change it, it no longer is." } else { "Not confirmed." })
}
