//! AES-256-GCM by the aes-gcm crate.

use std::sync::Arc;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use async_trait::async_trait;
use ostiary::ports::{Random, Sealer, StorageError, Stored};
use ostiary::protocol::sealed::{NONCE, Sealed};

pub struct TestSealer {
    /// Each with its `kid`; the first seals, all open.
    keys: Vec<(String, Aes256Gcm)>,
    random: Arc<dyn Random>,
}

impl TestSealer {
    /// With the keys of `ENCRYPTION_KEYS`, each with its `kid`, the sealing one first.
    pub fn new(keys: impl IntoIterator<Item = (String, [u8; 32])>, random: Arc<dyn Random>) -> Self {
        Self { keys: keys.into_iter().map(|(kid, key)| (kid, Aes256Gcm::new(&key.into()))).collect(), random }
    }

    fn opened(&self, sealed: &str, context: &str) -> Option<Vec<u8>> {
        let sealed = Sealed::parse(sealed)?;
        let (_, key) = self.keys.iter().find(|(known, _)| known == sealed.kid)?;
        let payload = Payload { msg: &sealed.ciphertext, aad: context.as_bytes() };
        key.decrypt(Nonce::from_slice(&sealed.nonce), payload).ok()
    }
}

/// No hop: the real one works in the isolate.
#[async_trait]
impl Sealer for TestSealer {
    async fn seal(&self, bytes: &[u8], context: &str) -> Stored<String> {
        let (kid, key) = self.keys.first().ok_or_else(|| StorageError::new("sealer", "no key"))?;
        let mut nonce = [0; NONCE];
        self.random.fill(&mut nonce);
        let payload = Payload { msg: bytes, aad: context.as_bytes() };
        let ciphertext = key.encrypt(Nonce::from_slice(&nonce), payload);
        let ciphertext = ciphertext.map_err(|error| StorageError::new("sealer", error.to_string()))?;
        Ok(Sealed { kid, nonce, ciphertext }.encode())
    }

    async fn open(&self, sealed: &str, context: &str) -> Stored<Option<Vec<u8>>> {
        Ok(self.opened(sealed, context))
    }
}
