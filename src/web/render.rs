//! From what a use case says to the page, redirect or cookie that the browser gets.

use std::borrow::Cow;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::cookies::Cookie;
use super::error::Reported;
use super::headers::content_security_policy;
use super::pages::{
    AccountPage, Brand, ClientTrust, ConsentPage, Destination, LoginPage, LoginProblem, MessagePage, ScopeLine,
    StartPage,
};
use crate::app::{App, Happening};
use crate::config::ConfigError;
use crate::model::audit::EventKind;
use crate::protocol::authorize::AuthorizationResponse;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::redirect_uri;
use crate::service::authorize::{AuthorizeError, ConsentStep, SignInStep, Step, Visit, Visitor};

/// Shows the next step of an interaction. A browser that came for the first time is given its binding cookie.
///
/// # Errors
/// What must be said on a page of ours.
pub fn step(
    visit: Visit<'_>,
    step: Result<Step, AuthorizeError>,
    new_browser: Option<&str>,
) -> Result<Response, OAuthError> {
    let Visit { app, context, visitor } = visit;
    let mut response = match step {
        Ok(Step::Redirect(location)) => to_client(&location),
        Ok(Step::SignIn(step)) => login_page(app, visitor, &step, None)?,
        Ok(Step::Consent(step)) => consent_page(app, visitor, &step)?,
        Ok(Step::AnsweredBefore) => message(&MessagePage::answered(&brand(app)), StatusCode::CONFLICT)?,
        Ok(Step::Over | Step::Foreign) => message(&MessagePage::expired(&brand(app)), StatusCode::BAD_REQUEST)?,
        Err(AuthorizeError::Page(error)) => {
            context.record(Happening::refused(EventKind::AuthorizationRefused, error.to_string()));
            return Err(error);
        }
        Err(AuthorizeError::Redirect(destination, error)) => {
            context.record(Happening::refused(EventKind::AuthorizationRefused, error.to_string()));
            let response = AuthorizationResponse::Error(&error);
            let mut response = to_client(&destination.location(app.config.issuer.as_str(), response));
            if error.code.status() >= 500 {
                response.extensions_mut().insert(Redirected(Arc::new(error)));
            }
            response
        }
    };
    if let Some(value) = new_browser {
        set_cookie(&mut response, Cookie::Browser.set(&app.config.issuer, value));
    }
    Ok(response)
}

/// A failure of ours that the client was told of by redirect; the log hears of it, too.
#[derive(Clone, Debug)]
pub struct Redirected(pub Arc<OAuthError>);

