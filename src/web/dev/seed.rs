//! `/dev/seed`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use serde_json::Value;

use super::check_caller;
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service;

/// Makes what is missing of the development users and clients.
pub async fn seed(
    State(app): State<Arc<App>>,
    context: Context,
    headers: HeaderMap,
) -> Result<Json<Value>, OAuthError> {
    check_caller(&app, &headers).await?;
    Ok(Json(service::seed::seed(&app, &context).await?))
}
