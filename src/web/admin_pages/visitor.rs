//! Who administers in this browser: anybody else is sent to sign in, and comes back to the page that they asked for.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};

use super::destination::{admin_page, login_for};
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::service::administration::sessions::{self, Acting, AdminCookie};
use crate::web::cookies::Cookie;
use crate::web::extract::{Form, Query};
use crate::web::redirect::see_other;
use crate::web::visitor::{check_csrf_token, check_origin};

/// A request of an administrator's for a page: one extractor for all that a handler needs.
pub struct AdminPage {
    /// Everything a request may touch.
    pub app: Arc<App>,
    /// The request.
    pub context: Context,
    /// Its query.
    pub query: Parameters,
    /// Who administers. `acting.actor` is who did it, in events.
    pub acting: Acting,
    /// Their session.
    pub cookie: AdminCookie,
    /// What the forms of their pages carry.
    pub csrf_token: String,
}

/// Why there is no administrator.
pub enum Stranger {
    /// They must sign in first, here.
    SignIn(String),
    /// It could not be looked at, or is refused.
    Refused(OAuthError),
}

impl From<OAuthError> for Stranger {
    fn from(error: OAuthError) -> Self {
        Self::Refused(error)
    }
}

impl IntoResponse for Stranger {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(address) => see_other(&address),
            Self::Refused(error) => error.into_response(),
        }
    }
}

/// The administrator's cookie, if there is one.
pub(super) fn admin_cookie(app: &App, headers: &HeaderMap) -> Option<AdminCookie> {
    Cookie::Admin.read(&app.config.issuer, headers).map(AdminCookie::new)
}

/// What was to be done is not done after a sign-in: only a page is come back to.
fn sign_in(parts: &Parts) -> Stranger {
    let asked = parts.uri.path_and_query().map_or("", http::uri::PathAndQuery::as_str);
    let page = admin_page(asked).filter(|_| parts.method == Method::GET);
    Stranger::SignIn(page.map_or_else(|| "/admin/login".to_owned(), login_for))
}

impl<S: Send + Sync> FromRequestParts<S> for AdminPage
where
    Arc<App>: FromRef<S>,
{
    type Rejection = Stranger;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Stranger> {
        let (app, context) = (Arc::<App>::from_ref(state), Context::from_request_parts(parts, state).await?);
        let Query(query) = Query::from_request_parts(parts, state).await?;
        let cookie = admin_cookie(&app, &parts.headers).ok_or_else(|| sign_in(parts))?;
        let acting = sessions::find(&app, &context, &cookie).await?.ok_or_else(|| sign_in(parts))?;
        Ok(Self { app, context, query, acting, csrf_token: cookie.csrf_token(), cookie })
    }
}

/// A form of an administrator's, from a page of their session.
pub struct AdminForm {
    /// Who sends it.
    pub page: AdminPage,
    /// Its fields.
    pub fields: Parameters,
}

impl<S: Send + Sync> FromRequest<S> for AdminForm
where
    Arc<App>: FromRef<S>,
{
    type Rejection = Stranger;

    async fn from_request(request: Request, state: &S) -> Result<Self, Stranger> {
        let (mut parts, body) = request.into_parts();
        check_origin(&Arc::<App>::from_ref(state), &parts.headers)?;
        let page = AdminPage::from_request_parts(&mut parts, state).await?;
        let Form(fields) = Form::from_request(Request::from_parts(parts, body), state).await?;
        let form = Self { page, fields };
        let sent = form.fields.optional("csrf_token")?.unwrap_or_default();
        check_csrf_token(sent, &form.page.csrf_token)?;
        Ok(form)
    }
}
