//! `GET /client-logo/{client_id}`

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::client_logo;
use crate::web::extract::Id;

/// A client's logo for the consent page, and only as an image: opened on its own, it may do nothing.
pub async fn get(State(app): State<Arc<App>>, context: Context, Id(id): Id) -> Result<impl IntoResponse, OAuthError> {
    let logo = client_logo::fetch(&app, &context, &id).await?;
    let headers = [
        (header::CONTENT_TYPE, logo.content_type),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ];
    Ok((headers, logo.bytes))
}
