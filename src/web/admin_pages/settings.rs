//! `GET /admin/settings`

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::AdminPage;
use super::frame::{around, show};
use crate::protocol::error::OAuthError;
use crate::web::admin::settings::shown;
use crate::web::pages::SettingsPage;
use crate::web::render::brand;
use crate::web::root::VERSION;

/// The settings, as the server understood them.
pub async fn get(page: AdminPage) -> Result<Response, OAuthError> {
    let Value::Object(settings) = shown(&page.app.config) else { return Err(OAuthError::server_error("no settings")) };
    let rows: Vec<_> = settings.into_iter().map(|(name, value)| (name, in_words(value))).collect();
    let shown = SettingsPage {
        brand: &brand(&page.app),
        around: around(&page, "/admin/settings"),
        version: VERSION,
        development: page.app.config.development,
        rows: &rows,
    };
    show(&page, StatusCode::OK, shown.render())
}

fn in_words(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    }
}
