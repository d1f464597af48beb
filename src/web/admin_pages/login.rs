//! `/admin/login`: with the admin token, or as a signed-in person who is an administrator. No admin session stands yet, so these
//! forms carry the token of the browser.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use super::destination::admin_page;
use super::visitor::admin_cookie;
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::administration::sessions::{self, Entry, Offer};
use crate::service::administration::token::{expected_hash, has_setup};
use crate::service::authorize::{Visit, Visitor};
use crate::web::cookies::Cookie;
use crate::web::extract::Query;
use crate::web::pages::{AdminLoginPage, SignedInHere};
use crate::web::redirect::{see_other, set_cookie};
use crate::web::render::{brand, html};
use crate::web::visitor::{Arrival, OwnForm};

const HOME: &str = "/admin";
const WRONG_TOKEN: &str = "That is not the admin token.";
const NOT_AS_PERSON: &str = "You can’t go on so: sign in again, as an administrator.";
const SLOWED: &str = "Too many attempts. Try again in a minute.";

/// The sign-in page; it leads to the page that `to` names.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    headers: HeaderMap,
    arrival: Arrival,
    Query(query): Query,
) -> Result<Response, OAuthError> {
    let to = query.first("to").and_then(admin_page).unwrap_or(HOME);
    if let Some(cookie) = admin_cookie(&app, &headers)
        && sessions::find(&app, &context, &cookie).await?.is_some()
    {
        return Ok(see_other(to));
    }
    let visit = Visit { app: &app, context: &context, visitor: &arrival.visitor };
    let mut response = page(visit, to, StatusCode::OK, None).await?;
    if let Some(value) = &arrival.new_browser {
        set_cookie(&mut response, Cookie::Browser.set(&app.config.issuer, value));
    }
    Ok(response)
}

/// Signs in, by token or as the person.
pub async fn post(
    State(app): State<Arc<App>>,
    context: Context,
    headers: HeaderMap,
    OwnForm { fields, visitor }: OwnForm,
) -> Result<Response, OAuthError> {
    let (to, before) = (fields.optional("to")?.and_then(admin_page).unwrap_or(HOME), admin_cookie(&app, &headers));
    let as_person = fields.optional("action")? == Some("continue");
    let entry = match &visitor.session {
        Some(session) if as_person => sessions::by_session(&app, &context, session, before.as_ref()).await?,
        None if as_person => Entry::Refused,
        _ => {
            let token = fields.optional("token")?.unwrap_or_default();
            sessions::by_token(&app, &context, token, before.as_ref()).await?
        }
    };
    let visit = Visit { app: &app, context: &context, visitor: &visitor };
    match entry {
        Entry::Done(cookie) => {
            let mut response = see_other(to);
            set_cookie(&mut response, Cookie::Admin.set(&app.config.issuer, cookie.value()));
            Ok(response)
        }
        Entry::Refused => {
            let problem = if as_person { NOT_AS_PERSON } else { WRONG_TOKEN };
            page(visit, to, StatusCode::FORBIDDEN, Some(problem)).await
        }
        Entry::Slowed => Ok(slowed(page(visit, to, StatusCode::TOO_MANY_REQUESTS, Some(SLOWED)).await?)),
    }
}

/// The limit counts by the minute.
pub(super) fn slowed(mut response: Response) -> Response {
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    response
}

async fn page(visit: Visit<'_>, to: &str, status: StatusCode, problem: Option<&str>) -> Result<Response, OAuthError> {
    let Visit { app, visitor, .. } = visit;
    let person = person(visit).await?;
    let page = AdminLoginPage {
        brand: &brand(app),
        csrf_token: &visitor.browser.csrf_token(),
        to,
        person: person.as_ref().map(|(name, offer)| SignedInHere { name, offer: *offer }),
        has_token: expected_hash(app).await?.is_some(),
        has_setup: has_setup(app),
        problem,
    };
    html(status, page.render())
}

/// Who is signed in here as a person, and what they may do about it.
async fn person(visit: Visit<'_>) -> Result<Option<(String, Offer)>, OAuthError> {
    let Visit { app, context, visitor: Visitor { session, .. } } = visit;
    let Some(session) = session else { return Ok(None) };
    let found = crate::service::sessions::find_surely(app, context, session).await?;
    Ok(found.map(|person| (person.username.clone(), sessions::offer(&person, context.now()))))
}
