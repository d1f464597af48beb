//! What stands before every route that can be reached without being known: the switch of the operator, and the limits for each
//! network. A group of routes has one gate, and is counted together.
//!
//! Ungated is what asks no store and costs less than asking a limit: metadata, keys, health, colours, the start page. Everybody
//! who verifies our tokens needs the keys, many of them from one address.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::Reported;
use super::error_page::SWITCHED_OFF;
use crate::app::{App, Context};
use crate::ports::Limit;
use crate::protocol::error::OAuthError;
use crate::service::throttle;

/// The gate of one group of routes.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// What is counted together.
    class: &'static str,
    limit: Limit,
    /// Whether `OAUTH_ENABLED=false` closes it.
    switched: bool,
}

const fn gate(class: &'static str, limit: Limit) -> Gate {
    Gate { class, limit, switched: false }
}

const fn switched(class: &'static str, limit: Limit) -> Gate {
    Gate { class, limit, switched: true }
}

pub const AUTHORIZE: Gate = switched("authorize", Limit::Pages);
pub const CONNECT: Gate = switched("connect", Limit::Pages);
pub const SIGN_IN: Gate = gate("sign-in", Limit::Pages);
pub const PASSWORD_LINKS: Gate = gate("password-link", Limit::Pages);
pub const ACCOUNT: Gate = gate("account", Limit::Pages);
pub const ADMIN_PAGES: Gate = gate("admin-pages", Limit::Pages);
pub const CLIENT_LOGOS: Gate = gate("client-logo", Limit::Outbound);

pub const TOKEN: Gate = switched("token", Limit::Programs);
pub const REGISTER: Gate = switched("register", Limit::Programs);
pub const RESOURCES: Gate = switched("api", Limit::Programs);
pub const MCP: Gate = switched("mcp", Limit::Programs);
pub const INTROSPECT: Gate = gate("introspect", Limit::Programs);
pub const REVOKE: Gate = gate("revoke", Limit::Programs);
pub const USERINFO: Gate = gate("userinfo", Limit::Programs);
pub const ADMIN_API: Gate = gate("admin-api", Limit::Programs);

/// On an answer of a page to something that nobody gave out. Errors say so by themselves.
#[derive(Clone, Copy, Debug)]
pub struct Guessed;

/// Lets a request through, and counts afterwards if it showed something that was no more than a guess.
pub async fn pass(State((app, gate)): State<(Arc<App>, Gate)>, request: Request, next: Next) -> Response {
    let Some(context) = request.extensions().get::<Context>().cloned() else {
        return OAuthError::server_error("the request has no context").into_response();
    };
    if let Err(refused) = throttle::allows_request(&app, &context, gate.limit, gate.class).await {
        return refused.into_response();
    }
    if gate.switched && !app.config.enabled {
        return OAuthError::temporarily_unavailable(SWITCHED_OFF).retry_after(300).into_response();
    }
    let response = next.run(request).await;
    if !was_guess(&response) {
        return response;
    }
    match throttle::count_guess(&app, &context, gate.class).await {
        Ok(()) => response,
        Err(refused) => refused.into_response(),
    }
}

fn was_guess(response: &Response) -> bool {
    let extensions = response.extensions();
    extensions.get::<Guessed>().is_some() || extensions.get::<Reported>().is_some_and(|Reported(error)| error.guess)
}
