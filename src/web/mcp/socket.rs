//! `GET /mcp/ws`: the socket of an agent is opened. What is said there: `service/agents/rpc`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::check_origin;
use crate::app::{App, Context};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::agents::rpc;
use crate::service::resources::AGENTS;
use crate::web::bearer;

/// The subprotocol whose name is followed by a token: pages can't set headers of a WebSocket.
const BEARER: &str = "bearer";

/// Opens a socket. Whoever brings a token with the request is refused by HTTP when it is not good; who brings none has a few
/// seconds to `authenticate`.
pub async fn get(State(app): State<Arc<App>>, context: Context, request: Request) -> Response {
    let headers = request.headers();
    let checked = check_origin(headers).and_then(|()| check_upgrade(headers));
    let brought = match checked.and_then(|()| check_query(&request)).and_then(|()| brought(headers)) {
        Ok(brought) => brought,
        Err(error) => return refused(error),
    };
    let state = match rpc::opening(&app, &context, brought.token).await {
        Ok(state) => state,
        Err(error) => return bearer::refused_at(&app, AGENTS, error),
    };
    match app.sockets.open(&state, brought.protocol).await {
        Ok(opened) => {
            let mut response = StatusCode::SWITCHING_PROTOCOLS.into_response();
            response.extensions_mut().insert(opened);
            response
        }
        Err(error) => OAuthError::from(error).into_response(),
    }
}

/// A token, and the protocol that is chosen because of where it stood.
struct Brought<'a> {
    token: Option<&'a str>,
    protocol: Option<&'static str>,
}

/// The token of the request: in the header `Authorization`, or as the second of the subprotocols `bearer, <token>`.
fn brought(headers: &HeaderMap) -> Result<Brought<'_>, OAuthError> {
    let in_header = headers.contains_key(header::AUTHORIZATION);
    let offered = offered(headers)?;
    match (offered.as_slice(), in_header) {
        ([BEARER, token], false) => Ok(Brought { token: Some(token), protocol: Some(BEARER) }),
        ([BEARER, ..], false) => Err(invalid("the subprotocols must be bearer and a token")),
        // RFC 6750 section 2: one way only.
        ([BEARER, ..], true) => Err(invalid("the token must come in one way only")),
        (_, true) => {
            let token =
                bearer::of_header(headers).ok_or_else(|| invalid("Authorization must be Bearer and a token"))?;
            Ok(Brought { token: Some(token), protocol: None })
        }
        (_, false) => Ok(Brought { token: None, protocol: None }),
    }
}

/// The subprotocols that the agent offers, in all headers of the name (RFC 6455 section 11.3.4).
fn offered(headers: &HeaderMap) -> Result<Vec<&str>, OAuthError> {
    let mut offered = Vec::new();
    for header in headers.get_all(header::SEC_WEBSOCKET_PROTOCOL) {
        let header = header.to_str().map_err(|_| invalid("Sec-WebSocket-Protocol has letters it may not have"))?;
        offered.extend(header.split(',').map(str::trim));
    }
    Ok(offered)
}

fn check_upgrade(headers: &HeaderMap) -> Result<(), OAuthError> {
    let asked = headers.get_all(header::UPGRADE).iter().filter_map(|value| value.to_str().ok());
    if asked.flat_map(|value| value.split(',')).any(|name| name.trim().eq_ignore_ascii_case("websocket")) {
        return Ok(());
    }
    Err(OAuthError::new(ErrorCode::UpgradeRequired, "this is a WebSocket: ask for it with Upgrade: websocket"))
}

/// Addresses stand in logs and histories (RFC 6750 section 5.3), so no token may be in this one, by whatever name.
fn check_query(request: &Request) -> Result<(), OAuthError> {
    match request.uri().query() {
        None => Ok(()),
        Some(_) => {
            Err(invalid("this address has no parameters; a token comes in a header, a subprotocol or a message"))
        }
    }
}

fn invalid(description: &str) -> OAuthError {
    OAuthError::invalid_request(description)
}

/// RFC 9110 section 15.5.22: what else is spoken here is named in the answer.
fn refused(error: OAuthError) -> Response {
    let is_upgrade = error.code == ErrorCode::UpgradeRequired;
    let mut response = error.into_response();
    if is_upgrade {
        response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    }
    response
}
