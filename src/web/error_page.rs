//! Errors as people see them.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::error::Reported;
use super::pages::MessagePage;
use super::render::{brand, html};
use crate::app::App;
use crate::config::ConfigError;
use crate::protocol::error::{ErrorCode, OAuthError};

/// An error as a person is shown it, with status and headers of the answer it replaces.
#[must_use]
pub fn error_page(app: &App, error: &Arc<OAuthError>, request_id: Option<&str>, replaced: Response) -> Response {
    let brand = brand(app);
    let page = match error.code {
        ErrorCode::NotFound => MessagePage::not_found(&brand),
        ErrorCode::TemporarilyUnavailable => MessagePage::unavailable(&brand).with_error_code(error.code.as_str()),
        ErrorCode::MisdirectedRequest => {
            MessagePage::new(&brand, "Wrong address", error.description.as_str()).with_error_code(error.code.as_str())
        }
        ErrorCode::AccessDenied | ErrorCode::MethodNotAllowed | ErrorCode::ServerError => {
            MessagePage::new(&brand, "This did not work", error.description.as_str())
                .with_error_code(error.code.as_str())
        }
        _ => MessagePage::authorize_error(&brand, error.code.as_str(), &error.description),
    };
    let page = match request_id {
        Some(request_id) => page.with_request_id(request_id),
        None => page,
    };
    let Ok(mut response) = html(replaced.status(), page.render()) else { return replaced };
    for name in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = replaced.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response.extensions_mut().insert(Reported(Arc::clone(error)));
    response
}

/// What every request gets while a setting is wrong: a page that names it, and a line in the log.
#[must_use]
pub fn setting_error(error: &ConfigError) -> Response {
    let problem = error.to_string();
    let line = serde_json::json!({ "event": "setting_wrong", "setting": error.setting, "problem": error.problem });
    log::error!("{line}");
    let page = MessagePage::settings_wrong(&problem);
    let mut response = match html(StatusCode::INTERNAL_SERVER_ERROR, page.render()) {
        Ok(response) => response,
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}
