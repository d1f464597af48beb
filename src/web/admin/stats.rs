//! `GET /oauth/stats`

use axum::Json;
use serde_json::Value;

use super::Administered;
use crate::protocol::error::OAuthError;
use crate::service::stats;

/// By which settings the server runs, and how many codes and tokens live now.
pub async fn read(by: Administered) -> Result<Json<Value>, OAuthError> {
    stats::read(&by.app, &by.context).await.map(Json)
}
