//! `GET /oauth/userinfo`, `POST /oauth/userinfo`

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::userinfo::{self, UserInfo};
use crate::web::bearer;
use crate::web::extract::{Form, has_type};

/// Who the person is that a client's access token stands for (OpenID Connect Core 5.3), the token in the header.
pub async fn get(State(app): State<Arc<App>>, context: Context, headers: HeaderMap) -> Response {
    match bearer::of_header(&headers) {
        Some(token) => answer(&app, &context, token).await,
        None => bearer::missing(),
    }
}

/// The same, the token in the header or as `access_token` in a form (RFC 6750 2.2).
pub async fn post(State(app): State<Arc<App>>, context: Context, request: Request) -> Response {
    let in_header = bearer::of_header(request.headers()).map(str::to_owned);
    let in_form = match in_form(request).await {
        Ok(token) => token,
        Err(error) => return error.into_response(),
    };
    match (in_header, in_form) {
        (Some(_), Some(_)) => {
            OAuthError::invalid_request("the access token is sent in the header and in the body").into_response()
        }
        (Some(token), None) | (None, Some(token)) => answer(&app, &context, &token).await,
        (None, None) => bearer::missing(),
    }
}

async fn in_form(request: Request) -> Result<Option<String>, OAuthError> {
    if !has_type(request.headers(), "application/x-www-form-urlencoded") {
        return Ok(None);
    }
    let Form(form) = Form::from_request(request, &()).await?;
    Ok(form.optional("access_token")?.map(str::to_owned))
}

async fn answer(app: &App, context: &Context, token: &str) -> Response {
    match userinfo::answer(app, context, token).await {
        Ok(UserInfo::Plain(claims)) => Json(claims).into_response(),
        Ok(UserInfo::Signed(jwt)) => ([(header::CONTENT_TYPE, "application/jwt")], jwt).into_response(),
        Err(error) => error.into_response(),
    }
}
