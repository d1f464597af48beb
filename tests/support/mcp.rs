//! A client of MCP, in each version of the protocol.

use axum::http::Method;
use serde_json::{Value, json};

use super::reply::Reply;
use super::request::Ask;
use super::server::Server;

/// All versions that are spoken, the oldest first.
pub const VERSIONS: [&str; 4] = ["2025-03-26", "2025-06-18", "2025-11-25", STATELESS];
/// The one whose requests each stand for themselves.
pub const STATELESS: &str = "2026-07-28";

/// A client that speaks one version.
pub struct McpClient<'a> {
    server: &'a Server,
    token: &'a str,
    version: &'static str,
}

impl<'a> McpClient<'a> {
    pub fn new(server: &'a Server, token: &'a str, version: &'static str) -> Self {
        Self { server, token, version }
    }

    /// The request for a method, as this version writes it.
    pub fn ask(&self, method: &str, params: &Value) -> Ask {
        let mut params = params.clone();
        if self.version == STATELESS {
            params["_meta"] = meta();
        }
        let ask = self.ask_raw(&message(method, &params));
        if self.version != STATELESS {
            return ask;
        }
        let name = params.get("name").and_then(Value::as_str);
        let ask = ask.header("mcp-method", method);
        name.into_iter().fold(ask, |ask, name| ask.header("mcp-name", name))
    }

    /// This body, with the header of this version; its first had none.
    pub fn ask_raw(&self, body: &Value) -> Ask {
        let ask = Ask::json(Method::POST, "/mcp", body).bearer(self.token);
        if self.version == VERSIONS[0] { ask } else { ask.header("mcp-protocol-version", self.version) }
    }

    pub async fn send(&self, method: &str, params: Value) -> Reply {
        self.server.send(self.ask(method, &params)).await
    }

    pub async fn send_raw(&self, body: &Value) -> Reply {
        self.server.send(self.ask_raw(body)).await
    }

    /// The result of a method. That every one of 2026-07-28 says what those do is looked at here.
    pub async fn result(&self, method: &str, params: Value) -> Value {
        let answer = self.send(method, params).await.assert_status(200).json();
        assert_eq!((&answer["jsonrpc"], &answer["id"], answer.get("error")), (&json!("2.0"), &json!(1), None));
        let mut result = answer["result"].clone();
        if self.version == STATELESS {
            let members = result.as_object_mut().expect("an object");
            assert_eq!(members.remove("resultType"), Some(json!("complete")));
            let meta = members.remove("_meta").expect("it says who answers");
            let info = &meta["io.modelcontextprotocol/serverInfo"];
            assert_eq!((&info["name"], &info["version"]), (&json!("ostiary"), &json!(env!("CARGO_PKG_VERSION"))));
        }
        result
    }

    /// The error for a method, with this status.
    pub async fn error(&self, method: &str, params: Value, status: u16) -> Value {
        let answer = self.send(method, params).await.assert_status(status).json();
        assert_eq!((&answer["jsonrpc"], &answer["id"], answer.get("result")), (&json!("2.0"), &json!(1), None));
        answer["error"].clone()
    }

    pub async fn call(&self, name: &str, arguments: Value) -> Value {
        self.result("tools/call", json!({ "name": name, "arguments": arguments })).await
    }

    /// The names of all tools, page by page.
    pub async fn names(&self) -> Vec<String> {
        let (mut names, mut params) = (Vec::new(), json!({}));
        loop {
            let page = self.result("tools/list", params).await;
            let tools = page["tools"].as_array().expect("tools").iter();
            names.extend(tools.map(|tool| tool["name"].as_str().expect("a name").to_owned()));
            let Some(cursor) = page.get("nextCursor") else { return names };
            params = json!({ "cursor": cursor });
        }
    }
}

pub fn message(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

/// What a request of 2026-07-28 must say.
pub fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": STATELESS,
        "io.modelcontextprotocol/clientInfo": { "name": "tests", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
    })
}
