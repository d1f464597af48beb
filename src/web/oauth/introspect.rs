//! `POST /oauth/introspect`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::{challenge, credentials};
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::protocol::introspection::IntrospectionResponse;
use crate::protocol::parameters::Parameters;
use crate::service;
use crate::web::extract::Form;

/// Says what a token is worth (RFC 7662).
pub async fn post(State(app): State<Arc<App>>, context: Context, headers: HeaderMap, Form(form): Form) -> Response {
    match introspect(&app, &context, &headers, &form).await {
        Ok(response) => Json(response).into_response(),
        Err(error) => challenge(&headers, error),
    }
}

async fn introspect(
    app: &App,
    context: &Context,
    headers: &HeaderMap,
    form: &Parameters,
) -> Result<IntrospectionResponse, OAuthError> {
    form.refuse_repeated(&[])?;
    let credentials = credentials(headers, form)?;
    service::introspection::introspect(app, context, &credentials, form.required("token")?).await
}
