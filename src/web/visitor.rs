//! Which browser comes, known by its cookies, and whether a form came from a page of its own.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::cookies::Cookie;
use super::extract::Form;
use crate::app::App;
use crate::protocol::digest::equal_in_constant_time;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::redirect_uri::is_loopback_host;
use crate::protocol::uri;
use crate::service::authorize::Visitor;
use crate::service::interactions::Browser;
use crate::service::sessions::SessionCookie;

/// A form from one of our own pages: it carries the token that only this browser's pages have, and came from our
/// origin as far as the browser says.
pub struct OwnForm {
    /// The fields.
    pub fields: Parameters,
    /// The browser it came from.
    pub visitor: Visitor,
}

impl<S: Send + Sync> FromRequest<S> for OwnForm
where
    Arc<App>: FromRef<S>,
{
    type Rejection = OAuthError;

    async fn from_request(request: Request, state: &S) -> Result<Self, OAuthError> {
        let app = Arc::<App>::from_ref(state);
        check_origin(&app, request.headers())?;
        let browser = Cookie::Browser.read(&app.config.issuer, request.headers()).map(Browser::new);
        let session = session_cookie(&app, request.headers());
        let Form(fields) = Form::from_request(request, state).await?;
        let browser = browser.ok_or_else(not_of_this_browser)?;
        check_csrf_token(fields.required("csrf_token")?, &browser.csrf_token())?;
        Ok(Self { fields, visitor: Visitor { browser, session } })
    }
}

/// A form comes from our origin, as far as the browser says.
///
/// # Errors
/// `access_denied`.
pub(super) fn check_origin(app: &App, headers: &HeaderMap) -> Result<(), OAuthError> {
    let origin = headers.get(header::ORIGIN);
    let is_other = origin.is_some_and(|origin| origin.as_bytes() != app.config.issuer.as_str().as_bytes());
    if is_other && !(app.config.development && is_loopback_origin(headers)) {
        return Err(not_of_this_browser());
    }
    Ok(())
}

/// A form carries the token that only the pages of this browser have.
///
/// # Errors
/// `access_denied`.
pub(super) fn check_csrf_token(sent: &str, expected: &str) -> Result<(), OAuthError> {
    if equal_in_constant_time(sent.as_bytes(), expected.as_bytes()) { Ok(()) } else { Err(not_of_this_browser()) }
}

fn not_of_this_browser() -> OAuthError {
    OAuthError::access_denied("this form is not from a page of this browser; load the page again")
}

/// A browser on its way to one of our pages; one that comes for the first time is given its binding cookie.
pub struct Arrival {
    /// The browser.
    pub visitor: Visitor,
    /// The value of the binding cookie to set, when there was none.
    pub new_browser: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Arrival
where
    Arc<App>: FromRef<S>,
{
    type Rejection = OAuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, OAuthError> {
        let app = Arc::<App>::from_ref(state);
        let known = Cookie::Browser.read(&app.config.issuer, &parts.headers);
        let new_browser = known.is_none().then(|| app.random_text::<32>());
        let cookie = known.or_else(|| new_browser.clone()).unwrap_or_default();
        let session = session_cookie(&app, &parts.headers);
        Ok(Self { visitor: Visitor { browser: Browser::new(cookie), session }, new_browser })
    }
}

fn session_cookie(app: &App, headers: &HeaderMap) -> Option<SessionCookie> {
    Cookie::Session.read(&app.config.issuer, headers).map(|value| SessionCookie::new(&value))
}

/// In development the server answers at any loopback name and port.
fn is_loopback_origin(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let host = origin.and_then(uri::parse);
    host.as_ref().and_then(url::Url::host_str).is_some_and(is_loopback_host)
}
