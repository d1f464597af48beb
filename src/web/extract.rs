//! From requests to values whose existence proves that they were well formed.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use super::cookies::Cookie;
use crate::app::{App, Context};
use crate::protocol::digest::equal_in_constant_time;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::protocol::uri;
use crate::service::authorize::Visitor;
use crate::service::interactions::Browser;
use crate::service::sessions::SessionCookie;

/// Bodies are read up to here: 64 KiB.
const MAX_BODY: usize = 64 * 1024;

impl<S: Sync> FromRequestParts<S> for Context {
    type Rejection = OAuthError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, OAuthError> {
        // The outermost layer gives every request its context.
        parts.extensions.get::<Self>().cloned().ok_or_else(|| OAuthError::server_error("the request has no context"))
    }
}

/// The query string, read strictly.
pub struct Query(pub Parameters);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = OAuthError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, OAuthError> {
        Parameters::parse(parts.uri.query().unwrap_or_default().as_bytes()).map(Self)
    }
}

/// The `{id}` of the path. One that is not even UTF-8 is that of nothing.
pub struct Id(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = OAuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, OAuthError> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(id)| Self(id)).map_err(|_| OAuthError::not_found("there is nothing of this id"))
    }
}

/// An `application/x-www-form-urlencoded` body, read strictly.
pub struct Form(pub Parameters);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = OAuthError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, OAuthError> {
        if !has_type(request.headers(), "application/x-www-form-urlencoded") {
            return Err(OAuthError::invalid_request("the body must be application/x-www-form-urlencoded"));
        }
        Parameters::parse(&body(request).await?).map(Self)
    }
}

/// A JSON body.
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = OAuthError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, OAuthError> {
        if !has_type(request.headers(), "application/json") {
            return Err(OAuthError::new(ErrorCode::UnsupportedMediaType, "the body must be application/json"));
        }
        // serde_json itself refuses what is nested deeper than 128.
        let bytes = body(request).await?;
        // An array would do for a struct, member by member; nobody means that.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(OAuthError::invalid_request("the body must be a JSON object"));
        }
        // The parser's own words may repeat a value, and that may be a password.
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            let what =
                if error.is_data() { "a member is missing, unknown, repeated or not of its type" } else { "no JSON" };
            OAuthError::invalid_request(format!("{what} (line {}, column {})", error.line(), error.column()))
        })
    }
}

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
        let refused = || OAuthError::access_denied("this form is not from a page of this browser; load the page again");
        let origin = request.headers().get(header::ORIGIN);
        if origin.is_some_and(|origin| origin.as_bytes() != app.config.issuer.as_str().as_bytes())
            && !(app.config.development && is_loopback_origin(request.headers()))
        {
            return Err(refused());
        }
        let browser = Cookie::Browser.read(&app.config.issuer, request.headers()).map(Browser::new);
        let session = session_cookie(&app, request.headers());
        let Form(fields) = Form::from_request(request, state).await?;
        let browser = browser.ok_or_else(refused)?;
        let sent = fields.required("csrf_token")?;
        if !equal_in_constant_time(sent.as_bytes(), browser.csrf_token().as_bytes()) {
            return Err(refused());
        }
        Ok(Self { fields, visitor: Visitor { browser, session } })
    }
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
    host.as_ref().and_then(url::Url::host_str).is_some_and(crate::protocol::redirect_uri::is_loopback_host)
}

/// The bearer token of the `Authorization` header (RFC 6750 2.1).
#[must_use]
pub fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, token) = values.next()?.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && values.next().is_none()).then(|| token.trim())
}

fn has_type(headers: &HeaderMap, wanted: &str) -> bool {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    sent.split(';').next().is_some_and(|sent| sent.trim().eq_ignore_ascii_case(wanted))
}

async fn body(request: Request) -> Result<axum::body::Bytes, OAuthError> {
    to_bytes(request.into_body(), MAX_BODY)
        .await
        .map_err(|error| OAuthError::new(ErrorCode::ContentTooLarge, "the body is over 64 KiB").source(error))
}
