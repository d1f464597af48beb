//! `/`, `/healthz`, and everything that is nowhere.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::accept::prefers_html;
use super::{error_page, pages, render};
use crate::app::App;
use crate::protocol::error::{ErrorCode, OAuthError};

/// This release.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// `GET /`: what this is, to a program as JSON, to a person as a page.
pub async fn index(State(app): State<Arc<App>>, headers: HeaderMap) -> Result<Response, OAuthError> {
    let issuer = app.config.issuer.as_str();
    if prefers_html(&headers) {
        return render::start_page(&app, VERSION);
    }
    let docs = app.config.issuer.url("/.well-known/oauth-authorization-server");
    let message = format!("{} is an OAuth 2.1 authorization server", app.config.brand.name);
    Ok(Json(json!({ "message": message, "version": VERSION, "issuer": issuer, "docs": docs })).into_response())
}

/// `GET /healthz`: whether the Worker runs with settings it understands. Asks no store.
pub async fn healthz() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok" }))
}

/// `GET /brand.css`: the operator's colour.
pub async fn brand_css(State(app): State<Arc<App>>) -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, pages::brand_css(&app.config.brand.color))
}

/// Any other path.
pub async fn not_found(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    error_page::as_accepted(&app, &headers, OAuthError::not_found("there is nothing at this path"))
}

/// A path that answers, but not to this method.
pub async fn method_not_allowed() -> OAuthError {
    OAuthError::new(ErrorCode::MethodNotAllowed, "this path does not answer to this method")
}
