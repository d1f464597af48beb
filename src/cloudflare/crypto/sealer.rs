//! Sealing: AES-256-GCM, written as [`Sealed`] says.
//!
//! The context is the associated data. Nonces are random: 96 bits allow 2^32 values under one key (NIST SP 800-38D
//! section 8.3) before keys should be changed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use worker::send::SendWrapper;

use super::subtle::{self, CryptoKey};
use crate::cloudflare::hop::local;
use crate::cloudflare::random::WorkerRandom;
use crate::config::{Config, EncryptionKey};
use crate::ports::{Random, Sealer, Stored};
use crate::protocol::sealed::{NONCE, Sealed};

/// Our encryption keys in WebCrypto: the first seals, all open.
pub struct WebCryptoSealer {
    config: Arc<Config>,
    imported: SendWrapper<RefCell<HashMap<String, CryptoKey>>>,
}

impl WebCryptoSealer {
    /// A sealer with the keys of the settings.
    pub fn new(config: Arc<Config>) -> Self {
        Self { config, imported: SendWrapper::new(RefCell::default()) }
    }

    async fn key(&self, key: &EncryptionKey) -> worker::Result<CryptoKey> {
        let known = self.imported.borrow().get(&key.kid).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let imported = subtle::import_aes(key.key.expose()).await?;
        self.imported.borrow_mut().insert(key.kid.clone(), imported.clone());
        Ok(imported)
    }

    async fn seal_now(&self, bytes: &[u8], context: &str) -> worker::Result<String> {
        let key = self.config.encryption_keys.first();
        let mut nonce = [0; NONCE];
        WorkerRandom.fill(&mut nonce);
        let parameters = subtle::aes_gcm(&nonce, context.as_bytes())?;
        let ciphertext = subtle::encrypt(&parameters, &self.key(key).await?, bytes).await?;
        Ok(Sealed { kid: &key.kid, nonce, ciphertext }.encode())
    }

    async fn open_now(&self, sealed: &str, context: &str) -> worker::Result<Option<Vec<u8>>> {
        let Some(sealed) = Sealed::parse(sealed) else { return Ok(None) };
        let Some(key) = self.config.encryption_keys.find(sealed.kid) else { return Ok(None) };
        let parameters = subtle::aes_gcm(&sealed.nonce, context.as_bytes())?;
        subtle::decrypt(&parameters, &self.key(key).await?, &sealed.ciphertext).await
    }
}

#[async_trait]
impl Sealer for WebCryptoSealer {
    async fn seal(&self, bytes: &[u8], context: &str) -> Stored<String> {
        local("sealer", self.seal_now(bytes, context)).await
    }

    async fn open(&self, sealed: &str, context: &str) -> Stored<Option<Vec<u8>>> {
        local("sealer", self.open_now(sealed, context)).await
    }
}
