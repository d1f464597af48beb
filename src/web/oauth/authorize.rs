//! `GET /oauth/authorize`, `POST /oauth/authorize`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::authorize::{self, Visit};
use crate::web::extract::{Form, Query};
use crate::web::visitor::Arrival;
use crate::web::{redirect, render};

/// Begins an authorization: sign-in page, consent page, or straight back to the client.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    arrival: Arrival,
    Query(parameters): Query,
) -> Result<Response, OAuthError> {
    let visit = Visit { app: &app, context: &context, visitor: &arrival.visitor };
    let step = authorize::begin(visit, &parameters).await;
    render::step(visit, step, arrival.new_browser.as_deref())
}

/// A form of another site is sent without our `Lax` cookies, so it goes on as a GET, with them.
pub async fn post(Form(parameters): Form) -> Result<Response, OAuthError> {
    redirect::as_get("/oauth/authorize", &parameters)
}
