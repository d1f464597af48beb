//! Signatures by the p256, rsa and ed25519-dalek crates.

use std::collections::HashMap;

use async_trait::async_trait;
use ostiary::ports::{Signer, StorageError, Stored};
use ostiary::protocol::digest::from_base64url;
use ostiary::protocol::jose::verification_key::{VerificationAlgorithm, VerificationKey};
use p256::ecdsa::signature::{SignatureEncoding, Signer as _, Verifier};
use rsa::{BigUint, RsaPrivateKey, RsaPublicKey, pkcs1v15, pss};
use serde_json::Value;
use sha2::Sha256;

/// The private keys, by `kid`.
pub struct TestSigner(HashMap<String, Key>);

enum Key {
    Es256(p256::ecdsa::SigningKey),
    Rs256(Box<pkcs1v15::SigningKey<Sha256>>),
}

impl TestSigner {
    /// With these private JWKs, each under its `kid`.
    pub fn new(jwks: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self(jwks.into_iter().map(|(kid, jwk)| (kid, Key::read(&jwk))).collect())
    }
}

impl Key {
    fn read(jwk: &Value) -> Self {
        let bytes = |member: &str| {
            let text = jwk.get(member).and_then(Value::as_str).expect("a member of the JWK");
            from_base64url(text).expect("base64url")
        };
        let number = |member: &str| BigUint::from_bytes_be(&bytes(member));
        match jwk.get("kty").and_then(Value::as_str) {
            Some("EC") => Self::Es256(p256::ecdsa::SigningKey::from_slice(&bytes("d")).expect("a P-256 key")),
            Some("RSA") => {
                let primes = vec![number("p"), number("q")];
                let key = RsaPrivateKey::from_components(number("n"), number("e"), number("d"), primes);
                Self::Rs256(Box::new(pkcs1v15::SigningKey::new(key.expect("an RSA key"))))
            }
            other => panic!("not a kind of key that signs: {other:?}"),
        }
    }

    fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Es256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(bytes);
                signature.to_vec()
            }
            Self::Rs256(key) => key.sign(bytes).to_vec(),
        }
    }

    fn verify(&self, bytes: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Es256(key) => p256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verifying_key().verify(bytes, &signature).is_ok()),
            Self::Rs256(key) => {
                let key = rsa::signature::Keypair::verifying_key(key.as_ref());
                pkcs1v15::Signature::try_from(signature).is_ok_and(|signature| key.verify(bytes, &signature).is_ok())
            }
        }
    }
}

/// No hop: the real one works in the isolate.
#[async_trait]
impl Signer for TestSigner {
    async fn sign(&self, kid: &str, bytes: &[u8]) -> Stored<Vec<u8>> {
        let key = self.0.get(kid).ok_or_else(|| StorageError::new("signer", format!("no key {kid}")))?;
        Ok(key.sign(bytes))
    }

    async fn verify(&self, kid: &str, bytes: &[u8], signature: &[u8]) -> Stored<bool> {
        Ok(self.0.get(kid).is_some_and(|key| key.verify(bytes, signature)))
    }

    async fn verify_with(
        &self,
        key: &VerificationKey,
        algorithm: VerificationAlgorithm,
        bytes: &[u8],
        signature: &[u8],
    ) -> Stored<bool> {
        Ok(verify_with(&key.material(), algorithm, bytes, signature).is_some())
    }
}

/// `None` when the signature is not the key's, or the key is none.
fn verify_with(jwk: &Value, algorithm: VerificationAlgorithm, bytes: &[u8], signature: &[u8]) -> Option<()> {
    let member = |name: &str| from_base64url(jwk.get(name)?.as_str()?);
    let rsa = || RsaPublicKey::new(BigUint::from_bytes_be(&member("n")?), BigUint::from_bytes_be(&member("e")?)).ok();
    match algorithm {
        VerificationAlgorithm::Es256 => {
            let point = [&[4][..], &member("x")?, &member("y")?].concat();
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()?;
            key.verify(bytes, &p256::ecdsa::Signature::from_slice(signature).ok()?).ok()
        }
        VerificationAlgorithm::Rs256 => {
            let key = pkcs1v15::VerifyingKey::<Sha256>::new(rsa()?);
            key.verify(bytes, &pkcs1v15::Signature::try_from(signature).ok()?).ok()
        }
        VerificationAlgorithm::Ps256 => {
            let key = pss::VerifyingKey::<Sha256>::new(rsa()?);
            key.verify(bytes, &pss::Signature::try_from(signature).ok()?).ok()
        }
        VerificationAlgorithm::EdDsa => {
            let key = ed25519_dalek::VerifyingKey::from_bytes(&member("x")?.try_into().ok()?).ok()?;
            key.verify_strict(bytes, &ed25519_dalek::Signature::from_slice(signature).ok()?).ok()
        }
    }
}
