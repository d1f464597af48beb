//! `/admin/token`

use axum::http::StatusCode;
use axum::response::Response;

use super::frame::{around, show};
use super::{AdminForm, AdminPage, setup};
use crate::protocol::error::OAuthError;
use crate::service::administration::token;
use crate::web::pages::AdminTokenPage;
use crate::web::render::brand;

/// Asks whether to make a new admin token.
pub async fn get(page: AdminPage) -> Result<Response, OAuthError> {
    let shown = AdminTokenPage {
        brand: &brand(&page.app),
        around: around(&page, "/admin/token"),
        is_secret: page.app.config.admin_token.is_some(),
    };
    show(&page, StatusCode::OK, shown.render())
}

/// Makes a new one, and shows it.
pub async fn post(AdminForm { page, .. }: AdminForm) -> Result<Response, OAuthError> {
    let made = token::replace(&page.app, &page.context, &page.acting.actor, &page.cookie).await?;
    setup::made(&page.app, &made)
}
