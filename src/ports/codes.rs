//! What authorization codes stand for.

use async_trait::async_trait;

use super::Stored;
use crate::model::code::CodeRecord;

/// Short-lived authorization codes: KV on Workers. Eventually consistent, so a miss is not yet a no.
#[async_trait]
pub trait Codes: Send + Sync {
    /// Remembers `record` under the code's hash until it expires.
    async fn put(&self, code_hash: &str, record: &CodeRecord) -> Stored<()>;

    /// What was remembered; `None` also past its expiry.
    async fn get(&self, code_hash: &str) -> Stored<Option<CodeRecord>>;
}
