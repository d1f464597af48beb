//! Our own resources: what a bearer token opens (RFC 6750).

pub mod clients_me;

use axum::http::HeaderMap;
use axum::response::Response;

use super::bearer::{self, Resource};
use crate::app::{App, Context};
use crate::service::bearer::admit_user;

/// Where these resources live: their own audience.
pub const API: Resource = Resource { path: "/api", scope: "read:tools call:tools" };

/// Admits the user whose token the request bears; answers their id.
async fn admit(app: &App, context: &Context, headers: &HeaderMap) -> Result<String, Response> {
    let Some(token) = bearer::of_header(headers) else { return Err(API.missing(app)) };
    let admitted = admit_user(app, context, token, &app.config.issuer.url(API.path), None).await;
    admitted.map_err(|error| API.refuse(app, error))
}
