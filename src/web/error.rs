//! The one place that turns an [`OAuthError`] into an answer.
//!
//! Handlers answer `Result<_, OAuthError>`. Here it becomes JSON (RFC 6749 5.2); the layer around pages makes a page of
//! it instead ([`super::layers::errors_as_pages`]), and the outermost layer logs it.

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::protocol::error::{ErrorCode, OAuthError};

/// The error an answer tells of, for the layers around it.
#[derive(Clone, Debug)]
pub struct Reported(pub Arc<OAuthError>);

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = members(&self);
        let status = StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(body)).into_response();
        if let Some(challenge) = challenge(&self) {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Reported(Arc::new(self)));
        response
    }
}

/// What every error says, wherever.
pub(super) fn members(error: &OAuthError) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("error".to_owned(), error.code.as_str().into());
    members.insert("error_description".to_owned(), printable(&error.description).into());
    if !error.violations.is_empty() {
        members.insert("violations".to_owned(), serde_json::json!(error.violations));
    }
    members
}

/// What a bearer of a token that does not do is told (RFC 6750 section 3).
fn challenge(error: &OAuthError) -> Option<HeaderValue> {
    match (error.code, error.scope) {
        (ErrorCode::InvalidToken, _) => {
            Some(HeaderValue::from_static("Bearer realm=\"ostiary\", error=\"invalid_token\""))
        }
        (ErrorCode::InsufficientScope, Some(scope)) => {
            let text = format!("Bearer realm=\"ostiary\", error=\"insufficient_scope\", scope=\"{scope}\"");
            HeaderValue::from_str(&text).ok()
        }
        _ => None,
    }
}

/// The letters that `error_description` may have (RFC 6749 5.2): printable ASCII without `"` and `\`.
fn printable(text: &str) -> String {
    text.chars().map(|c| if matches!(c, ' '..='~') && c != '"' && c != '\\' { c } else { '?' }).collect()
}
