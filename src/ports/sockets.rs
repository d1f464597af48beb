//! Sockets of agents.

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;

use super::Stored;

/// Sockets of agents, each kept by somebody who stays: a Durable Object each on Workers.
#[async_trait]
pub trait Sockets: Send + Sync {
    /// Opens one that begins with `state`; the protocol is the one that was chosen of those the agent offered.
    async fn open(&self, state: &str, protocol: Option<&str>) -> Stored<Opened>;

    /// Sends a message to the agent at this socket. One that is closed misses it, which is no failure.
    async fn notify(&self, socket_id: &str, message: &str) -> Stored<()>;
}

/// The runtime's end of a socket that was opened, for its answer to the request: only the adapter knows what it is.
#[derive(Clone)]
pub struct Opened(pub Arc<dyn Any + Send + Sync>);
