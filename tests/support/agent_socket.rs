//! An agent at a WebSocket, whose runtime's side is played here: what is remembered of the socket lies in a field.

use ostiary::service::agents::rpc;
use serde_json::{Value, json};

use super::reply::Reply;
use super::request::Ask;
use super::server::Server;

/// Which object the socket has.
pub const SOCKET: &str = "the-socket";

/// A request for a socket.
pub fn upgrade() -> Ask {
    Ask::get("/mcp/ws").header("connection", "Upgrade").header("upgrade", "websocket")
}

/// A socket that is open until it is `closed`.
pub struct AgentSocket<'a> {
    server: &'a Server,
    state: Value,
    /// By which code and for which reason the server ended it.
    pub closed: Value,
}

impl<'a> AgentSocket<'a> {
    /// The socket that is opened by this request.
    pub async fn opened(server: &'a Server, ask: Ask) -> Self {
        assert_opened(&server.send(ask).await);
        let mut opened = server.sockets.take_opened();
        assert_eq!(opened.len(), 1, "one socket");
        Self { server, state: opened.remove(0).0, closed: Value::Null }
    }

    /// One that speaks for the user of this token.
    pub async fn with_token(server: &'a Server, token: &str) -> Self {
        Self::opened(server, upgrade().bearer(token)).await
    }

    /// One that has yet to say for whom it speaks.
    pub async fn stranger(server: &'a Server) -> Self {
        Self::opened(server, upgrade()).await
    }

    /// The same socket at another server, as after a deployment.
    pub fn at<'b>(&self, server: &'b Server) -> AgentSocket<'b> {
        AgentSocket { server, state: self.state.clone(), closed: self.closed.clone() }
    }

    /// What is remembered of it.
    pub fn state(&self) -> &Value {
        &self.state
    }

    /// Sends this text; answers what comes back.
    pub async fn say(&mut self, text: &str) -> Option<Value> {
        self.receive(json!({ "text": text })).await
    }

    /// Something came, as the runtime's side has it.
    pub async fn receive(&mut self, mut message: Value) -> Option<Value> {
        assert_eq!(self.closed, Value::Null, "nothing comes by a closed socket");
        message["state"] = self.state.clone();
        let outcome = rpc::obey(&self.server.app, SOCKET, &message).await;
        if !outcome["state"].is_null() {
            self.state = outcome["state"].clone();
        }
        self.closed = outcome["close"].clone();
        outcome["answer"].as_str().map(|answer| serde_json::from_str(answer).expect("JSON"))
    }

    async fn call(&mut self, method: &str, params: Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": method, "method": method, "params": params });
        let answer = self.say(&request.to_string()).await.expect("an answer");
        assert_eq!((&answer["jsonrpc"], &answer["id"]), (&json!("2.0"), &json!(method)));
        answer
    }

    /// The result of a method.
    pub async fn result(&mut self, method: &str, params: Value) -> Value {
        let answer = self.call(method, params).await;
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    /// The error of a method: its code, and what it is called.
    pub async fn error(&mut self, method: &str, params: Value) -> (i64, String) {
        let error = self.whole_error(method, params).await;
        let called = error["data"]["error"].as_str().unwrap_or_default().to_owned();
        (error["code"].as_i64().expect("a code"), called)
    }

    /// The error of a method with all that it says.
    pub async fn whole_error(&mut self, method: &str, params: Value) -> Value {
        let answer = self.call(method, params).await;
        assert!(answer.get("result").is_none(), "{answer}");
        answer["error"].clone()
    }
}

#[track_caller]
fn assert_opened(reply: &Reply) {
    assert_eq!(reply.status, 101, "{}", reply.body);
}
