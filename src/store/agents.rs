//! Agents of users.

use serde::Deserialize;

use super::json;
use crate::model::agent::{Agent, MOST_AGENTS};
use crate::ports::{Freshness, Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    agent_id: String,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    last_seen_at: Timestamp,
}

/// Asks for a user's.
#[must_use]
pub fn select_of_user(user_id: &str) -> Statement {
    let sql = "SELECT agent_id, created_at, last_seen_at FROM agents WHERE user_id = ?1 ORDER BY agent_id";
    Statement::read(sql, vec![user_id.into()]).fresh(Freshness::Primary)
}

/// Reads the answer to [`select_of_user`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<Agent>> {
    let agent = |row: Row| Agent { id: row.agent_id, created_at: row.created_at, last_seen_at: row.last_seen_at };
    Ok(outcome.read::<Row>()?.into_iter().map(agent).collect())
}

/// Makes one, unless it is there or the user has as many as there may be.
#[must_use]
pub fn insert(user_id: &str, agent_id: &str, now: Timestamp) -> Statement {
    Statement::write(
        "INSERT OR IGNORE INTO agents (user_id, agent_id, created_at, last_seen_at) SELECT ?1, ?2, ?3, ?3 \
         WHERE (SELECT COUNT(*) FROM agents WHERE user_id = ?1) < ?4",
        vec![user_id.into(), agent_id.into(), now.into(), MOST_AGENTS.into()],
    )
}

/// Notes that it asks for something; changes nothing where it is not.
#[must_use]
pub fn note_seen(user_id: &str, agent_id: &str, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE agents SET last_seen_at = ?3 WHERE user_id = ?1 AND agent_id = ?2",
        vec![user_id.into(), agent_id.into(), now.into()],
    )
}

/// Removes one, with its sessions.
#[must_use]
pub fn delete(user_id: &str, agent_id: &str) -> Statement {
    Statement::write("DELETE FROM agents WHERE user_id = ?1 AND agent_id = ?2", vec![user_id.into(), agent_id.into()])
}
