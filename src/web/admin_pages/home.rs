//! `GET /admin`

use axum::http::StatusCode;
use axum::response::Response;

use super::AdminPage;
use super::frame::{around, show};
use crate::protocol::error::OAuthError;
use crate::store::beginnings;
use crate::web::pages::AdminOverviewPage;
use crate::web::render::brand;

/// What there is, and what to do first where there is nothing yet.
pub async fn get(page: AdminPage) -> Result<Response, OAuthError> {
    let shown = AdminOverviewPage {
        brand: &brand(&page.app),
        around: around(&page, "/admin"),
        there: beginnings::find(&*page.app.database).await?.unwrap_or_default(),
    };
    show(&page, StatusCode::OK, shown.render())
}
