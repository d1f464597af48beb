//! The browser part is done: the agent's session begins, and whoever waits at a WebSocket is told.

use std::time::Duration;

use serde_json::{Value, json};

use crate::app::{App, Context};
use crate::model::connection::Connection;
use crate::ports::Statement;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::service::errors::log_failure;
use crate::store::agent_sessions::{self, Beginning};
use crate::store::connect_states::Begun;

/// So long the token is given for the state.
const REDEEMABLE: Duration = Duration::from_mins(10);

/// Begins the session of this connection's agent, after the one before was ended; `answer` is the provider's.
///
/// # Errors
/// `invalid_request` for an answer that is none.
pub fn begin_session(
    app: &App,
    context: &Context,
    connection: &Connection,
    answer: &Parameters,
) -> Result<[Statement; 2], OAuthError> {
    let (user_id, agent_id, provider_id) = (&connection.user_id, &connection.agent_id, &connection.provider_id);
    let begin = agent_sessions::begin(&Beginning {
        user_id,
        agent_id,
        provider_id,
        now: context.now().floor_to_second(),
        state_hash: &sha256_base64url(answer.required("state")?),
        code_hash: &sha256_base64url(answer.required("code")?),
        ends_at: ends_at(app, context),
        redeem_until: context.now().floor_to_second() + REDEEMABLE,
    });
    Ok([agent_sessions::end_at(user_id, agent_id, provider_id), begin])
}

fn ends_at(app: &App, context: &Context) -> Timestamp {
    context.now().floor_to_second() + app.config.agent_session_ttl
}

/// Tells whoever waits how it ended: a notification of JSON-RPC 2.0. One that cannot be told asks for the session.
pub async fn tell(
    app: &App,
    context: &Context,
    begun: &Begun,
    outcome: Result<&Connection, &OAuthError>,
    answer: &Parameters,
) {
    let Some(socket) = begun.socket.as_deref() else { return };
    let params = match outcome {
        Ok(connection) => json!({
            "agent_id": begun.agent_id,
            "provider": begun.provider_id,
            "authenticated": true,
            "expires_at": ends_at(app, context).rfc3339(),
            "scopes": connection.scopes.iter().collect::<Vec<_>>(),
            "authorization_code": answer.first("code"),
            "state": answer.first("state"),
        }),
        Err(error) => json!({
            "agent_id": begun.agent_id,
            "provider": begun.provider_id,
            "authenticated": false,
            "error": error.code.as_str(),
            "error_description": error.description,
        }),
    };
    let message: Value = json!({ "jsonrpc": "2.0", "method": "oauth/completed", "params": params });
    if let Err(error) = app.sockets.notify(socket, &message.to_string()).await {
        log_failure("agent_not_told", &error);
    }
}
