//! The keys of clients: columns of their rows, so that they are read with them and shared by all isolates.

use serde_json::{Map, Value, json};

use super::json;
use crate::model::client_keys::{ASKED_AHEAD, ASKED_EVERY, ClientKeys, FetchedKeys, KeySource};
use crate::ports::{Statement, Stored, Value as Bound};
use crate::protocol::jose::verification_key::{self, VerificationAlgorithm, VerificationKey};
use crate::protocol::time::Timestamp;

/// The columns that hold keys, for the reader of a client's row.
pub(super) struct KeyColumns {
    pub jwks: Option<String>,
    pub jwks_uri: Option<String>,
    pub algorithm: Option<VerificationAlgorithm>,
    pub fetched: Option<String>,
    pub fetched_at: Option<Timestamp>,
}

impl KeyColumns {
    /// The client's keys, if it has any.
    pub fn read(self) -> Stored<Option<ClientKeys>> {
        let algorithm = self.algorithm;
        let source = match (self.jwks, self.jwks_uri) {
            (Some(jwks), _) => KeySource::Registered(json::read(&jwks)?),
            (None, Some(uri)) => KeySource::At { uri, fetched: fetched(self.fetched, self.fetched_at)? },
            (None, None) => return Ok(None),
        };
        Ok(Some(ClientKeys { source, algorithm }))
    }
}

fn fetched(set: Option<String>, at: Option<Timestamp>) -> Stored<Option<FetchedKeys>> {
    let (Some(set), Some(at)) = (set, at) else { return Ok(None) };
    let set: Map<String, Value> = json::read(&set)?;
    Ok(Some(FetchedKeys { keys: verification_key::usable(&set).unwrap_or_default(), at }))
}

/// The values of the columns `jwks`, `jwks_uri` and `token_endpoint_auth_signing_alg`.
pub(super) fn bound(keys: Option<&ClientKeys>) -> [Bound; 3] {
    let algorithm = keys.and_then(|keys| keys.algorithm).map(VerificationAlgorithm::as_str);
    [
        keys.and_then(ClientKeys::jwks).map(json::write).into(),
        keys.and_then(ClientKeys::jwks_uri).into(),
        algorithm.into(),
    ]
}

/// Has a confidential client prove itself by these keys from now on, and by no secret; or, without any, by a secret that is
/// yet to be made. What was fetched from another address is gone.
#[must_use]
pub fn replace(id: &str, keys: Option<&ClientKeys>) -> Statement {
    let [jwks, jwks_uri, algorithm] = bound(keys);
    Statement::write(
        "UPDATE clients SET jwks = ?2, jwks_uri = ?3, token_endpoint_auth_signing_alg = ?4, secret_hash = NULL, \
         fetched_keys = CASE WHEN jwks_uri IS ?3 THEN fetched_keys END, \
         fetched_keys_at = CASE WHEN jwks_uri IS ?3 THEN fetched_keys_at END, \
         keys_asked_until = CASE WHEN jwks_uri IS ?3 THEN keys_asked_until ELSE 0 END \
         WHERE id = ?1 AND type = 'confidential'",
        vec![id.into(), jwks, jwks_uri, algorithm],
    )
}

/// Takes the right to ask a client's `jwks_uri` now. Each time uses a minute up, and one may be used up ahead: so two that are
/// close together change the row, and of all others one a minute.
#[must_use]
pub fn claim_asking(id: &str, uri: &str, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE clients SET keys_asked_until = MAX(keys_asked_until, ?3) + ?4 \
         WHERE id = ?1 AND jwks_uri = ?2 AND keys_asked_until <= ?5",
        vec![id.into(), uri.into(), now.into(), ASKED_EVERY.into(), (now + ASKED_AHEAD).into()],
    )
}

/// Keeps what was found at a client's `jwks_uri`, unless it has moved meanwhile.
#[must_use]
pub fn keep(id: &str, uri: &str, keys: &[VerificationKey], now: Timestamp) -> Statement {
    let set = json!({ "keys": keys.iter().map(VerificationKey::to_jwk).collect::<Vec<_>>() });
    Statement::write(
        "UPDATE clients SET fetched_keys = ?3, fetched_keys_at = ?4 WHERE id = ?1 AND jwks_uri = ?2",
        vec![id.into(), uri.into(), set.to_string().into(), now.into()],
    )
}
