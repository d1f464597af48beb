//! The public halves of our own signing keys, and which of them signed until when. They are few, so all are read at once.

use std::time::Duration;

use serde::Deserialize;

use super::json;
use crate::model::signing_key::{Owed, SWITCHED_WITHIN, SigningKeyRecord};
use crate::ports::{Outcome, Statement, StorageError, Stored};
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    kid: String,
    algorithm: String,
    public_key: String,
    #[serde(deserialize_with = "json::seconds")]
    first_seen_at: Timestamp,
    #[serde(deserialize_with = "json::maybe_seconds")]
    signed_from: Option<Timestamp>,
    longest_life: u64,
    #[serde(deserialize_with = "json::maybe_seconds")]
    over_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::maybe_seconds")]
    chosen_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::maybe_seconds")]
    retired_at: Option<Timestamp>,
}

/// Asks for all of them.
#[must_use]
pub fn select() -> Statement {
    Statement::read(
        "SELECT kid, algorithm, public_key, first_seen_at, signed_from, longest_life, over_at, chosen_at, retired_at \
         FROM signing_keys ORDER BY first_seen_at, kid",
        vec![],
    )
}

/// Reads the answer to [`select`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Vec<SigningKeyRecord>> {
    outcome.read::<Row>()?.into_iter().map(record).collect()
}

fn record(row: Row) -> Stored<SigningKeyRecord> {
    let algorithm = Algorithm::parse(&row.algorithm);
    Ok(SigningKeyRecord {
        algorithm: algorithm.ok_or_else(|| StorageError::new("database", "a signing key of no algorithm of ours"))?,
        public_key: json::read(&row.public_key)?,
        kid: row.kid,
        first_seen_at: row.first_seen_at,
        signed_from: row.signed_from,
        longest_life: Duration::from_secs(row.longest_life),
        over_at: row.over_at,
        chosen_at: row.chosen_at,
        retired_at: row.retired_at,
    })
}

/// Writes down what is owed before anything is signed; doing it twice, or in two isolates at once, does no harm.
#[must_use]
pub fn settle(owed: &Owed<'_>, life: Duration, now: Timestamp) -> Statement {
    match owed {
        Owed::Seen(key) => Statement::write(
            "INSERT INTO signing_keys (kid, algorithm, public_key, first_seen_at) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (kid) DO NOTHING",
            vec![
                key.kid.as_str().into(),
                key.algorithm.as_str().into(),
                json::write(&key.public_key).into(),
                now.into(),
            ],
        ),
        Owed::Signs(key) => Statement::write(
            "UPDATE signing_keys SET signed_from = COALESCE(signed_from, ?2), over_at = NULL, \
             longest_life = MAX(longest_life, ?3) WHERE kid = ?1",
            vec![key.kid.as_str().into(), now.into(), seconds(life).into()],
        ),
        Owed::Stopped(key) => Statement::write(
            "UPDATE signing_keys SET over_at = ?2 + longest_life WHERE kid = ?1 AND over_at IS NULL",
            vec![key.kid.as_str().into(), (now + SWITCHED_WITHIN).into()],
        ),
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// Chooses a key to sign, unless it was retired. Of choices within a second the later counts, too.
#[must_use]
pub fn choose(kid: &str, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE signing_keys SET chosen_at = MAX(?2, 1 + COALESCE((SELECT MAX(chosen_at) FROM signing_keys), 0)) \
         WHERE kid = ?1 AND retired_at IS NULL",
        vec![kid.into(), now.into()],
    )
}

/// Retires a key, unless it was chosen to sign since it was read.
#[must_use]
pub fn retire(key: &SigningKeyRecord, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE signing_keys SET retired_at = COALESCE(retired_at, ?2) WHERE kid = ?1 AND chosen_at IS ?3",
        vec![key.kid.as_str().into(), now.into(), key.chosen_at.into()],
    )
}

/// Forgets a key.
#[must_use]
pub fn delete(kid: &str) -> Statement {
    Statement::write("DELETE FROM signing_keys WHERE kid = ?1", vec![kid.into()])
}
