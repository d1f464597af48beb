//! Our own resources: what a bearer token opens (RFC 6750).

pub mod agents;
pub mod call;
pub mod clients_me;
pub mod connections;
pub mod switches;
pub mod users_me;

use std::future::{Future, ready};

use axum::http::HeaderMap;
use axum::response::Response;

use super::bearer;
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::bearer::{Brought, admit_user_beside};
use crate::service::resources::API;

/// Admits the user whose token the request bears, if it has the scope; answers their id.
async fn admit(
    app: &App,
    context: &Context,
    headers: &HeaderMap,
    scope: Option<&'static str>,
) -> Result<String, Response> {
    let admitted = admit_beside(app, context, (headers, scope), |_| ready(Ok(()))).await;
    admitted.map(|(user_id, ())| user_id)
}

/// As [`admit`], and looks for something of the user's at the same time.
async fn admit_beside<T, F>(
    app: &App,
    context: &Context,
    (headers, scope): (&HeaderMap, Option<&'static str>),
    look: impl FnOnce(String) -> F,
) -> Result<(String, T), Response>
where
    F: Future<Output = Result<T, OAuthError>>,
{
    let Some(token) = bearer::of_header(headers) else { return Err(bearer::missing_at(app, API)) };
    let resource = app.config.issuer.url(API.path);
    let brought = Brought { token, resource: &resource, scopes: scope.as_slice() };
    let admitted = admit_user_beside(app, context, brought, look).await;
    admitted.map_err(|error| bearer::refused_at(app, API, error))
}
