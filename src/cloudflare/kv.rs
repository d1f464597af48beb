//! Authorization codes in KV.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use worker::Env;
use worker::kv::KvStore;
use worker::send::SendWrapper;

use super::hop::hop;
use crate::model::code::CodeRecord;
use crate::ports::{Clock, Codes, Stored};
use crate::protocol::json::from_stored;

/// Past it the `grants` row decides.
const DEADLINE: Duration = Duration::from_secs(1);

/// KV takes no shorter life.
const SHORTEST_TTL: u64 = 60;

/// The codes in one KV namespace, each under `code:<its hash>`.
pub struct KvCodes {
    namespace: SendWrapper<KvStore>,
    clock: Arc<dyn Clock>,
}

impl KvCodes {
    /// The codes in the namespace bound as `binding`.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str, clock: Arc<dyn Clock>) -> worker::Result<Self> {
        Ok(Self { namespace: SendWrapper::new(env.kv(binding)?), clock })
    }

    async fn put_now(&self, code_hash: &str, record: &CodeRecord) -> worker::Result<()> {
        let remaining = record.expires_at.since(self.clock.now()).as_secs();
        let text = serde_json::to_string(record)?;
        self.namespace.put(&key(code_hash), text)?.expiration_ttl(remaining.max(SHORTEST_TTL)).execute().await?;
        Ok(())
    }

    /// KV may keep an entry longer than the code lives, so the expiry inside decides.
    async fn get_now(&self, code_hash: &str) -> worker::Result<Option<CodeRecord>> {
        let Some(text) = self.namespace.get(&key(code_hash)).text().await? else {
            return Ok(None);
        };
        let record: CodeRecord = from_stored(&text)?;
        Ok((record.expires_at > self.clock.now()).then_some(record))
    }
}

#[async_trait]
impl Codes for KvCodes {
    async fn put(&self, code_hash: &str, record: &CodeRecord) -> Stored<()> {
        hop("codes", DEADLINE, self.put_now(code_hash, record)).await
    }

    async fn get(&self, code_hash: &str) -> Stored<Option<CodeRecord>> {
        hop("codes", DEADLINE, self.get_now(code_hash)).await
    }
}

fn key(code_hash: &str) -> String {
    format!("code:{code_hash}")
}
