//! Our own resources: what a bearer token opens (RFC 6750).

pub mod clients_me;

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::bearer;
use crate::app::{App, Context};
use crate::service::bearer::admit_user;

/// Where these resources live: their own audience.
const RESOURCE: &str = "/api";

/// Admits the user whose token the request bears; answers their id.
async fn admit(app: &App, context: &Context, headers: &HeaderMap) -> Result<String, Response> {
    let Some(token) = bearer::of_header(headers) else { return Err(bearer::missing()) };
    admit_user(app, context, token, &app.config.issuer.url(RESOURCE)).await.map_err(IntoResponse::into_response)
}
