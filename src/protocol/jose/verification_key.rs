//! Public keys of others (RFC 7517): which signatures each may verify, decided by the key and never by what it verifies
//! alone (RFC 8725 section 3.1).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::protocol::digest::from_base64url;

/// NIST SP 800-131A; RFC 7518 sections 3.3 and 3.5 demand it.
const LEAST_RSA_BITS: usize = 2048;
/// Beyond it a verification costs more than a request is worth.
const MOST_RSA_BITS: usize = 4096;
/// So many keys a set may have, so that all of them can be tried on a signature that names none.
pub const MOST_KEYS: usize = 16;
/// Longest `kid`, in bytes.
const LONGEST_KID: usize = 255;
/// The members that only whoever signs may hold, or that two sides share (RFC 7518 sections 6.2.2, 6.3.2 and 6.4).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The signature algorithms that others may use towards us (RFC 7518 section 3.1, RFC 8037 section 3.1). There is no `none`
/// and no HMAC to be confused with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VerificationAlgorithm {
    /// ECDSA with P-256 and SHA-256; signatures are r ‖ s, 64 bytes.
    #[serde(rename = "ES256")]
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    #[serde(rename = "PS256")]
    Ps256,
    /// Ed25519; `Ed25519` is the same by its newer name (RFC 9864 section 2.2).
    #[serde(rename = "EdDSA", alias = "Ed25519")]
    EdDsa,
}

impl VerificationAlgorithm {
    /// The names of all, as metadata lists them.
    pub const NAMES: [&'static str; 5] = ["ES256", "RS256", "PS256", "EdDSA", "Ed25519"];

    /// As it is stored and shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Reads any of [`VerificationAlgorithm::NAMES`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "ES256" => Some(Self::Es256),
            "RS256" => Some(Self::Rs256),
            "PS256" => Some(Self::Ps256),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// A public key of somebody else, of a kind that we verify with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationKey {
    kid: Option<String>,
    alg: Option<VerificationAlgorithm>,
    material: Material,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Material {
    P256 { x: String, y: String },
    Rsa { n: String, bytes: usize },
    Ed25519 { x: String },
}

impl VerificationKey {
    /// Reads a public JWK; `None` for one that we verify nothing with: another kind or size, one for another use, one that
    /// contradicts itself, or one whose private half is there for all to read.
    #[must_use]
    pub fn read(jwk: &Value) -> Option<Self> {
        let jwk = jwk.as_object().filter(|jwk| private_member(jwk).is_none() && may_verify(jwk))?;
        let (material, fits): (_, &[VerificationAlgorithm]) = match (text(jwk, "kty")?, text(jwk, "crv")) {
            ("EC", Some("P-256")) => (p256(jwk)?, &[VerificationAlgorithm::Es256]),
            ("RSA", _) => (rsa(jwk)?, &[VerificationAlgorithm::Rs256, VerificationAlgorithm::Ps256]),
            ("OKP", Some("Ed25519")) => (ed25519(jwk)?, &[VerificationAlgorithm::EdDsa]),
            _ => return None,
        };
        let alg = match jwk.get("alg") {
            None => None,
            Some(alg) => Some(VerificationAlgorithm::parse(alg.as_str()?).filter(|alg| fits.contains(alg))?),
        };
        let kid = match jwk.get("kid") {
            None => None,
            Some(kid) => Some(kid.as_str().filter(|kid| kid.len() <= LONGEST_KID)?.to_owned()),
        };
        // A key of one algorithm only says so, whether it was said of it or not.
        Some(Self { kid, alg: alg.or_else(|| fits.first().copied().filter(|_| fits.len() == 1)), material })
    }

    /// Whether it may have made a signature with `alg` under the name `kid`, where one is given.
    #[must_use]
    pub fn suits(&self, alg: VerificationAlgorithm, kid: Option<&str>) -> bool {
        let of_its_kind = match self.alg {
            Some(own) => own == alg,
            None => matches!(alg, VerificationAlgorithm::Rs256 | VerificationAlgorithm::Ps256),
        };
        of_its_kind && kid.is_none_or(|kid| self.kid.as_deref() == Some(kid))
    }

    /// How long its signatures are, in bytes.
    #[must_use]
    pub const fn signature_bytes(&self) -> usize {
        match self.material {
            Material::P256 { .. } | Material::Ed25519 { .. } => 64,
            Material::Rsa { bytes, .. } => bytes,
        }
    }

    /// The members that make the key, and nothing that could keep it from being imported.
    #[must_use]
    pub fn material(&self) -> Value {
        self.members().into_iter().collect()
    }

    /// The key as a JWK, to be kept and read again.
    #[must_use]
    pub fn to_jwk(&self) -> Value {
        let named = [("kid", self.kid.as_deref()), ("alg", self.alg.map(VerificationAlgorithm::as_str))];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value?)));
        self.members().into_iter().chain(named).collect()
    }

    fn members(&self) -> Vec<(&'static str, &str)> {
        match &self.material {
            Material::P256 { x, y } => vec![("kty", "EC"), ("crv", "P-256"), ("x", x), ("y", y)],
            Material::Rsa { n, .. } => vec![("kty", "RSA"), ("n", n), ("e", "AQAB")],
            Material::Ed25519 { x } => vec![("kty", "OKP"), ("crv", "Ed25519"), ("x", x)],
        }
    }
}

