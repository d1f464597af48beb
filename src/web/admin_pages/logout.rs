//! `POST /admin/logout`

use axum::response::Response;

use super::{AdminForm, AdminPage};
use crate::protocol::error::OAuthError;
use crate::service::administration::sessions;
use crate::web::cookies::Cookie;
use crate::web::redirect::{see_other, set_cookie};

/// Ends the administrator's session, on the server and in the browser. Their own, as a person, goes on.
pub async fn post(AdminForm { page, .. }: AdminForm) -> Result<Response, OAuthError> {
    let AdminPage { app, context, acting, cookie, .. } = page;
    sessions::end(&app, &context, &acting.actor, &cookie).await?;
    let mut response = see_other("/admin/login");
    set_cookie(&mut response, Cookie::Admin.clear(&app.config.issuer));
    Ok(response)
}
