//! Sign-ins that are at a provider.

use serde::Deserialize;

use super::json;
use crate::ports::{Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

/// A sign-in that is at a provider.
#[derive(Deserialize)]
pub struct SignInState {
    /// At which.
    pub provider_id: String,
    /// PKCE verifier, nonce, and what it is for, sealed.
    pub proof: String,
    /// From when on it counts no more.
    #[serde(deserialize_with = "json::seconds")]
    pub expires_at: Timestamp,
}

/// Writes one, for one browser.
#[must_use]
pub fn insert(hash: &str, browser: &str, state: &SignInState) -> Statement {
    Statement::write(
        "INSERT INTO sign_in_states (hash, browser, provider_id, proof, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        vec![
            hash.into(),
            browser.into(),
            state.provider_id.as_str().into(),
            state.proof.as_str().into(),
            state.expires_at.into(),
        ],
    )
}

/// Takes one, if it is of this browser: so it is used once, and nobody else uses it up.
#[must_use]
pub fn take(hash: &str, browser: &str) -> Statement {
    Statement::write(
        "DELETE FROM sign_in_states WHERE hash = ?1 AND browser = ?2 RETURNING provider_id, proof, expires_at",
        vec![hash.into(), browser.into()],
    )
}

/// Reads the answer to [`take`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<SignInState>> {
    outcome.first()
}

/// Removes what is over, so many at most.
#[must_use]
pub fn delete_expired(before: Timestamp, limit: i64) -> Statement {
    Statement::write(
        "DELETE FROM sign_in_states WHERE hash IN \
         (SELECT hash FROM sign_in_states WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        vec![before.into(), limit.into()],
    )
}
