//! `POST /mcp`: an MCP server over Streamable HTTP. Each message is answered at once, by JSON; there is no stream and no
//! session.

mod reply;
pub mod socket;

use std::sync::Arc;

use axum::extract::{self, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::bearer;
use super::extract::{body, has_type};
use crate::app::{App, Context};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::json_rpc::Refusal;
use crate::protocol::mcp::{Exchange, Mirrored};
use crate::protocol::redirect_uri::is_loopback_host;
use crate::protocol::uri;
use crate::service::bearer::{Brought, admit_user_beside};
use crate::service::mcp;
use crate::service::resources::MCP;

/// Takes a message. Who may not come in at all is not told what is wrong with it. What the answer needs is looked for while
/// the token is checked.
pub async fn post(State(app): State<Arc<App>>, context: Context, request: extract::Request) -> Response {
    let headers = request.headers().clone();
    if let Err(error) = check_origin(&headers).and_then(|()| check_type(&headers)) {
        return error.into_response();
    }
    let Some(token) = bearer::of_header(&headers) else { return bearer::missing_at(&app, MCP) };
    let exchange = match body(request).await {
        Ok(body) => Exchange::read(&body, mirrored(&headers)),
        Err(error) => return error.into_response(),
    };
    let scopes = exchange.as_ref().map(Exchange::scopes).unwrap_or_default();
    let brought = Brought { token, resource: &app.config.issuer.url(MCP.path), scopes: &scopes };
    let admitted = admit_user_beside(&app, &context, brought, |user_id| look(&app, &exchange, user_id)).await;
    match (admitted, &exchange) {
        (Err(error), _) => bearer::refused_at(&app, MCP, error),
        (Ok(_), Err(refusal)) => reply::refused(refusal.clone()),
        (Ok((user_id, found)), Ok(exchange)) => {
            let answers = mcp::answers(&app, &context, &user_id, exchange, found).await;
            reply::answered(exchange.is_batch, answers)
        }
    }
}

async fn look(app: &App, exchange: &Result<Exchange, Refusal>, user_id: String) -> Result<Vec<mcp::Found>, OAuthError> {
    match exchange {
        Ok(exchange) => mcp::look(app, &user_id, exchange).await,
        Err(_) => Ok(Vec::new()),
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

fn check_type(headers: &HeaderMap) -> Result<(), OAuthError> {
    if has_type(headers, "application/json") {
        return Ok(());
    }
    Err(OAuthError::new(ErrorCode::UnsupportedMediaType, "the body must be application/json"))
}

fn mirrored(headers: &HeaderMap) -> Mirrored {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect()
}
