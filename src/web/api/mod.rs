//! Our own resources: what a bearer token opens (RFC 6750).

pub mod clients_me;

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use super::extract::bearer_token;
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::bearer::admit_user;

/// Where these resources live: their own audience.
const RESOURCE: &str = "/api";

/// Admits the user whose token the request bears; answers their id.
async fn admit(app: &App, context: &Context, headers: &HeaderMap) -> Result<String, Response> {
    let Some(token) = bearer_token(headers) else {
        // RFC 6750 3.1: a request without a token is told of the scheme, not of an error.
        let error = OAuthError::invalid_token("this path needs a bearer token in the Authorization header");
        let mut response = error.into_response();
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"ostiary\""));
        return Err(response);
    };
    admit_user(app, context, token, &app.config.issuer.url(RESOURCE)).await.map_err(OAuthError::into_response)
}
