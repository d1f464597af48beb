//! Which of our keys sign, and which verify what they signed. The private halves are in the settings; the rest is in D1, so that
//! all isolates agree, and so that the tokens of a key can be verified when its slot has been overwritten.
//!
//! An isolate signs with a key only while it knows, from the last 30 s, that the database has the key as one that signs. So
//! whoever writes down when the last token of a key is over knows that nothing is signed with it half a minute later.

mod explain;
pub mod manage;

use std::sync::Arc;

use log::Level;
use serde_json::{Value, json};

use super::errors::log_failure;
use crate::app::{App, log_line};
use crate::model::signing_key::{KeyRing, Owed, SigningKeyRecord};
use crate::ports::{Freshness, Outcome, Statement, StorageError, Stored};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::jose::jws::Unverified;
use crate::protocol::jose::verification_key::{VerificationAlgorithm, VerificationKey};
use crate::protocol::time::Timestamp;
use crate::store::signing_keys;

const KEY: &str = "";
/// Isolates of two deployments may see different keys at the same time. Neither goes on before its own are written down, and
/// neither tries for ever.
const SETTLING_TRIES: usize = 3;

/// The keys as they were within the last 30 s.
///
/// # Errors
/// When the database fails.
pub async fn known(app: &App, now: Timestamp) -> Stored<Arc<KeyRing>> {
    match app.signing_keys.get(KEY, now) {
        Some(known) => Ok(known),
        None => load(app, now, Freshness::Replica).await,
    }
}

/// The keys as they are now. What is not written down of those that sign, is.
///
/// # Errors
/// When the database fails.
pub async fn load(app: &App, now: Timestamp, freshness: Freshness) -> Stored<Arc<KeyRing>> {
    let life = app.config.access_ttl;
    let mut ring = ring(app, &app.database.run(signing_keys::select().fresh(freshness)).await?, now)?;
    for _ in 0..SETTLING_TRIES {
        let owed: Vec<Statement> = ring.owed(life).map(|owed| settled(&owed, app, now)).collect();
        if owed.is_empty() {
            let ring = Arc::new(ring);
            app.signing_keys.put(KEY, Arc::clone(&ring), now);
            return Ok(ring);
        }
        let outcomes = app.database.batch(owed.into_iter().chain([signing_keys::select()]).collect()).await?;
        ring = self::ring(app, &outcomes.into_iter().last().unwrap_or_default(), now)?;
    }
    Err(StorageError::new("database", "the signing keys are changed by somebody else all the time"))
}

fn settled(owed: &Owed<'_>, app: &App, now: Timestamp) -> Statement {
    if let Owed::Signs(key) = owed
        && (key.signed_from.is_none() || key.over_at.is_some())
    {
        log_line(Level::Warn, "signing_key", json!({ "kid": key.kid, "alg": key.algorithm }));
    }
    signing_keys::settle(owed, app.config.access_ttl, now)
}

fn ring(app: &App, outcome: &Outcome, now: Timestamp) -> Stored<KeyRing> {
    let in_slots = app.config.signing_keys.iter().map(|key| {
        let public_key = serde_json::to_value(&key.public).unwrap_or_default();
        SigningKeyRecord::new(key.kid.clone(), key.algorithm, public_key, now.floor_to_second())
    });
    Ok(KeyRing::new(signing_keys::read(outcome)?, in_slots.collect(), now))
}

/// The name of the key that signs by this algorithm.
///
/// # Errors
/// `server_error` when none does any more, `temporarily_unavailable` when the database fails.
pub async fn signing(app: &App, now: Timestamp, algorithm: Algorithm) -> Result<String, OAuthError> {
    let ring = known(app, now).await?;
    let none = || {
        OAuthError::server_error("the token could not be signed")
            .detail(format!("no {} key that is not retired is in a slot", algorithm.as_str()))
    };
    ring.signing(algorithm).map(|key| key.kid.clone()).ok_or_else(none)
}

/// The algorithm of our key that made this token's signature; `None`: none did. The key's name in the token selects the key, and
/// the key decides the algorithm: `alg` of the token decides nothing (RFC 8725 3.1). Whether the key was retired is to be asked
/// by [`stands`], beside something else: a key in a slot costs no hop here.
///
/// # Errors
/// `temporarily_unavailable` when the key cannot be used, or the database fails.
pub async fn verify(app: &App, now: Timestamp, token: &Unverified) -> Result<Option<Algorithm>, OAuthError> {
    if let Some(key) = app.config.signing_keys.find(token.kid()) {
        let good = app.signer.verify(&key.kid, token.signing_input(), token.signature()).await?;
        return Ok(good.then_some(key.algorithm));
    }
    let Some((key, algorithm)) = overwritten(app, now, token.kid()).await? else { return Ok(None) };
    let Some(verifying) = VerificationAlgorithm::parse(algorithm.as_str()) else { return Ok(None) };
    let good = app.signer.verify_with(&key, verifying, token.signing_input(), token.signature()).await?;
    Ok(good.then_some(algorithm))
}

/// The public half of a key that is in no slot any more. One that is not known is asked of the primary: it may have begun to sign
/// a moment ago, in a newer deployment.
async fn overwritten(app: &App, now: Timestamp, kid: &str) -> Stored<Option<(VerificationKey, Algorithm)>> {
    let mut ring = known(app, now).await?;
    if ring.find(kid).is_none() {
        ring = load(app, now, Freshness::Primary).await?;
    }
    let found = ring.find(kid);
    Ok(found.and_then(|key| Some((VerificationKey::read(&key.public_key)?, key.algorithm))))
}

/// Whether what the key signed still counts: nobody has retired it.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn stands(app: &App, now: Timestamp, kid: &str) -> Result<bool, OAuthError> {
    Ok(known(app, now).await?.stands(kid))
}

/// The set that verifiers go by, and whether it is whole: when the database fails, it has the keys of the settings, which nearly
/// every token is signed with.
pub async fn published(app: &App, now: Timestamp) -> (Vec<Value>, bool) {
    match known(app, now).await {
        Ok(ring) => (ring.published(now).cloned().collect(), true),
        Err(error) => {
            log_failure("signing_keys_not_read", &error);
            let in_slots = app.config.signing_keys.iter().map(|key| &key.public);
            (in_slots.filter_map(|key| serde_json::to_value(key).ok()).collect(), false)
        }
    }
}

/// Forgets keys that nothing needs any more, and notices changes that no request brought to light. Answers how many went.
///
/// # Errors
/// When the database fails.
pub async fn clean_up(app: &App, now: Timestamp) -> Stored<u64> {
    let ring = load(app, now, Freshness::Primary).await?;
    // ID tokens are hints after they are over, for as long as a session may last.
    let statements: Vec<_> = ring.forgettable(now - app.config.session.absolute).map(signing_keys::delete).collect();
    if statements.is_empty() {
        return Ok(0);
    }
    let outcomes = app.database.batch(statements).await?;
    app.signing_keys.clear();
    Ok(outcomes.iter().map(|outcome| outcome.changes).sum())
}
