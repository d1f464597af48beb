//! What a key's state means, in words.

use crate::model::signing_key::{KeyRing, KeyState, SigningKeyRecord};
use crate::protocol::time::Timestamp;

/// What it means that the key is in this state. The moments are told beside it.
pub(super) fn explanation(ring: &KeyRing, key: &SigningKeyRecord, state: KeyState, now: Timestamp) -> String {
    match state {
        KeyState::Signing => signing(ring, key, now),
        KeyState::Published => published(key, now).to_owned(),
        KeyState::Old | KeyState::Over => {
            "It is in no slot any more. Its public half stays published until the last token that it \
                                           signed is over."
                .to_owned()
        }
        KeyState::Retired => {
            "It is not published, and no token that it signed is accepted. It never signs again, so its slot \
                              may be overwritten."
                .to_owned()
        }
    }
}

fn signing(ring: &KeyRing, key: &SigningKeyRecord, now: Timestamp) -> String {
    let algorithm = key.algorithm.as_str();
    let others = ring.iter(now).map(|(other, _)| other).filter(|other| other.algorithm == key.algorithm);
    let chosen = others.filter(|other| other.chosen_at.is_some()).max_by_key(|other| other.chosen_at);
    match chosen {
        Some(chosen) if chosen.kid == key.kid => format!("It signs by {algorithm}: an administrator promoted it."),
        Some(chosen) => {
            format!("It signs by {algorithm} in place of {}, which was promoted and cannot sign any more.", chosen.kid)
        }
        None => format!("It signs by {algorithm}: the first such key of the settings, as none was promoted."),
    }
}

fn published(key: &SigningKeyRecord, now: Timestamp) -> &'static str {
    match key.signed_from {
        Some(_) if key.over_at.is_some_and(|over_at| over_at <= now) => {
            "It signed once, and the last token that it signed is over. Its slot may be overwritten."
        }
        Some(_) => {
            "It signed until another took over. Its slot may be overwritten: its public half stays published until the last \
             token that it signed is over."
        }
        None if key.promotable_from() <= now => {
            "It has not signed yet. Whoever verifies may know it by now: it may be promoted."
        }
        None => {
            "It has not signed yet. Whoever verifies may keep the set without it for some minutes: promote it then."
        }
    }
}
