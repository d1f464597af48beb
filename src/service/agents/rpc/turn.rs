//! One message, while it is taken.

use serde_json::{Map, Value, json};

use super::refusal::{is_ours, refused};
use super::socket::{Holder, Socket};
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::protocol::json_rpc::{Error, INVALID_REQUEST, METHOD_NOT_FOUND, Received, Refusal, Request, Response};
use crate::service::agents::{self, AgentCaller, AgentRequest, Proof, texts};
use crate::service::bearer::not_good;
use crate::service::throttle;

/// A message has so many bytes at most: 64 KiB.
const LONGEST: usize = 64 * 1024;

/// Why the server ends a socket: a code and a reason (RFC 6455 section 7.4).
pub(super) struct Close(pub u16, pub &'static str);

impl Close {
    /// Data of a type that is not taken here.
    pub const BINARY: Self = Self(1003, "messages are text");
    /// A message is too long.
    pub const TOO_LONG: Self = Self(1009, "a message has 64 KiB at most");
    /// Nobody said for whom the socket speaks. Codes from 4000 on are an application's own.
    const NOT_AUTHENTICATED: Self = Self(4401, "not authenticated");
}

/// What follows from a message.
type Outcome = (Option<Response>, Option<Close>);

/// What a method comes to.
type Done = Result<Value, OAuthError>;

pub(super) struct Turn<'a> {
    pub app: &'a App,
    pub context: &'a Context,
    pub socket_id: &'a str,
    pub socket: &'a mut Socket,
}

impl Turn<'_> {
    pub async fn take(&mut self, text: &str) -> Outcome {
        if text.len() > LONGEST {
            return no_message(Close::TOO_LONG);
        }
        let Request { method, params, id } = match Received::parse(text.as_bytes()) {
            Ok(Received::One(request)) => request,
            Ok(Received::Batch(_)) => return (Some(failed(None, no_batch())), None),
            Err(Refusal { id, error }) => return (Some(failed(id, error)), None),
        };
        // A notification gets no answer, so nothing that is asked for here can be meant by one.
        let Some(id) = id else { return (None, None) };
        let outcome = self.result(&method, &params).await;
        // Whoever is a stranger after the first word has no second one, unless that was our fault.
        let is_stranger = self.socket.holder.is_none() && !outcome.as_ref().is_err_and(is_ours);
        let answer = match outcome {
            Ok(done) => Response::done(id, done),
            Err(error) => failed(Some(id), error),
        };
        (Some(answer), is_stranger.then_some(Close::NOT_AUTHENTICATED))
    }

    async fn result(&mut self, method: &str, params: &Map<String, Value>) -> Result<Value, Error> {
        let done = match method {
            "authenticate" => self.authenticate(params).await,
            "oauth/initiate" => self.initiate(params).await,
            "oauth/session" => self.session(params).await,
            "oauth/token" => self.token(params).await,
            _ if self.socket.holder.is_none() => Err(not_good()),
            _ => return Err(Error::new(METHOD_NOT_FOUND, "there is no such method")),
        };
        done.map_err(|error| refused(&error))
    }

    /// The socket speaks for the token's user from now on. One that spoke for another goes on with its old token.
    async fn authenticate(&mut self, params: &Map<String, Value>) -> Done {
        let [token] = texts(params, ["token"], "")?;
        let user_id = self.admitted(token).await?.user_id;
        if self.socket.holder.as_ref().is_some_and(|holder| holder.user_id != user_id) {
            return Err(OAuthError::access_denied("this socket is another user's; open one of your own"));
        }
        self.socket.holder = Some(Holder { user_id, token: token.to_owned() });
        Ok(json!({ "authenticated": true }))
    }

    /// The user is to open a page; how that ended, this socket is told.
    async fn initiate(&self, params: &Map<String, Value>) -> Done {
        let caller = self.caller().await?;
        let asked = AgentRequest::read(params)?;
        let url = agents::authenticate(self.app, self.context, &caller, &asked, Some(self.socket_id)).await?;
        Ok(json!({ "authorization_url": url, "agent_id": asked.agent_id, "provider": asked.provider }))
    }

    async fn session(&self, params: &Map<String, Value>) -> Done {
        let caller = self.caller().await?;
        let [agent_id, provider] = texts(params, ["agent_id", "provider"], "")?;
        Ok(agents::session(self.app, self.context, &caller, agent_id, provider).await?.written())
    }

    async fn token(&self, params: &Map<String, Value>) -> Done {
        let caller = self.caller().await?;
        let [agent_id, provider, code, state] =
            texts(params, ["agent_id", "provider", "authorization_code", "state"], "")?;
        let whom = (agent_id, Some(provider));
        let mut told = agents::token(self.app, self.context, &caller, whom, Proof { code, state }).await?.written();
        // Whose account it is, is told by HTTP only (docs/api.md).
        told.as_object_mut().map(|members| members.remove("user"));
        Ok(told)
    }

    /// For whom the socket speaks now.
    async fn caller(&self) -> Result<AgentCaller, OAuthError> {
        let holder = self.socket.holder.as_ref().ok_or_else(not_good)?;
        let caller = self.admitted(&holder.token).await?;
        throttle::allows_user(self.app, "messages of agents", &caller.user_id).await?;
        Ok(caller)
    }

    /// A socket may be older than the operator's wish to give no more tokens.
    async fn admitted(&self, token: &str) -> Result<AgentCaller, OAuthError> {
        if !self.app.config.enabled {
            return Err(OAuthError::temporarily_unavailable("the server is switched off").retry_after(300));
        }
        super::admitted(self.app, self.context, token).await
    }
}

/// Here an id that could not be read is `null` (JSON-RPC 2.0 section 5).
fn failed(id: Option<Value>, error: Error) -> Response {
    Response::failed(Some(id.unwrap_or_default()), error)
}

/// What is no message at all ends the socket.
pub(super) fn no_message(close: Close) -> Outcome {
    (Some(failed(None, Error::new(INVALID_REQUEST, close.1))), Some(close))
}

fn no_batch() -> Error {
    Error::new(INVALID_REQUEST, "messages come one at a time here, not in batches")
}
