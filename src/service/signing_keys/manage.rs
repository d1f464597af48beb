//! The signing keys as administrators see and change them.

use serde_json::Value;

use super::explain::explanation;
use super::{load, ring};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::signing_key::{KeyRing, KeyState, SigningKeyRecord};
use crate::ports::{Freshness, Statement, Stored};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::time::Timestamp;
use crate::service::errors::log_failure;
use crate::store::signing_keys as store;

/// A key as administrators see it.
#[derive(Clone, Debug)]
pub struct ShownKey {
    /// Its name.
    pub kid: String,
    /// What it is used with.
    pub algorithm: Algorithm,
    /// What it does.
    pub state: KeyState,
    /// The setting that holds it.
    pub slot: Option<&'static str>,
    /// Since when it is so: it signs, is published, is retired; for an old one, since when it signed.
    pub since: Timestamp,
    /// When the last token that it signed is over, if it signed and stopped.
    pub until: Option<Timestamp>,
    /// From when on a published key may be promoted.
    pub promotable_from: Option<Timestamp>,
    /// What that means, in words.
    pub explanation: String,
    /// Its public half, as the JWK Set has it.
    pub public_key: Value,
}

/// Lists the keys: those in slots in the order of the settings, then those whose tokens still live, and the retired ones.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn list(app: &App, context: &Context) -> Result<Vec<ShownKey>, OAuthError> {
    let ring = load(app, context.now(), Freshness::Primary).await?;
    let shown = ring.iter(context.now()).filter(|(_, state)| *state != KeyState::Over);
    Ok(shown.map(|(key, state)| show(app, context, &ring, key, state)).collect())
}

/// Lets a key sign from now on, in place of the one that signs by its algorithm; all isolates do within 30 s. One that signs goes on,
/// chosen.
///
/// # Errors
/// `not_found`; `conflict` for a key that is in no slot or retired, or was published too short a time ago to be known to
/// everybody who verifies.
pub async fn promote(app: &App, context: &Context, actor: &str, kid: &str) -> Result<ShownKey, OAuthError> {
    let now = context.now();
    let ring = load(app, now, Freshness::Primary).await?;
    let (key, state) = find(&ring, now, kid)?;
    match state {
        KeyState::Retired => return Err(OAuthError::conflict(RETIRED)),
        KeyState::Old | KeyState::Over => return Err(OAuthError::conflict(NOWHERE)),
        KeyState::Published if now < key.promotable_from() => {
            let text = format!(
                "this key is published since {} only, and whoever verifies may not know it yet; promote it at {} or later",
                key.first_seen_at.rfc3339(),
                key.promotable_from().rfc3339(),
            );
            return Err(OAuthError::conflict(text));
        }
        KeyState::Published | KeyState::Signing => {}
    }
    let changed = change(app, now, store::choose(kid, now)).await?;
    let ring = changed.ok_or_else(|| OAuthError::conflict(RETIRED))?;
    context.record(Happening::done(EventKind::SigningKeyPromoted).by(actor).because(named(key)));
    shown_anew(app, context, &ring, kid)
}

/// Takes a key back that does not sign: it is not published any more, and nothing that it signed is good, at this server within
/// 30 s.
///
/// # Errors
/// `not_found`; `conflict` for the key that signs.
pub async fn retire(app: &App, context: &Context, actor: &str, kid: &str) -> Result<ShownKey, OAuthError> {
    let ring = load(app, context.now(), Freshness::Primary).await?;
    let (key, state) = find(&ring, context.now(), kid)?;
    if state == KeyState::Signing {
        return Err(OAuthError::conflict("this key signs; promote another one for its algorithm first"));
    }
    let changed = change(app, context.now(), store::retire(key, context.now())).await?;
    let ring = changed.ok_or_else(|| OAuthError::conflict("this key was promoted meanwhile"))?;
    if state != KeyState::Retired {
        context.record(Happening::done(EventKind::SigningKeyRetired).by(actor).because(named(key)));
    }
    shown_anew(app, context, &ring, kid)
}

/// Changes a key, and answers how all are then; `None` when that key may not be changed so any more. What follows from it, that one
/// signs and another has stopped, is written down at once, or by whoever needs the keys next.
async fn change(app: &App, now: Timestamp, statement: Statement) -> Stored<Option<KeyRing>> {
    let outcomes = app.database.batch(vec![statement, store::select()]).await?;
    app.signing_keys.clear();
    let [changed, rows] = outcomes.as_slice() else { return Ok(None) };
    if changed.changes == 0 {
        return Ok(None);
    }
    let ring = ring(app, rows, now)?;
    if let Err(error) = load(app, now, Freshness::Primary).await {
        log_failure("signing_keys_not_read", &error);
    }
    Ok(Some(ring))
}

const RETIRED: &str = "this key is retired, and never signs again";
const NOWHERE: &str = "this key is in neither SIGNING_KEYS nor SIGNING_KEYS_NEXT any more, so it cannot sign";

fn find<'a>(ring: &'a KeyRing, now: Timestamp, kid: &str) -> Result<(&'a SigningKeyRecord, KeyState), OAuthError> {
    let nowhere = || OAuthError::not_found("there is no signing key of this kid");
    ring.iter(now).find(|(key, _)| key.kid == kid).ok_or_else(nowhere)
}

fn named(key: &SigningKeyRecord) -> String {
    format!("{} {}", key.algorithm.as_str(), key.kid)
}

fn shown_anew(app: &App, context: &Context, ring: &KeyRing, kid: &str) -> Result<ShownKey, OAuthError> {
    let (key, state) = find(ring, context.now(), kid)?;
    Ok(show(app, context, ring, key, state))
}

fn show(app: &App, context: &Context, ring: &KeyRing, key: &SigningKeyRecord, state: KeyState) -> ShownKey {
    let in_slot = app.config.signing_keys.find(&key.kid);
    let since = match state {
        KeyState::Signing => key.chosen_at.or(key.signed_from),
        KeyState::Published => None,
        KeyState::Old | KeyState::Over => key.signed_from,
        KeyState::Retired => key.retired_at,
    };
    ShownKey {
        kid: key.kid.clone(),
        algorithm: key.algorithm,
        state,
        slot: in_slot.map(|key| key.slot),
        since: since.unwrap_or(key.first_seen_at),
        until: key.over_at.filter(|_| state != KeyState::Signing),
        promotable_from: (state == KeyState::Published).then(|| key.promotable_from()),
        explanation: explanation(ring, key, state, context.now()),
        public_key: key.public_key.clone(),
    }
}
