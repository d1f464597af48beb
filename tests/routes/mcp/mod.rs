//! `/mcp`: who may come in; what is the same in every version of the protocol; and each version by its own text.

mod access;
mod isolation;
mod listing;
mod results;
mod v2025_03_26;
mod v2025_06_18;
mod v2025_11_25;
mod v2026_07_28;

use serde_json::{Value, json};

use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, make_tool, switch, token, tool};

/// A server with the tool `search`, and a token of alice, who has it on.
async fn searching() -> (Server, String) {
    with_tool(tool("search")).await
}

/// The same with this tool.
async fn with_tool(settings: Value) -> (Server, String) {
    let server = Server::seeded().await;
    let name = settings["name"].as_str().expect("a name").to_owned();
    make_tool(&server, settings).await;
    let token = token(&server, "alice", EVERY_SCOPE).await;
    switch(&server, &token, &format!("tools/{name}"), Some(true)).await;
    (server, token)
}

fn hello(version: &str) -> Value {
    json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } })
}
