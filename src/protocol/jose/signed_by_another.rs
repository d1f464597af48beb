//! How a JWT of somebody else says that it is signed, before anybody has looked: the assertions of clients, the ID tokens of
//! providers.

use super::verification_key::{VerificationAlgorithm, VerificationKey};

/// A signature that nobody has checked yet, and what it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedByAnother {
    algorithm: VerificationAlgorithm,
    kid: Option<String>,
    signing_input: String,
    signature: Vec<u8>,
}

/// A JWT in its parts (RFC 7515 section 7.1).
pub(super) struct Parts<'a> {
    pub signing_input: &'a str,
    pub header: &'a str,
    pub claims: &'a str,
    pub signature: &'a str,
}

impl<'a> Parts<'a> {
    /// `None` for a text that has no three parts.
    pub fn of(token: &'a str) -> Option<Self> {
        let (signing_input, signature) = token.rsplit_once('.')?;
        let (header, claims) = signing_input.split_once('.')?;
        Some(Self { signing_input, header, claims, signature })
    }
}

impl SignedByAnother {
    pub(super) fn new(
        algorithm: VerificationAlgorithm,
        kid: Option<String>,
        signing_input: &str,
        signature: Vec<u8>,
    ) -> Self {
        Self { algorithm, kid, signing_input: signing_input.to_owned(), signature }
    }

    /// The algorithm it is said to be signed with. Only a key that is for this algorithm may be found by it.
    #[must_use]
    pub const fn algorithm(&self) -> VerificationAlgorithm {
        self.algorithm
    }

    /// The name of the key that is said to have signed it, if it says one.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The bytes that were signed.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// The signature over them.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Whether this key may have made it: a name selects keys; without one, each that is for the algorithm may have.
    #[must_use]
    pub fn may_be_by(&self, key: &VerificationKey) -> bool {
        key.suits(self.algorithm, self.kid()) && key.signature_bytes() == self.signature.len()
    }
}
