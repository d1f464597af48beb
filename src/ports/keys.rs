//! What only a holder of our keys can do, and what the keys of others prove.

use async_trait::async_trait;

use super::Stored;
use crate::protocol::jose::verification_key::{VerificationAlgorithm, VerificationKey};

/// Signs and verifies with our own keys, found by `kid`, and verifies with those of others: WebCrypto on Workers.
#[async_trait]
pub trait Signer: Send + Sync {
    /// The signature of `bytes` as JWS writes it (ES256: r ‖ s, 64 bytes).
    async fn sign(&self, kid: &str, bytes: &[u8]) -> Stored<Vec<u8>>;

    /// Whether `signature` is that of `bytes` by the key `kid`. An unknown `kid` is `false`.
    async fn verify(&self, kid: &str, bytes: &[u8], signature: &[u8]) -> Stored<bool>;

    /// Whether `signature` is that of `bytes` by somebody else's `key`, used with `algorithm`. `false` also for a key that is
    /// none (a point that is not on its curve).
    async fn verify_with(
        &self,
        key: &VerificationKey,
        algorithm: VerificationAlgorithm,
        bytes: &[u8],
        signature: &[u8],
    ) -> Stored<bool>;
}

/// Seals what leaves us and must come back as it was: AES-256-GCM.
#[async_trait]
pub trait Sealer: Send + Sync {
    /// Seals `bytes`; `context` must be the same at [`Sealer::open`]. Text safe in a URL and a form.
    async fn seal(&self, bytes: &[u8], context: &str) -> Stored<String>;

    /// Opens what [`Sealer::seal`] made; `None` when it was altered, cut, or sealed for another context.
    async fn open(&self, sealed: &str, context: &str) -> Stored<Option<Vec<u8>>>;
}
