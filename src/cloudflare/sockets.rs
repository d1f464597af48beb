//! WebSockets of agents: this Worker opens none, so nobody waits at one.

use async_trait::async_trait;

use crate::ports::{Sockets, StorageError, Stored};

/// No sockets at all.
pub struct NoSockets;

#[async_trait]
impl Sockets for NoSockets {
    async fn notify(&self, _socket_id: &str, _message: &str) -> Stored<()> {
        Err(StorageError::new("sockets", "this server opens none"))
    }
}
