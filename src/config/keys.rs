//! The keys in the operator's secrets: JWK Sets (RFC 7517 section 5), two slots each.

use serde_json::Value;

use super::settings::Settings;
use super::{ConfigError, Secret};
use crate::protocol::digest::from_base64url;
use crate::protocol::jose::jwk::{Algorithm, PublicJwk};
use crate::protocol::jose::private_jwk;
use crate::protocol::json::from_text;

/// A key that signs tokens.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Its name: the RFC 7638 thumbprint.
    pub kid: String,
    /// The one algorithm it is used with.
    pub algorithm: Algorithm,
    /// The half that is published.
    pub public: PublicJwk,
    /// The private JWK, with the members that WebCrypto imports and no others.
    pub private: Secret<Value>,
    /// The setting that holds it; of both the first.
    pub slot: &'static str,
}

/// The keys of both slots, in the order of the settings. Which of them sign is decided elsewhere.
#[derive(Clone, Debug)]
pub struct SigningKeys(Vec<SigningKey>);

impl SigningKeys {
    pub(super) fn read<F: Fn(&str) -> Option<String>>(settings: &Settings<F>) -> Result<Self, ConfigError> {
        const FIRST: &str = "SIGNING_KEYS";
        const NEXT: &str = "SIGNING_KEYS_NEXT";
        let mut keys = signing_keys(FIRST, &required(settings, FIRST)?)?;
        if !keys.iter().any(|key| key.algorithm == Algorithm::Es256) {
            return Err(ConfigError::new(FIRST, "must hold an ES256 key (kty EC, crv P-256): it signs access tokens"));
        }
        if let Some(text) = settings.text(NEXT) {
            // A key moves from one slot to the other by being in both for a while.
            let next = signing_keys(NEXT, &text)?;
            let new: Vec<SigningKey> =
                next.into_iter().filter(|key| !keys.iter().any(|known| known.kid == key.kid)).collect();
            keys.extend(new);
        }
        Ok(Self(keys))
    }

    /// Whether there is a key for this algorithm.
    #[must_use]
    pub fn has(&self, algorithm: Algorithm) -> bool {
        self.0.iter().any(|key| key.algorithm == algorithm)
    }

    /// The key with this name.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.0.iter().find(|key| key.kid == kid)
    }

    /// All keys.
    pub fn iter(&self) -> impl Iterator<Item = &SigningKey> {
        self.0.iter()
    }
}

/// A key that seals what leaves us and must come back as it was: 256 bits for AES-GCM.
#[derive(Clone, Debug)]
pub struct EncryptionKey {
    /// Its name, written in front of what it sealed.
    pub kid: String,
    /// The key.
    pub key: Secret<[u8; 32]>,
}

/// The first key seals, all of them open.
#[derive(Clone, Debug)]
pub struct EncryptionKeys {
    first: EncryptionKey,
    others: Vec<EncryptionKey>,
}

impl EncryptionKeys {
    pub(super) fn read<F: Fn(&str) -> Option<String>>(settings: &Settings<F>) -> Result<Self, ConfigError> {
        const FIRST: &str = "ENCRYPTION_KEYS";
        const NEXT: &str = "ENCRYPTION_KEYS_NEXT";
        let mut keys = encryption_keys(FIRST, &required(settings, FIRST)?)?.into_iter();
        let first = keys.next().ok_or_else(|| ConfigError::new(FIRST, "must hold at least one key"))?;
        let mut others: Vec<EncryptionKey> = keys.collect();
        if let Some(text) = settings.text(NEXT) {
            for key in encryption_keys(NEXT, &text)? {
                match std::iter::once(&first).chain(&others).find(|known| known.kid == key.kid) {
                    Some(known) if known.key == key.key => {}
                    Some(_) => return Err(ConfigError::new(NEXT, "has a kid that another key of ENCRYPTION_KEYS has")),
                    None => others.push(key),
                }
            }
        }
        Ok(Self { first, others })
    }

    /// The key that seals.
    #[must_use]
    pub const fn first(&self) -> &EncryptionKey {
        &self.first
    }

    /// The key with this name.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&EncryptionKey> {
        std::iter::once(&self.first).chain(&self.others).find(|key| key.kid == kid)
    }
}

fn required<F: Fn(&str) -> Option<String>>(
    settings: &Settings<F>,
    setting: &'static str,
) -> Result<String, ConfigError> {
    let advice = format!("is missing; run `make keys`, then `wrangler secret put {setting}` with what it prints");
    settings.text(setting).ok_or_else(|| ConfigError::new(setting, advice))
}

/// The members of a JWK Set. What a parser says of wrong JSON may quote it, and this is a secret: only the place is
/// told.
fn members(setting: &'static str, text: &str) -> Result<Vec<Value>, ConfigError> {
    let mut set: Value = from_text(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        ConfigError::new(setting, format!("is not JSON (line {line}, column {column}); `make keys` prints a JWK Set"))
    })?;
    match set.get_mut("keys").map(Value::take) {
        Some(Value::Array(keys)) if !keys.is_empty() => Ok(keys),
        _ => Err(ConfigError::new(setting, "must be a JWK Set with at least one key: {\"keys\": [{…}]}")),
    }
}

/// An error that says which key of the set is meant, counted from 1.
fn wrong_key(setting: &'static str, index: usize, problem: &str) -> ConfigError {
    ConfigError::new(setting, format!("key {} is wrong: {problem}", index + 1))
}

fn signing_keys(setting: &'static str, text: &str) -> Result<Vec<SigningKey>, ConfigError> {
    let mut keys: Vec<SigningKey> = Vec::new();
    for (index, jwk) in members(setting, text)?.iter().enumerate() {
        let (public, private) = private_jwk::read(jwk).map_err(|problem| wrong_key(setting, index, problem))?;
        if keys.iter().any(|key| key.kid == public.kid()) {
            return Err(wrong_key(setting, index, "it is there twice"));
        }
        let (kid, algorithm) = (public.kid().to_owned(), public.algorithm());
        keys.push(SigningKey { kid, algorithm, public, private: Secret::new(private), slot: setting });
    }
    Ok(keys)
}

fn encryption_keys(setting: &'static str, text: &str) -> Result<Vec<EncryptionKey>, ConfigError> {
    let mut keys: Vec<EncryptionKey> = Vec::new();
    for (index, jwk) in members(setting, text)?.iter().enumerate() {
        let key = encryption_key(jwk).map_err(|problem| wrong_key(setting, index, problem))?;
        if keys.iter().any(|known| known.kid == key.kid) {
            return Err(wrong_key(setting, index, "its kid is there twice"));
        }
        keys.push(key);
    }
    Ok(keys)
}

/// A symmetric JWK (RFC 7518 section 6.4). Its name is given, not computed: a thumbprint of a secret says something
/// of it (RFC 7638 section 7).
fn encryption_key(jwk: &Value) -> Result<EncryptionKey, &'static str> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    if text("kty") != Some("oct") {
        return Err("its kty is oct");
    }
    let kid = text("kid").filter(|kid| {
        (1..=64).contains(&kid.len()) && kid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    });
    let kid = kid.ok_or("it has a kid of 1 to 64 letters, digits, - or _")?.to_owned();
    let key = text("k").and_then(from_base64url).and_then(|key| key.try_into().ok());
    let key = key.ok_or("its k is 256 bits (32 bytes) in base64url")?;
    Ok(EncryptionKey { kid, key: Secret::new(key) })
}
