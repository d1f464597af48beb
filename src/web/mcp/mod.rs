//! `POST /mcp`: an MCP server over Streamable HTTP. Each message is answered at once, by JSON; there is no stream and no
//! session.

use std::sync::Arc;

use axum::Json;
use axum::extract::{self, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::bearer;
use super::extract::{body, has_type};
use crate::app::{App, Context};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::json_rpc::{self, Request};
use crate::protocol::redirect_uri::is_loopback_host;
use crate::protocol::uri;
use crate::service::bearer::admit_user;
use crate::service::mcp;
use crate::service::resources::MCP;

/// Takes a message.
pub async fn post(State(app): State<Arc<App>>, context: Context, request: extract::Request) -> Response {
    let headers = request.headers().clone();
    if let Err(error) = check_origin(&headers).and_then(|()| check_headers(&headers)) {
        return error.into_response();
    }
    let Some(token) = bearer::of_header(&headers) else { return bearer::missing_at(&app, MCP) };
    let request = match body(request).await.map(|body| Request::parse(&body)) {
        Ok(Ok(request)) => request,
        Ok(Err(answer)) => return refuse_after_admission(&app, &context, token, answer).await,
        Err(error) => return error.into_response(),
    };
    let scope = mcp::scope_of(&request.method);
    if let Err(error) = admit_user(&app, &context, token, &app.config.issuer.url(MCP.path), scope).await {
        return bearer::refused_at(&app, MCP, error);
    }
    // A notification gets no answer (Streamable HTTP: 202).
    let Some(id) = request.id else { return StatusCode::ACCEPTED.into_response() };
    Json(match mcp::answer(&app, &request.method, &request.params) {
        Ok(result) => json_rpc::Response::done(id, result),
        Err(error) => json_rpc::Response::failed(id, error),
    })
    .into_response()
}

/// Who may not come in at all is not told what is wrong with their message.
async fn refuse_after_admission(app: &App, context: &Context, token: &str, answer: json_rpc::Response) -> Response {
    match admit_user(app, context, token, &app.config.issuer.url(MCP.path), None).await {
        Ok(_) => (StatusCode::BAD_REQUEST, Json(answer)).into_response(),
        Err(error) => bearer::refused_at(app, MCP, error),
    }
}

/// No cookie is read here, but a page that was bound to a local name may reach what a person's network lets it (DNS
/// rebinding): docs/security.md.
fn check_origin(headers: &HeaderMap) -> Result<(), OAuthError> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().ok().and_then(uri::parse);
    let good =
        origin.is_some_and(|origin| origin.scheme() != "http" || origin.host_str().is_some_and(is_loopback_host));
    if good { Ok(()) } else { Err(OAuthError::access_denied("pages of this origin may not come here")) }
}

fn check_headers(headers: &HeaderMap) -> Result<(), OAuthError> {
    if !has_type(headers, "application/json") {
        return Err(OAuthError::new(ErrorCode::UnsupportedMediaType, "the body must be application/json"));
    }
    mcp::check_version(headers.get("mcp-protocol-version").map(|version| version.to_str().unwrap_or_default()))
}
