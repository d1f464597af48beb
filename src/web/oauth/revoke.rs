//! `POST /oauth/revoke`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::{challenge, credentials};
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::service;
use crate::web::extract::Form;

/// Takes a token back (RFC 7009). The answer is empty.
pub async fn post(State(app): State<Arc<App>>, context: Context, headers: HeaderMap, Form(form): Form) -> Response {
    match revoke(&app, &context, &headers, &form).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => challenge(&headers, error),
    }
}

async fn revoke(app: &App, context: &Context, headers: &HeaderMap, form: &Parameters) -> Result<(), OAuthError> {
    form.refuse_repeated(&[])?;
    let credentials = credentials(headers, form)?;
    service::revocation::revoke(app, context, &credentials, form.required("token")?).await
}
