//! `/setup`: the first start. It makes the admin token, once, and shows it once.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::login::slowed;
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::administration::token::{self, Attempt, Setup};
use crate::service::authorize::Visitor;
use crate::web::cookies::Cookie;
use crate::web::headers::Forms;
use crate::web::pages::{AdminTokenMadePage, MessagePage, SetupPage};
use crate::web::redirect::set_cookie;
use crate::web::render::{brand, html, with_policy};
use crate::web::visitor::{Arrival, OwnForm};

const WRONG_CODE: &str = "That is not the value of SETUP_CODE.";
const SLOWED: &str = "Too many attempts. Try again in a minute.";

/// The button that makes the token; or that there is one.
pub async fn get(State(app): State<Arc<App>>, arrival: Arrival) -> Result<Response, OAuthError> {
    let mut response = match token::setup(&app).await? {
        Setup::Open => page(&app, &arrival.visitor, StatusCode::OK, None)?,
        not => message(&app, not, StatusCode::OK)?,
    };
    if let Some(value) = &arrival.new_browser {
        set_cookie(&mut response, Cookie::Browser.set(&app.config.issuer, value));
    }
    Ok(response)
}

/// Makes the token, and shows it. Not by way of a redirect: it would have to be kept somewhere until then.
pub async fn post(State(app): State<Arc<App>>, context: Context, form: OwnForm) -> Result<Response, OAuthError> {
    let OwnForm { fields, visitor } = form;
    let code = fields.optional("code")?.unwrap_or_default();
    match token::set_up(&app, &context, code).await? {
        Attempt::Made(token) => made(&app, &token),
        Attempt::Not(why) => message(&app, why, StatusCode::CONFLICT),
        Attempt::WrongCode => page(&app, &visitor, StatusCode::FORBIDDEN, Some(WRONG_CODE)),
        Attempt::Slowed => Ok(slowed(page(&app, &visitor, StatusCode::TOO_MANY_REQUESTS, Some(SLOWED))?)),
    }
}

/// The new admin token, this once.
///
/// # Errors
/// `server_error` when the template failed.
pub(super) fn made(app: &App, token: &str) -> Result<Response, OAuthError> {
    let page = AdminTokenMadePage { brand: &brand(app), token };
    Ok(with_policy(app, html(StatusCode::OK, page.render())?, Forms::StayWithComfort))
}

fn message(app: &App, setup: Setup, status: StatusCode) -> Result<Response, OAuthError> {
    let brand = brand(app);
    let page = match setup {
        Setup::Unneeded => MessagePage::setup_unneeded(&brand),
        Setup::Open | Setup::Done => MessagePage::setup_done(&brand),
    };
    html(status, page.render())
}

fn page(app: &App, visitor: &Visitor, status: StatusCode, problem: Option<&str>) -> Result<Response, OAuthError> {
    let page = SetupPage {
        brand: &brand(app),
        csrf_token: &visitor.browser.csrf_token(),
        asks_code: app.config.setup_code.is_some(),
        problem,
    };
    html(status, page.render())
}
