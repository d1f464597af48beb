//! Helpers that exist in development only.

pub mod client;
pub mod pkce;
pub mod seed;

use axum::http::{HeaderMap, header};

use crate::app::App;
use crate::protocol::error::OAuthError;
use crate::service::administration::token::{expected_hash, is_of_hash};

/// A page of another site must not fill a developer's database, and a wrong admin token is a mistake worth telling of.
async fn check_caller(app: &App, headers: &HeaderMap) -> Result<(), OAuthError> {
    let site = headers.get("sec-fetch-site").map_or("none", |site| site.to_str().unwrap_or_default());
    if !matches!(site, "none" | "same-origin") {
        return Err(OAuthError::access_denied("a page of another site may not do this"));
    }
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    if origin.is_some_and(|origin| !is_own(app, headers, origin)) {
        return Err(OAuthError::access_denied("a page of another site may not do this"));
    }
    let Some(token) = headers.get("x-admin-token").map(|token| token.to_str().unwrap_or_default()) else {
        return Ok(());
    };
    match expected_hash(app).await? {
        Some(expected) if !is_of_hash(token, &expected) => {
            Err(OAuthError::invalid_token("this is not the admin token"))
        }
        _ => Ok(()),
    }
}

fn is_own(app: &App, headers: &HeaderMap, origin: &str) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    origin == app.config.issuer.as_str() || origin == format!("http://{host}")
}
