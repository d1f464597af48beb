//! Redirects and cookies.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;

/// A request that came by POST must fit into a URL.
const MAX_QUERY: usize = 8 * 1024;

/// 303, never 307: what was in a form stays here (RFC 9700 4.12).
#[must_use]
pub fn see_other(location: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(location) else {
        return OAuthError::server_error("the redirect cannot be written").into_response();
    };
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// A form that goes on as a GET of `path`, its fields in the query.
///
/// # Errors
/// `invalid_request` for one that does not fit into a URL.
pub fn as_get(path: &str, parameters: &Parameters) -> Result<Response, OAuthError> {
    let query = parameters.encode();
    if query.len() > MAX_QUERY {
        return Err(OAuthError::invalid_request("the request is over 8 KiB"));
    }
    Ok(see_other(&format!("{path}?{query}")))
}

/// A redirect to a client learns nothing of our address line, where a sealed interaction may stand.
pub fn to_client(location: &str) -> Response {
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
