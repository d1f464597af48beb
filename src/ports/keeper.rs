//! Tokens at other providers, each renewed in one place.

use async_trait::async_trait;

use super::Stored;
use crate::model::renewal::{Renewed, Wanted};

/// Renews tokens: however many ask on however many isolates, one request goes to the provider, and all get what came of it. One
/// Durable Object a connection on Workers.
///
/// A call may be repeated by the adapter when it broke. A repetition joins what is under way; when the object was stopped
/// in it, the claim in the connection's row says so, and no second request is sent.
#[async_trait]
pub trait TokenKeeper: Send + Sync {
    /// A token of this connection that is valid for more than a moment, and not the one that was refused.
    async fn renew(&self, wanted: Wanted) -> Stored<Renewed>;
}
