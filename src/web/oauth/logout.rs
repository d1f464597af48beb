//! `GET /oauth/logout`, `POST /oauth/logout`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::protocol::logout::LogoutRequest;
use crate::service::authorize::Visit;
use crate::service::logout;
use crate::web::extract::{Form, Query};
use crate::web::visitor::Arrival;
use crate::web::{redirect, render};

/// A client wants a person signed out (OpenID Connect RP-Initiated Logout).
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    arrival: Arrival,
    Query(parameters): Query,
) -> Result<Response, OAuthError> {
    let visit = Visit { app: &app, context: &context, visitor: &arrival.visitor };
    let step = logout::begin(visit, LogoutRequest::parse(&parameters)?).await?;
    render::logout(visit, step, arrival.new_browser.as_deref())
}

/// A form of another site is sent without our `Lax` cookies, so it goes on as a GET, with them.
pub async fn post(Form(parameters): Form) -> Result<Response, OAuthError> {
    redirect::as_get("/oauth/logout", &parameters)
}
