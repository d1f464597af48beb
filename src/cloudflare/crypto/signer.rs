//! Signatures with our own keys, each imported once an isolate and kept; and with those of others, which are not kept.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use log::Level;
use serde_json::json;
use worker::send::SendWrapper;
use worker::wasm_bindgen::JsValue;

use super::subtle::{self, CryptoKey};
use crate::app::log_line;
use crate::cloudflare::hop::local;
use crate::config::{Config, SigningKey};
use crate::ports::{Signer, Stored};
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::jose::verification_key::{VerificationAlgorithm, VerificationKey};

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Usage {
    Sign,
    Verify,
}

/// A key that the runtime holds, and the parameters that go with it each time.
#[derive(Clone)]
struct Imported {
    key: CryptoKey,
    parameters: JsValue,
}

/// Our signing keys in WebCrypto.
pub struct WebCryptoSigner {
    config: Arc<Config>,
    imported: SendWrapper<RefCell<HashMap<(String, Usage), Imported>>>,
}

impl WebCryptoSigner {
    /// A signer with the keys of the settings.
    pub fn new(config: Arc<Config>) -> Self {
        Self { config, imported: SendWrapper::new(RefCell::default()) }
    }

    /// The key for this use. Two requests that want it first both import it: waiting for each other's promise is
    /// what the runtime forbids.
    async fn key(&self, key: &SigningKey, usage: Usage) -> worker::Result<Imported> {
        let place = (key.kid.clone(), usage);
        let known = self.imported.borrow().get(&place).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let imported = import(key, usage).await?;
        self.imported.borrow_mut().insert(place, imported.clone());
        Ok(imported)
    }

    async fn sign_now(&self, kid: &str, bytes: &[u8]) -> worker::Result<Vec<u8>> {
        let key = self.config.signing_keys.find(kid).ok_or("no signing key has this kid")?;
        let imported = self.key(key, Usage::Sign).await?;
        subtle::sign(&imported.parameters, &imported.key, bytes).await
    }

    async fn verify_now(&self, kid: &str, bytes: &[u8], signature: &[u8]) -> worker::Result<bool> {
        let Some(key) = self.config.signing_keys.find(kid) else {
            return Ok(false);
        };
        let imported = self.key(key, Usage::Verify).await?;
        subtle::verify(&imported.parameters, &imported.key, signature, bytes).await
    }
}

#[async_trait]
impl Signer for WebCryptoSigner {
    async fn sign(&self, kid: &str, bytes: &[u8]) -> Stored<Vec<u8>> {
        local("signer", self.sign_now(kid, bytes)).await
    }

    async fn verify(&self, kid: &str, bytes: &[u8], signature: &[u8]) -> Stored<bool> {
        local("signer", self.verify_now(kid, bytes, signature)).await
    }

    async fn verify_with(
        &self,
        key: &VerificationKey,
        algorithm: VerificationAlgorithm,
        bytes: &[u8],
        signature: &[u8],
    ) -> Stored<bool> {
        local("signer", verify_with(key, algorithm, bytes, signature)).await
    }
}

/// Neither half holds a `key_ops`, which could keep it from being imported; the public one has no private member, with
/// which nothing can be verified.
async fn import(key: &SigningKey, usage: Usage) -> worker::Result<Imported> {
    let (jwk, usage) = match usage {
        Usage::Sign => (key.private.expose().to_string(), "sign"),
        Usage::Verify => (serde_json::to_string(&key.public)?, "verify"),
    };
    let parameters = subtle::algorithm(parameters(key.algorithm))?;
    Ok(Imported { key: subtle::import_jwk(&jwk, &parameters, usage).await?, parameters })
}

/// A key that the runtime cannot import is no key, so it has signed nothing.
async fn verify_with(
    key: &VerificationKey,
    algorithm: VerificationAlgorithm,
    bytes: &[u8],
    signature: &[u8],
) -> worker::Result<bool> {
    let parameters = subtle::algorithm(verifying(algorithm))?;
    match subtle::import_jwk(&key.material().to_string(), &parameters, "verify").await {
        Ok(key) => subtle::verify(&parameters, &key, signature, bytes).await,
        Err(error) => {
            log_line(Level::Debug, "key_not_imported", json!({ "problem": error.to_string() }));
            Ok(false)
        }
    }
}

/// As [`parameters`], for the keys of others (also RFC 7518 section 3.5, RFC 8037 section 3.1).
const fn verifying(algorithm: VerificationAlgorithm) -> &'static str {
    match algorithm {
        VerificationAlgorithm::Es256 => parameters(Algorithm::Es256),
        VerificationAlgorithm::Rs256 => parameters(Algorithm::Rs256),
        VerificationAlgorithm::Ps256 => r#"{"name":"RSA-PSS","hash":"SHA-256","saltLength":32}"#,
        VerificationAlgorithm::EdDsa => r#"{"name":"Ed25519"}"#,
    }
}

/// RFC 7518 sections 3.3 and 3.4, in WebCrypto's words: for importing, signing and verifying alike.
const fn parameters(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Es256 => r#"{"name":"ECDSA","namedCurve":"P-256","hash":"SHA-256"}"#,
        Algorithm::Rs256 => r#"{"name":"RSASSA-PKCS1-v1_5","hash":"SHA-256"}"#,
    }
}