/// 303, never 307: what was in a form stays here (RFC 9700 4.12).
#[must_use]
pub fn see_other(location: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        return OAuthError::server_error("the redirect cannot be written").into_response();
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// A redirect to a client learns nothing of our address line, where a sealed interaction may stand.
fn to_client(location: &str) -> Response {
    let mut response = see_other(location);
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Adds a `Set-Cookie`.
pub fn set_cookie(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The sign-in page.
///
/// # Errors
/// `server_error` when the template fails.
pub fn login_page(
    app: &App,
    visitor: &Visitor,
    step: &SignInStep,
    problem: Option<(&str, LoginProblem)>,
) -> Result<Response, OAuthError> {
    let page = LoginPage {
        brand: &brand(app),
        interaction: &step.interaction,
        csrf_token: &visitor.browser.csrf_token(),
        client_name: step.client_name.as_deref(),
        client_waits: step.client_name.is_some(),
        username: problem.map_or("", |(name, _)| name),
        problem: problem.map(|(_, problem)| problem),
    };
    let status = match page.problem {
        Some(LoginProblem::Slowed { .. }) => StatusCode::TOO_MANY_REQUESTS,
        // Not 401: that would owe a challenge (RFC 9110 15.5.2), and a form is none.
        Some(LoginProblem::Wrong) => StatusCode::FORBIDDEN,
        None => StatusCode::OK,
    };
    let mut response = html(status, page.render())?;
    if let Some(LoginProblem::Slowed { seconds }) = page.problem {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(leads_to_client(app, response))
}

fn consent_page(app: &App, visitor: &Visitor, step: &ConsentStep) -> Result<Response, OAuthError> {
    let scopes: Vec<ScopeLine<'_>> =
        step.scopes.iter().map(|scope| ScopeLine { name: &scope.name, sentence: &scope.description }).collect();
    let host = redirect_uri::host(&step.redirect_uri);
    let destination = if redirect_uri::is_impersonable(&step.redirect_uri) {
        Destination::ThisDevice(&host)
    } else {
        Destination::Site(&host)
    };
    let page = ConsentPage {
        brand: &brand(app),
        interaction: &step.interaction,
        csrf_token: &visitor.browser.csrf_token(),
        client_name: &step.client.name,
        trust: if step.client.first_party { ClientTrust::FirstParty } else { ClientTrust::Administrator },
        destination,
        scopes: &scopes,
        username: &step.username,
        remembered: step.remembered,
    };
    Ok(leads_to_client(app, html(StatusCode::OK, page.render())?))
}

/// `GET /account`
///
/// # Errors
/// `server_error` when the template fails.
pub fn account_page(
    app: &App,
    visitor: &Visitor,
    username: &str,
    new_browser: Option<&str>,
) -> Result<Response, OAuthError> {
    let page = AccountPage { brand: &brand(app), csrf_token: &visitor.browser.csrf_token(), username };
    let mut response = html(StatusCode::OK, page.render())?;
    if let Some(value) = new_browser {
        set_cookie(&mut response, Cookie::Browser.set(&app.config.issuer, value));
    }
    Ok(response)
}

/// After signing out.
///
/// # Errors
/// `server_error` when the template fails.
pub fn signed_out_page(app: &App) -> Result<Response, OAuthError> {
    message(&MessagePage::signed_out(&brand(app)), StatusCode::OK)
}

/// `GET /` for a person.
///
/// # Errors
/// `server_error` when the template fails.
pub fn start_page(app: &App, version: &str, docs: &str) -> Result<Response, OAuthError> {
    let page = StartPage {
        brand: &brand(app),
        version,
        issuer: app.config.issuer.as_str(),
        docs,
        development: app.config.development,
    };
    html(StatusCode::OK, page.render())
}

/// An error as a person is shown it, with status and headers of the answer it replaces.
#[must_use]
pub fn error_page(app: &App, error: &Arc<OAuthError>, request_id: Option<&str>, replaced: Response) -> Response {
    let brand = brand(app);
    let page = match error.code {
        ErrorCode::NotFound => MessagePage::not_found(&brand),
        ErrorCode::TemporarilyUnavailable => MessagePage::unavailable(&brand).with_error_code(error.code.as_str()),
        ErrorCode::MisdirectedRequest => {
            MessagePage::new(&brand, "Wrong address", error.description.as_str()).with_error_code(error.code.as_str())
        }
        ErrorCode::AccessDenied | ErrorCode::MethodNotAllowed | ErrorCode::ServerError => {
            MessagePage::new(&brand, "This did not work", error.description.as_str())
                .with_error_code(error.code.as_str())
        }
        _ => MessagePage::authorize_error(&brand, error.code.as_str(), &error.description),
    };
    let page = match request_id {
        Some(request_id) => page.with_request_id(request_id),
        None => page,
    };
    let Ok(mut response) = html(replaced.status(), page.render()) else { return replaced };
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = replaced.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response.extensions_mut().insert(Reported(Arc::clone(error)));
    response
}

/// What every request gets while a setting is wrong: a page that names it, and a line in the log.
#[must_use]
pub fn setting_error(error: &ConfigError) -> Response {
    let problem = error.to_string();
    let line = serde_json::json!({ "event": "setting_wrong", "setting": error.setting, "problem": error.problem });
    log::error!("{line}");
    let page = MessagePage::settings_wrong(&problem);
    let mut response = match html(StatusCode::INTERNAL_SERVER_ERROR, page.render()) {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

fn brand(app: &App) -> Brand<'_> {
    let brand = &app.config.brand;
    Brand { name: &brand.name, logo_url: brand.logo_url.as_deref(), terms_url: brand.terms_url.as_deref() }
}

fn message(page: &MessagePage<'_>, status: StatusCode) -> Result<Response, OAuthError> {
    html(status, page.render())
}

fn html(status: StatusCode, page: Result<String, askama::Error>) -> Result<Response, OAuthError> {
    let page = page.map_err(|error| OAuthError::server_error("the page cannot be written").source(error))?;
    Ok((status, Html(Cow::<'static, str>::from(page))).into_response())
}

/// A page whose form may end in a redirect to a client: Chromium would hold that against `form-action`.
fn leads_to_client(app: &App, mut response: Response) -> Response {
    if let Some(policy) = content_security_policy(&app.config.brand, false) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
