//! `POST /admin/api/users/{id}/password-link`

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Administered;
use crate::protocol::error::OAuthError;
use crate::service::account::tickets;
use crate::web::extract::Id;

/// Makes a link by which the user sets a password, good once and for a day. It is shown this once.
pub async fn post(
    Administered { app, context, actor }: Administered,
    Id(id): Id,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let ticket = tickets::issue(&app, &context, &actor, &id).await?;
    Ok((StatusCode::CREATED, Json(json!({ "url": ticket.url, "expires_at": ticket.expires_at.rfc3339() }))))
}
