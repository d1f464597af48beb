//! The keys that sign our tokens, as they are remembered: which of them signs, and how long each is published.
//!
//! The private halves are in the two slots of the settings, and nowhere else. What is remembered of a key is written before its
//! first signature, so that its tokens can be verified when its slot has been overwritten.

use std::time::Duration;

use serde_json::Value;

use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::time::Timestamp;

/// For so long others may keep the set of published keys.
pub const SET_MAX_AGE: Duration = Duration::from_mins(5);
/// A key is promoted when it has been published for so long: everybody knows it who keeps the set as long as they may, and
/// a minute is for a deployment to reach every place.
pub const PUBLISHED_BEFORE: Duration = SET_MAX_AGE.saturating_add(Duration::from_mins(1));
/// So long after another took over, a key may have signed its last token: the half minute for which isolates go by what they
/// read, and five minutes for clocks and replicas that lag.
pub const SWITCHED_WITHIN: Duration = Duration::from_secs(330);

/// What is remembered of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKeyRecord {
    /// Its name: the RFC 7638 thumbprint.
    pub kid: String,
    /// The one algorithm it is used with.
    pub algorithm: Algorithm,
    /// The half that is published, as the JWK Set has it.
    pub public_key: Value,
    /// When it was first seen in a slot: since then it is published.
    pub first_seen_at: Timestamp,
    /// Since when it signs, or first did.
    pub signed_from: Option<Timestamp>,
    /// Of the tokens that it signed.
    pub longest_life: Duration,
    /// When the last token that it signed is over; `None` while it signs, and when it never did.
    pub over_at: Option<Timestamp>,
    /// When an administrator last promoted it.
    pub chosen_at: Option<Timestamp>,
    /// When an administrator retired it.
    pub retired_at: Option<Timestamp>,
}

impl SigningKeyRecord {
    /// A key that is seen for the first time.
    #[must_use]
    pub const fn new(kid: String, algorithm: Algorithm, public_key: Value, now: Timestamp) -> Self {
        Self {
            kid,
            algorithm,
            public_key,
            first_seen_at: now,
            signed_from: None,
            longest_life: Duration::ZERO,
            over_at: None,
            chosen_at: None,
            retired_at: None,
        }
    }

    /// From when on it may be promoted: see [`PUBLISHED_BEFORE`].
    #[must_use]
    pub fn promotable_from(&self) -> Timestamp {
        self.first_seen_at + PUBLISHED_BEFORE
    }

    /// Whether a token that it signed may live.
    fn has_tokens(&self, now: Timestamp) -> bool {
        self.signed_from.is_some() && self.over_at.is_none_or(|over_at| now < over_at)
    }
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It signs, and is published.
    Signing,
    /// It is in a slot and published.
    Published,
    /// It is in no slot any more, and published until the last token that it signed is over.
    Old,
    /// An administrator took it back: it is not published, and nothing that it signed is good.
    Retired,
    /// It is in no slot any more, and no token of it lives.
    Over,
}

impl KeyState {
    /// As it is shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signing => "signing",
            Self::Published => "published",
            Self::Old => "old",
            Self::Retired => "retired",
            Self::Over => "over",
        }
    }
}

