//! What is around every page of administrators, and the answer that their browser gets.

use axum::http::StatusCode;
use axum::response::Response;

use super::AdminPage;
use crate::protocol::error::OAuthError;
use crate::web::headers::Forms;
use crate::web::pages::Around;
use crate::web::render::{html, with_policy};

/// The navigation.
const SECTIONS: [(&str, &str); 13] = [
    ("/admin", "Overview"),
    ("/admin/users", "Users"),
    ("/admin/clients", "Clients"),
    ("/admin/scopes", "Scopes"),
    ("/admin/resources", "Resources"),
    ("/admin/initial-access-tokens", "Initial access tokens"),
    ("/admin/tools", "Tools"),
    ("/admin/tool-groups", "Tool groups"),
    ("/users", "Users and their tools"),
    ("/admin/keys", "Keys"),
    ("/admin/settings", "Settings"),
    ("/admin/audit", "Audit"),
    ("/admin/token", "Admin token"),
];

/// What is around a page of the section `current`, which is its path.
pub fn around<'a>(page: &'a AdminPage, current: &'a str) -> Around<'a> {
    Around {
        csrf_token: &page.csrf_token,
        username: &page.acting.name,
        label: "Administration",
        sections: &SECTIONS,
        current,
        sign_out: "/admin/logout",
    }
}

/// The page, rendered, as the answer.
///
/// # Errors
/// `server_error` when the template failed.
pub fn show(
    page: &AdminPage,
    status: StatusCode,
    rendered: Result<String, askama::Error>,
) -> Result<Response, OAuthError> {
    Ok(with_policy(&page.app, html(status, rendered)?, Forms::StayWithComfort))
}
