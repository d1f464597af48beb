//! `POST /admin/api/users/{id}/password-link`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Administrator;
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::account::tickets;
use crate::web::extract::Id;

/// Makes a link by which the user sets a password, good once and for a day. It is shown this once.
pub async fn post(
    State(app): State<Arc<App>>,
    context: Context,
    _: Administrator,
    Id(id): Id,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let ticket = tickets::issue(&app, &context, Administrator::ACTOR, &id).await?;
    Ok((StatusCode::CREATED, Json(json!({ "url": ticket.url, "expires_at": ticket.expires_at.rfc3339() }))))
}
