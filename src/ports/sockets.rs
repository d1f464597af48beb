//! Agents that wait for news.

use async_trait::async_trait;

use super::Stored;

/// Takes messages to agents at WebSockets.
#[async_trait]
pub trait Sockets: Send + Sync {
    /// Hands a text on to whoever is at the other end of this socket, if it is still open.
    async fn notify(&self, socket_id: &str, message: &str) -> Stored<()>;
}
