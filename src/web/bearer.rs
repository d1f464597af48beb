//! Bearer tokens on the wire (RFC 6750): where they stand in a request, and the challenge to one that has none or a bad one.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::resources::OwnResource;

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
    challenged(no_token(), "Bearer realm=\"ostiary\"")
}

fn no_token() -> OAuthError {
    OAuthError::invalid_token("this path needs a bearer token in the Authorization header")
}

fn challenged(error: OAuthError, challenge: &str) -> Response {
    let mut response = error.into_response();
    if let Ok(challenge) = HeaderValue::from_str(challenge) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// A request without a token to an API of ours. The challenge says where the API is described, so that a client that knows
/// nothing but its address finds out the rest (RFC 9728 section 5.1).
#[must_use]
pub fn missing_at(app: &App, resource: OwnResource) -> Response {
    challenged(no_token(), &challenge(app, resource, None, resource.scope))
}

/// A refusal of an API of ours: with such a challenge, when another token might do.
#[must_use]
pub fn refused_at(app: &App, resource: OwnResource, error: OAuthError) -> Response {
    let challenge = match error.code {
        ErrorCode::InvalidToken | ErrorCode::InsufficientScope => {
            challenge(app, resource, Some(error.code), error.scope.unwrap_or(resource.scope))
        }
        _ => return error.into_response(),
    };
    challenged(error, &challenge)
}

fn challenge(app: &App, resource: OwnResource, error: Option<ErrorCode>, scope: &str) -> String {
    let error = error.map(|code| format!(" error=\"{}\",", code.as_str())).unwrap_or_default();
    let description = app.config.issuer.url(&format!("/.well-known/oauth-protected-resource{}", resource.path));
    format!("Bearer realm=\"ostiary\",{error} scope=\"{scope}\", resource_metadata=\"{description}\"")
}
