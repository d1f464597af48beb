//! `POST /oauth/token`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::{challenge, credentials};
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::token::{TokenRequest, TokenResponse};
use crate::service;
use crate::web::extract::Form;

/// Exchanges a code, a refresh token or the client's own credentials for tokens.
pub async fn post(State(app): State<Arc<App>>, context: Context, headers: HeaderMap, Form(form): Form) -> Response {
    match exchange(&app, &context, &headers, &form).await {
        Ok(response) => Json(response).into_response(),
        Err(error) => challenge(&headers, error),
    }
}

async fn exchange(
    app: &App,
    context: &Context,
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<TokenResponse, OAuthError> {
    let credentials = credentials(headers, form)?;
    let request = TokenRequest::parse(form)?;
    service::token::exchange(app, context, &credentials, request).await
}
