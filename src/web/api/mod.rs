//! Our own resources: what a bearer token opens (RFC 6750).

pub mod clients_me;

use axum::http::HeaderMap;
use axum::response::Response;

use super::bearer;
use crate::app::{App, Context};
use crate::service::bearer::admit_user;
use crate::service::resources::API;

/// Admits the user whose token the request bears; answers their id.
async fn admit(app: &App, context: &Context, headers: &HeaderMap) -> Result<String, Response> {
    let Some(token) = bearer::of_header(headers) else { return Err(bearer::missing_at(app, API)) };
    let admitted = admit_user(app, context, token, &app.config.issuer.url(API.path), None).await;
    admitted.map_err(|error| bearer::refused_at(app, API, error))
}
