//! The WebSocket of agents: `/mcp/ws`.

mod calls;
mod messages;
mod opening;
mod tokens;

use serde_json::{Value, json};

use crate::support::idp::world;
use crate::support::server::Server;
use crate::support::tools::token as token_of;

/// All that an agent may be allowed.
const SCOPES: &str = "agent:connect connections:token";

/// What every refusal of a token comes to.
fn no_token() -> (i64, String) {
    (-32001, "invalid_token".to_owned())
}

/// A server that knows the provider `idp`, and a token of alice's for an agent.
async fn with_token() -> (Server, String) {
    let server = world().await;
    let token = token_of(&server, "alice", SCOPES).await;
    (server, token)
}

/// Which agent, and where.
fn bot() -> Value {
    json!({ "agent_id": "bot", "provider": "idp" })
}
