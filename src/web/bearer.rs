//! Bearer tokens on the wire (RFC 6750): where they stand in a request, and the challenge to one that has none.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::protocol::error::OAuthError;

/// The token of the `Authorization` header (RFC 6750 2.1).
#[must_use]
pub fn of_header(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (scheme, token) = values.next()?.to_str().ok()?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && values.next().is_none()).then(|| token.trim())
}

/// RFC 6750 3.1: a request without a token is told of the scheme, not of an error.
#[must_use]
pub fn missing() -> Response {
    let error = OAuthError::invalid_token("this path needs a bearer token in the Authorization header");
    let mut response = error.into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"ostiary\""));
    response
}
