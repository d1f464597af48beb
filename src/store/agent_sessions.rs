//! Sessions of agents, each with one account at a provider.

use serde::Deserialize;

use super::json;
use crate::ports::{Freshness, Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

/// So many wrong codes may be brought for a state: whoever copies it by hand may slip, and a provider's code may be short enough
/// to be guessed.
const MOST_TRIES: i64 = 5;

/// A session that lives, with an account that is of use.
#[derive(Deserialize)]
pub struct Living {
    /// Its end.
    #[serde(deserialize_with = "json::seconds")]
    pub ends_at: Timestamp,
    /// What was granted, parted by spaces.
    pub scopes: String,
}

/// Asks for a session.
#[must_use]
pub fn select(user_id: &str, agent_id: &str, provider_id: &str, now: Timestamp) -> Statement {
    let sql = "SELECT s.ends_at, c.scopes FROM agent_sessions s \
               JOIN connections c USING (user_id, agent_id, provider_id) \
               WHERE user_id = ?1 AND agent_id = ?2 AND provider_id = ?3 AND s.ends_at > ?4 AND c.status = 'active'";
    let values = vec![user_id.into(), agent_id.into(), provider_id.into(), now.into()];
    Statement::read(sql, values).fresh(Freshness::Primary)
}

/// Reads the answer to [`select`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read_living(outcome: &Outcome) -> Stored<Option<Living>> {
    outcome.first()
}

/// A session that begins.
pub struct Beginning<'a> {
    /// Whose agent.
    pub user_id: &'a str,
    /// Which.
    pub agent_id: &'a str,
    /// With the account at this provider.
    pub provider_id: &'a str,
    /// SHA-256 of the state that its token is given for.
    pub state_hash: &'a str,
    /// SHA-256 of the code that came with it.
    pub code_hash: &'a str,
    /// Since when.
    pub now: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Until when its token is given for the state.
    pub redeem_until: Timestamp,
}

/// Begins a session, where there is none. Fails where the agent was removed.
#[must_use]
pub fn begin(new: &Beginning<'_>) -> Statement {
    Statement::write(
        "INSERT INTO agent_sessions \
         (user_id, agent_id, provider_id, began_at, ends_at, state_hash, code_hash, redeem_until) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        vec![
            new.user_id.into(),
            new.agent_id.into(),
            new.provider_id.into(),
            new.now.into(),
            new.ends_at.into(),
            new.state_hash.into(),
            new.code_hash.into(),
            new.redeem_until.into(),
        ],
    )
}

/// What ends sessions answers them, as [`Ended`] reads them.
macro_rules! delete {
    ($which:literal) => {
        concat!(
            "DELETE FROM agent_sessions WHERE ",
            $which,
            " RETURNING user_id, agent_id, provider_id, began_at, ends_at"
        )
    };
}

/// A session that ended.
#[derive(Deserialize)]
pub struct Ended {
    /// Whose agent's it was.
    pub user_id: String,
    /// Which agent's.
    pub agent_id: String,
    /// With the account at this provider.
    pub provider_id: String,
    /// Since when.
    #[serde(deserialize_with = "json::seconds")]
    pub began_at: Timestamp,
    /// Until when at most.
    #[serde(deserialize_with = "json::seconds")]
    pub ends_at: Timestamp,
}

/// Ends a session.
#[must_use]
pub fn end_at(user_id: &str, agent_id: &str, provider_id: &str) -> Statement {
    Statement::write(
        delete!("user_id = ?1 AND agent_id = ?2 AND provider_id = ?3"),
        vec![user_id.into(), agent_id.into(), provider_id.into()],
    )
}

/// Ends all of an agent.
#[must_use]
pub fn end_of_agent(user_id: &str, agent_id: &str) -> Statement {
    Statement::write(delete!("user_id = ?1 AND agent_id = ?2"), vec![user_id.into(), agent_id.into()])
}

/// Ends that of a user's connection.
#[must_use]
pub fn end_of_connection(user_id: &str, connection_id: &str) -> Statement {
    Statement::write(
        delete!(
            "(user_id, agent_id, provider_id) IN \
             (SELECT user_id, agent_id, provider_id FROM connections WHERE id = ?2 AND user_id = ?1)"
        ),
        vec![user_id.into(), connection_id.into()],
    )
}

/// Removes those that are over, so many at most.
#[must_use]
pub fn delete_expired(before: Timestamp, limit: i64) -> Statement {
    Statement::write(
        delete!(
            "(user_id, agent_id, provider_id) IN \
             (SELECT user_id, agent_id, provider_id FROM agent_sessions WHERE ends_at < ?1 ORDER BY ends_at LIMIT ?2)"
        ),
        vec![before.into(), limit.into()],
    )
}

/// Reads the answer to whatever ends sessions.
///
/// # Errors
/// When a row cannot be understood.
pub fn read_ended(outcome: &Outcome) -> Stored<Vec<Ended>> {
    outcome.read()
}

/// What may be given for a state.
#[derive(Deserialize)]
pub struct Waiting {
    /// At which provider.
    pub provider_id: String,
    /// SHA-256 of the code that must come with it.
    pub code_hash: String,
}

/// Looks for what may be given for a state, and counts a code that is not the one that came with it.
#[must_use]
pub fn count_try(
    (user_id, agent_id): (&str, &str),
    (state_hash, code_hash): (&str, &str),
    now: Timestamp,
) -> Statement {
    Statement::write(
        "UPDATE agent_sessions SET tries = tries + (code_hash <> ?4) WHERE user_id = ?1 AND agent_id = ?2 AND state_hash = ?3 \
         AND tries < ?5 AND redeem_until > ?6 AND ends_at > ?6 RETURNING provider_id, code_hash",
        vec![user_id.into(), agent_id.into(), state_hash.into(), code_hash.into(), MOST_TRIES.into(), now.into()],
    )
}

/// Reads the answer to [`count_try`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read_waiting(outcome: &Outcome) -> Stored<Option<Waiting>> {
    outcome.first()
}

/// Uses a state up: one of all that try changes a row.
#[must_use]
pub fn use_up(user_id: &str, agent_id: &str, state_hash: &str) -> Statement {
    Statement::write(
        "UPDATE agent_sessions SET state_hash = NULL, code_hash = NULL \
         WHERE user_id = ?1 AND agent_id = ?2 AND state_hash = ?3",
        vec![user_id.into(), agent_id.into(), state_hash.into()],
    )
}