/// What must be written down before anything is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owed<'a> {
    /// The key is seen for the first time.
    Seen(&'a SigningKeyRecord),
    /// The key signs.
    Signs(&'a SigningKeyRecord),
    /// The key signs no more.
    Stopped(&'a SigningKeyRecord),
}

#[derive(Clone, Debug)]
struct Key {
    record: SigningKeyRecord,
    in_slot: bool,
    is_new: bool,
    signs: bool,
}

/// All keys that are remembered or in a slot, at one moment: those in slots first, in the order of the settings.
#[derive(Clone, Debug)]
pub struct KeyRing(Vec<Key>);

impl KeyRing {
    /// From what is remembered and what is in the slots, the latter as [`SigningKeyRecord::new`] makes it. Of each algorithm that
    /// key signs which was promoted last, of those in a slot that were not retired; else the first in the settings that has been
    /// published for long enough; else the first.
    #[must_use]
    pub fn new(mut remembered: Vec<SigningKeyRecord>, in_slots: Vec<SigningKeyRecord>, now: Timestamp) -> Self {
        let mut keys: Vec<Key> = Vec::with_capacity(remembered.len() + in_slots.len());
        for new in in_slots {
            let known = remembered.iter().position(|known| known.kid == new.kid).map(|index| remembered.remove(index));
            let is_new = known.is_none();
            keys.push(Key { record: known.unwrap_or(new), in_slot: true, is_new, signs: false });
        }
        let old = remembered.into_iter().map(|record| Key { record, in_slot: false, is_new: false, signs: false });
        keys.extend(old);
        let signing = [Algorithm::Es256, Algorithm::Rs256].map(|algorithm| signing(&keys, algorithm, now));
        for kid in signing.into_iter().flatten() {
            keys.iter_mut().filter(|key| key.record.kid == kid).for_each(|key| key.signs = true);
        }
        Self(keys)
    }

    /// What is not written down yet, or otherwise, when tokens live for `life`.
    pub fn owed(&self, life: Duration) -> impl Iterator<Item = Owed<'_>> {
        let seen = self.0.iter().filter(|key| key.is_new).map(|key| Owed::Seen(&key.record));
        let changed = self.0.iter().filter_map(move |key| {
            let record = &key.record;
            let is_marked = record.signed_from.is_some() && record.over_at.is_none();
            match key.signs {
                true if !is_marked || record.longest_life < life => Some(Owed::Signs(record)),
                false if is_marked => Some(Owed::Stopped(record)),
                _ => None,
            }
        });
        seen.chain(changed)
    }

    /// The key that signs by this algorithm.
    #[must_use]
    pub fn signing(&self, algorithm: Algorithm) -> Option<&SigningKeyRecord> {
        self.0.iter().find(|key| key.signs && key.record.algorithm == algorithm).map(|key| &key.record)
    }

    /// What verifiers may know: every key in a slot, and those whose tokens may still live.
    pub fn published(&self, now: Timestamp) -> impl Iterator<Item = &Value> {
        let states = [KeyState::Signing, KeyState::Published, KeyState::Old];
        self.iter(now).filter(move |(_, state)| states.contains(state)).map(|(record, _)| &record.public_key)
    }

    /// The key with this name.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&SigningKeyRecord> {
        self.0.iter().find(|key| key.record.kid == kid).map(|key| &key.record)
    }

    /// Whether what the key signed counts: nobody has retired it.
    #[must_use]
    pub fn stands(&self, kid: &str) -> bool {
        self.find(kid).is_some_and(|key| key.retired_at.is_none())
    }

    /// Each key, and what it does.
    pub fn iter(&self, now: Timestamp) -> impl Iterator<Item = (&SigningKeyRecord, KeyState)> {
        self.0.iter().map(move |key| (&key.record, state(key, now)))
    }

    /// The names of those that are in no slot and that nothing needs any more: no token of them lives at `moment`. A retired one is
    /// never forgotten: it must not sign again when somebody puts it back.
    pub fn forgettable(&self, moment: Timestamp) -> impl Iterator<Item = &str> {
        let unused = move |key: &&Key| {
            let since = key.record.signed_from.map_or(Some(key.record.first_seen_at), |_| key.record.over_at);
            !key.in_slot && key.record.retired_at.is_none() && since.is_some_and(|since| since <= moment)
        };
        self.0.iter().filter(unused).map(|key| key.record.kid.as_str())
    }
}

fn state(key: &Key, now: Timestamp) -> KeyState {
    match key {
        Key { record, .. } if record.retired_at.is_some() => KeyState::Retired,
        Key { signs: true, .. } => KeyState::Signing,
        Key { in_slot: true, .. } => KeyState::Published,
        Key { record, .. } if record.has_tokens(now) => KeyState::Old,
        _ => KeyState::Over,
    }
}

fn signing(keys: &[Key], algorithm: Algorithm, now: Timestamp) -> Option<String> {
    let may_sign = |key: &&Key| key.in_slot && key.record.retired_at.is_none() && key.record.algorithm == algorithm;
    let usable = || keys.iter().filter(may_sign).map(|key| &key.record);
    let chosen = usable().filter(|key| key.chosen_at.is_some()).max_by_key(|key| key.chosen_at);
    let known = || usable().find(|key| key.promotable_from() <= now);
    chosen.or_else(known).or_else(|| usable().next()).map(|key| key.kid.clone())
}

#[cfg(test)]
mod tests;
