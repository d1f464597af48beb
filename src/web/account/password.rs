//! `/account/password`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::model::password::check_new;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::service::account::password::{self, Change};
use crate::web::cookies::Cookie;
use crate::web::extract::Query;
use crate::web::pages::{PasswordPage, PasswordProblem, Typed};
use crate::web::person::{Person, PersonForm};
use crate::web::query::done;
use crate::web::redirect::{see_other, set_cookie};
use crate::web::render::brand;

const DONE: [(&str, &str); 1] = [("changed", "Your password is changed. You stay signed in here, and nowhere else.")];

/// The form.
pub async fn get(State(app): State<Arc<App>>, person: Person, Query(query): Query) -> Result<Response, OAuthError> {
    page(&app, &person, None, done(&query, &DONE))
}

/// Changes the password. The session goes on under a new cookie.
pub async fn post(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, fields }: PersonForm,
) -> Result<Response, OAuthError> {
    let again = |field, problem| page(&app, &person, Some((field, problem)), None);
    let new = match new_password(&fields)? {
        Ok(new) => new,
        Err((field, problem)) => return again(field, problem),
    };
    let current = fields.optional("current_password")?.unwrap_or_default();
    match password::change(&app, &context, person.user_id(), current, new).await? {
        Change::Done { cookie } => {
            let mut response = see_other("/account/password?done=changed");
            set_cookie(&mut response, Cookie::Session.set(&app.config.issuer, &cookie));
            Ok(response)
        }
        Change::Refused => again(Typed::Current, PasswordProblem::Wrong),
        Change::Slowed { retry_after } => {
            let mut response = again(Typed::Current, PasswordProblem::Slowed { seconds: retry_after })?;
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after));
            Ok(response)
        }
    }
}

/// The new password of a form, typed the same twice; or the field that is wrong, and why.
///
/// # Errors
/// `invalid_request` for a field that was sent twice.
pub fn new_password(fields: &Parameters) -> Result<Result<&str, (Typed, PasswordProblem)>, OAuthError> {
    let new = fields.optional("new_password")?.unwrap_or_default();
    let again = fields.optional("repeat_password")?.unwrap_or_default();
    Ok(if let Err(unfit) = check_new(new) {
        Err((Typed::New, PasswordProblem::Unfit(unfit)))
    } else if new != again {
        Err((Typed::Again, PasswordProblem::Different))
    } else {
        Ok(new)
    })
}

/// The status of a form that is shown again.
pub const fn status_of(problem: Option<PasswordProblem>) -> StatusCode {
    match problem {
        None => StatusCode::OK,
        Some(PasswordProblem::Wrong) => StatusCode::FORBIDDEN,
        Some(PasswordProblem::Slowed { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Some(PasswordProblem::Unfit(_) | PasswordProblem::Different) => StatusCode::BAD_REQUEST,
    }
}

fn page(
    app: &App,
    person: &Person,
    problem: Option<(Typed, PasswordProblem)>,
    done: Option<&str>,
) -> Result<Response, OAuthError> {
    let text = problem.map(|(_, problem)| problem.to_string());
    let field = |which: Typed| which.field(text.as_deref().filter(|_| problem.is_some_and(|(at, _)| at == which)));
    let rows = [field(Typed::Current), field(Typed::New), field(Typed::Again)];
    let page = PasswordPage {
        brand: &brand(app),
        around: around(person, OurPage::Password),
        rows: if person.signed_in.has_password { &rows } else { &[] },
        done,
    };
    show(app, person, status_of(problem.map(|(_, problem)| problem)), page.render())
}
