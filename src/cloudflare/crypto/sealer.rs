//! Sealing: AES-256-GCM, written `<kid>.<base64url(nonce ‖ ciphertext ‖ tag)>`.
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
use crate::protocol::digest::{base64url, from_base64url};

const NONCE_BYTES: usize = 12;

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
        let mut nonce = [0; NONCE_BYTES];
        WorkerRandom.fill(&mut nonce);
        let parameters = subtle::aes_gcm(&nonce, context.as_bytes())?;
        let mut sealed = nonce.to_vec();
        sealed.extend(subtle::encrypt(&parameters, &self.key(key).await?, bytes).await?);
        Ok(format!("{}.{}", key.kid, base64url(&sealed)))
    }

    async fn open_now(&self, sealed: &str, context: &str) -> worker::Result<Option<Vec<u8>>> {
        let Some((key, bytes)) = self.taken_apart(sealed) else {
            return Ok(None);
        };
        let Some((nonce, ciphertext)) = bytes.split_first_chunk::<NONCE_BYTES>() else {
            return Ok(None);
        };
        let parameters = subtle::aes_gcm(nonce, context.as_bytes())?;
        subtle::decrypt(&parameters, &self.key(key).await?, ciphertext).await
    }

    /// The last dot separates: base64url has none, a `kid` may.
    fn taken_apart(&self, sealed: &str) -> Option<(&EncryptionKey, Vec<u8>)> {
        let (kid, text) = sealed.rsplit_once('.')?;
        Some((self.config.encryption_keys.find(kid)?, from_base64url(text)?))
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
