//! From requests to values whose existence proves that they were well formed.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use crate::app::Context;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::json::{from_bytes, member_of};
use crate::protocol::parameters::Parameters;

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
        path.map(|Path(id)| Self(id)).map_err(|_| nothing_of_this_id())
    }
}

pub(super) fn nothing_of_this_id() -> OAuthError {
    OAuthError::not_found("there is nothing of this id")
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
        object(&json_bytes(request).await?).map(Self)
    }
}

/// The body of a request that says it is JSON.
///
/// # Errors
/// `unsupported_media_type`, `content_too_large`.
pub(super) async fn json_bytes(request: Request) -> Result<Bytes, OAuthError> {
    if !has_type(request.headers(), "application/json") {
        return Err(OAuthError::new(ErrorCode::UnsupportedMediaType, "the body must be application/json"));
    }
    body(request).await
}

/// Reads a `T` from a JSON object.
///
/// # Errors
/// `invalid_request` with the member at fault.
pub(super) fn object<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, OAuthError> {
    // An array would do for a struct, member by member; nobody means that.
    if bytes.trim_ascii_start().first() != Some(&b'{') {
        return Err(OAuthError::invalid_request("the body must be a JSON object"));
    }
    // serde_json itself refuses what is nested deeper than 128. The parser's own words may repeat a value, and that may be a
    // password.
    from_bytes(bytes).map_err(|error| not_as_it_should_be(bytes, &error))
}

fn not_as_it_should_be(bytes: &[u8], error: &serde_json::Error) -> OAuthError {
    let what = if error.is_data() { "a member is missing, unknown, repeated or not of its type" } else { "no JSON" };
    let refused = OAuthError::invalid_request(format!("{what} (line {}, column {})", error.line(), error.column()));
    match member_of(bytes, error) {
        Some(member) => refused.field(member),
        None => refused,
    }
}

pub(super) fn has_type(headers: &HeaderMap, wanted: &str) -> bool {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    sent.split(';').next().is_some_and(|sent| sent.trim().eq_ignore_ascii_case(wanted))
}

/// The body, whole.
///
/// # Errors
/// `content_too_large`.
pub(super) async fn body(request: Request) -> Result<Bytes, OAuthError> {
    to_bytes(request.into_body(), MAX_BODY)
        .await
        .map_err(|error| OAuthError::new(ErrorCode::ContentTooLarge, "the body is over 64 KiB").source(error))
}
