//! `GET /metrics`

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Administered;
use crate::protocol::error::OAuthError;
use crate::protocol::prometheus::MEDIA_TYPE;
use crate::service::metrics;

/// What was counted, as Prometheus reads it.
pub async fn read(by: Administered) -> Result<Response, OAuthError> {
    let text = metrics::text(&by.app).await?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response())
}