/// The keys of a JWK Set that we can verify with; the others are passed over (RFC 7517 section 5).
///
/// # Errors
/// A sentence on why it is no set, or too large a one.
pub fn usable(set: &Map<String, Value>) -> Result<Vec<VerificationKey>, &'static str> {
    let keys = set.get("keys").and_then(Value::as_array).ok_or("a JWK Set has an array of keys")?;
    if keys.len() > MOST_KEYS {
        return Err("a JWK Set may have 16 keys here");
    }
    Ok(keys.iter().filter_map(VerificationKey::read).collect())
}

/// Whether a set holds what should have stayed with its owner: a private or a symmetric key.
#[must_use]
pub fn holds_a_secret(set: &Map<String, Value>) -> bool {
    let keys = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    keys.iter().filter_map(Value::as_object).any(|jwk| private_member(jwk).is_some() || text(jwk, "kty") == Some("oct"))
}

fn private_member(jwk: &Map<String, Value>) -> Option<&'static str> {
    PRIVATE.into_iter().find(|name| jwk.contains_key(*name))
}

/// RFC 7517 sections 4.2 and 4.3: what a key says of its use binds.
fn may_verify(jwk: &Map<String, Value>) -> bool {
    let verifies = |operations: &Value| operations.as_array().is_some_and(|all| all.iter().any(|one| one == "verify"));
    jwk.get("use").is_none_or(|usage| usage == "sig") && jwk.get("key_ops").is_none_or(verifies)
}

fn p256(jwk: &Map<String, Value>) -> Option<Material> {
    Some(Material::P256 { x: of_32_bytes(jwk, "x")?, y: of_32_bytes(jwk, "y")? })
}

fn ed25519(jwk: &Map<String, Value>) -> Option<Material> {
    Some(Material::Ed25519 { x: of_32_bytes(jwk, "x")? })
}

/// The exponent is 65537: small ones make forgeries easier, large ones make us slow.
fn rsa(jwk: &Map<String, Value>) -> Option<Material> {
    let n = text(jwk, "n").filter(|_| text(jwk, "e") == Some("AQAB"))?;
    let number = from_base64url(n)?;
    // RFC 7518 section 6.3.1.1: no leading zeros.
    let first = number.first().filter(|first| **first != 0)?;
    let bits = number.len() * 8 - first.leading_zeros() as usize;
    let bytes = number.len();
    (LEAST_RSA_BITS..=MOST_RSA_BITS).contains(&bits).then(|| Material::Rsa { n: n.to_owned(), bytes })
}

fn of_32_bytes(jwk: &Map<String, Value>, name: &str) -> Option<String> {
    let value = text(jwk, name)?;
    from_base64url(value).is_some_and(|bytes| bytes.len() == 32).then(|| value.to_owned())
}

fn text<'a>(jwk: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    jwk.get(name)?.as_str()
}

#[cfg(test)]
mod tests;
