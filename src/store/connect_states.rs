//! Linkings that were begun: tickets, and after the button the states that are at the provider.

use serde::Deserialize;

use super::json;
use crate::ports::{Freshness, Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

/// A linking's columns, as [`Begun`] reads them.
macro_rules! columns {
    () => {
        "user_id, agent_id, provider_id, scopes, proof, socket, expires_at"
    };
}

/// A linking that was begun.
#[derive(Clone, Deserialize)]
pub struct Begun {
    /// Whose account here.
    pub user_id: String,
    /// For which agent; empty: for the person.
    pub agent_id: String,
    /// At which provider.
    pub provider_id: String,
    /// What is asked for.
    pub scopes: String,
    /// PKCE verifier and nonce, sealed; empty: a ticket.
    pub proof: Option<String>,
    /// The WebSocket that is told how it ends.
    pub socket: Option<String>,
    /// From when on it counts no more.
    #[serde(deserialize_with = "json::seconds")]
    pub expires_at: Timestamp,
}

/// Asks for a ticket.
#[must_use]
pub fn select_ticket(hash: &str) -> Statement {
    let sql = concat!("SELECT ", columns!(), " FROM connect_states WHERE hash = ?1 AND sid IS NULL");
    Statement::read(sql, vec![hash.into()]).fresh(Freshness::Primary)
}

/// Reads the answer to [`select_ticket`] or [`take`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<Begun>> {
    outcome.first()
}

/// Writes a ticket, or with `sid` a state; nothing for an agent that is not.
#[must_use]
pub fn insert(hash: &str, begun: &Begun, sid: Option<&str>) -> Statement {
    Statement::write(
        "INSERT INTO connect_states (hash, user_id, agent_id, provider_id, scopes, sid, proof, expires_at, socket) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 \
         WHERE ?3 = '' OR EXISTS (SELECT 1 FROM agents WHERE user_id = ?2 AND agent_id = ?3)",
        vec![
            hash.into(),
            begun.user_id.as_str().into(),
            begun.agent_id.as_str().into(),
            begun.provider_id.as_str().into(),
            begun.scopes.as_str().into(),
            sid.into(),
            begun.proof.as_deref().into(),
            begun.expires_at.into(),
            begun.socket.as_deref().into(),
        ],
    )
}

/// Makes of a ticket the state of one session: so a ticket is used once.
#[must_use]
pub fn use_ticket(ticket: &str, hash: &str, begun: &Begun, sid: &str, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE connect_states SET hash = ?2, sid = ?3, proof = ?4, expires_at = ?5 \
         WHERE hash = ?1 AND sid IS NULL AND user_id = ?6 AND expires_at > ?7",
        vec![
            ticket.into(),
            hash.into(),
            sid.into(),
            begun.proof.as_deref().into(),
            begun.expires_at.into(),
            begun.user_id.as_str().into(),
            now.into(),
        ],
    )
}

/// Takes a state, if it is of this session: so it is used once, and nobody else uses it up.
#[must_use]
pub fn take(hash: &str, user_id: &str, sid: &str) -> Statement {
    let sql =
        concat!("DELETE FROM connect_states WHERE hash = ?1 AND user_id = ?2 AND sid = ?3 RETURNING ", columns!());
    Statement::write(sql, vec![hash.into(), user_id.into(), sid.into()])
}

/// Removes all of an agent.
#[must_use]
pub fn delete_of_agent(user_id: &str, agent_id: &str) -> Statement {
    Statement::write(
        "DELETE FROM connect_states WHERE user_id = ?1 AND agent_id = ?2",
        vec![user_id.into(), agent_id.into()],
    )
}

/// Removes what is over, so many at most.
#[must_use]
pub fn delete_expired(before: Timestamp, limit: i64) -> Statement {
    Statement::write(
        "DELETE FROM connect_states WHERE hash IN \
         (SELECT hash FROM connect_states WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
        vec![before.into(), limit.into()],
    )
}
