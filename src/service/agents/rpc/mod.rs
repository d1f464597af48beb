//! `/mcp/ws`: JSON-RPC 2.0 between an agent and this server over a WebSocket. The runtime holds the socket; here is what follows
//! from a message on it.
//!
//! A socket speaks for one user, by a token that is checked anew at every call. When the token is over, the calls are refused
//! and the socket stays: `authenticate` brings the next one.

mod refusal;
mod socket;
mod turn;

use serde_json::{Value, json};

use self::socket::{Holder, Socket};
use self::turn::{Close, Turn};
use super::{AgentCaller, admit};
use crate::app::{App, Context, Whence, in_request};
use crate::protocol::error::OAuthError;
use crate::protocol::json_rpc::Response;
use crate::service::audit;
use crate::service::resources::AGENTS;

/// What is remembered of a socket that opens, as [`obey`] wants it. With a token it speaks for the token's user at once.
///
/// # Errors
/// As [`admit`].
pub async fn opening(app: &App, context: &Context, token: Option<&str>) -> Result<String, OAuthError> {
    let holder = match token {
        Some(token) => Some(Holder { user_id: admitted(app, context, token).await?.user_id, token: token.to_owned() }),
        None => None,
    };
    Ok(Socket { address: context.address().to_owned(), holder }.written().to_string())
}

async fn admitted(app: &App, context: &Context, token: &str) -> Result<AgentCaller, OAuthError> {
    admit(app, context, token, &app.config.issuer.url(AGENTS.path)).await
}

/// Takes one message of a socket and answers what follows from it, both as the runtime's side has them: `{state, text}`, where
/// the text of one that is too long is missing, and of one that is `binary`; `{answer, state, close}`, each where there is one.
pub async fn obey(app: &App, socket_id: &str, message: &Value) -> Value {
    let mut socket = Socket::read(message.get("state"));
    let before = socket.clone();
    let whence = Whence { address: socket.address.clone(), ..Whence::default() };
    let context = Context::new(app, app.random_text::<12>(), whence);
    let turn = Turn { app, context: &context, socket_id, socket: &mut socket };
    let (answer, close) = in_request(Some(context.request_id().into()), taken(turn, message)).await;
    audit::hand_on(app, &context);
    json!({
        "answer": answer.and_then(|answer| serde_json::to_string(&answer).ok()),
        "state": (socket != before).then(|| socket.written()),
        "close": close.map(|Close(code, reason)| json!([code, reason])),
    })
}

async fn taken(mut turn: Turn<'_>, message: &Value) -> (Option<Response>, Option<Close>) {
    match message.get("text").and_then(Value::as_str) {
        Some(text) => turn.take(text).await,
        None if message.get("binary").is_some() => turn::no_message(Close::BINARY),
        None => turn::no_message(Close::TOO_LONG),
    }
}
