//! AES-256-GCM by the aes-gcm crate.

use std::sync::Arc;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use async_trait::async_trait;
use ostiary::config::{EncryptionKey, EncryptionKeys};
use ostiary::ports::{Random, Sealer, StorageError, Stored};
use ostiary::protocol::sealed::{NONCE, Sealed};

pub struct TestSealer {
    keys: EncryptionKeys,
    random: Arc<dyn Random>,
}

impl TestSealer {
    pub const fn new(keys: EncryptionKeys, random: Arc<dyn Random>) -> Self {
        Self { keys, random }
    }

    fn opened(&self, sealed: &str, context: &str) -> Option<Vec<u8>> {
        let sealed = Sealed::parse(sealed)?;
        let key = cipher(self.keys.find(sealed.kid)?);
        let payload = Payload { msg: &sealed.ciphertext, aad: context.as_bytes() };
        key.decrypt(Nonce::from_slice(&sealed.nonce), payload).ok()
    }
}

fn cipher(key: &EncryptionKey) -> Aes256Gcm {
    Aes256Gcm::new(key.key.expose().into())
}

/// No hop: the real one works in the isolate.
#[async_trait]
impl Sealer for TestSealer {
    async fn seal(&self, bytes: &[u8], context: &str) -> Stored<String> {
        let first = self.keys.first();
        let mut nonce = [0; NONCE];
        self.random.fill(&mut nonce);
        let payload = Payload { msg: bytes, aad: context.as_bytes() };
        let ciphertext = cipher(first).encrypt(Nonce::from_slice(&nonce), payload);
        let ciphertext = ciphertext.map_err(|error| StorageError::new("sealer", error.to_string()))?;
        Ok(Sealed { kid: &first.kid, nonce, ciphertext }.encode())
    }

    async fn open(&self, sealed: &str, context: &str) -> Stored<Option<Vec<u8>>> {
        Ok(self.opened(sealed, context))
    }
}
