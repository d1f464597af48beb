//! Which clients were told of a session, so that they can be told of its end.

use serde::Deserialize;

use crate::ports::{Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    client_id: String,
}

/// A client, and a session that it was told of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Told {
    /// The client.
    pub client_id: String,
    /// The session.
    pub sid: String,
}

/// Notes that a client is told of a session, if its grant was listed (a statement before this one in the batch).
#[must_use]
pub fn insert(sid: &str, client_id: &str, grant_id: &str) -> Statement {
    Statement::write(
        "INSERT INTO session_clients (sid, client_id) SELECT ?1, ?2 FROM grants WHERE grants.id = ?3 AND grants.sid = ?1 \
         ON CONFLICT DO NOTHING",
        vec![sid.into(), client_id.into(), grant_id.into()],
    )
}

/// Asks for the clients that are to be told of the end of the session of this cookie.
#[must_use]
pub fn select_to_tell(cookie_hash: &str) -> Statement {
    Statement::write(
        "SELECT session_clients.client_id FROM sessions JOIN session_clients ON session_clients.sid = sessions.sid \
         JOIN clients ON clients.id = session_clients.client_id \
         WHERE sessions.cookie_hash = ?1 AND clients.backchannel_logout_uri IS NOT NULL",
        vec![cookie_hash.into()],
    )
}

/// Reads the answer to [`select_to_tell`]: the ids.
///
/// # Errors
/// When a row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Vec<String>> {
    Ok(outcome.read::<Row>()?.into_iter().map(|row| row.client_id).collect())
}

/// Asks for the clients that are to be told of the end of those sessions of a user that are dead since the user began anew.
#[must_use]
pub fn select_of_dead(user_id: &str) -> Statement {
    Statement::write(
        "SELECT session_clients.client_id, sessions.sid FROM sessions JOIN users ON users.id = sessions.user_id \
         JOIN session_clients ON session_clients.sid = sessions.sid \
         JOIN clients ON clients.id = session_clients.client_id \
         WHERE sessions.user_id = ?1 AND sessions.created_at < users.valid_from \
         AND clients.backchannel_logout_uri IS NOT NULL",
        vec![user_id.into()],
    )
}

/// Reads the answer to [`select_of_dead`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_told(outcome: &Outcome) -> Stored<Vec<Told>> {
    outcome.read()
}

/// Forgets the clients of those sessions that [`super::sessions::delete_dead`] is to remove.
#[must_use]
pub fn delete_of_dead(user_id: &str) -> Statement {
    Statement::write(
        "DELETE FROM session_clients WHERE sid IN \
         (SELECT sessions.sid FROM sessions JOIN users ON users.id = sessions.user_id \
          WHERE sessions.user_id = ?1 AND sessions.created_at < users.valid_from)",
        vec![user_id.into()],
    )
}

/// Forgets the clients of the session of this cookie, which is to end.
#[must_use]
pub fn delete(cookie_hash: &str) -> Statement {
    Statement::write(
        "DELETE FROM session_clients WHERE sid = (SELECT sid FROM sessions WHERE cookie_hash = ?1)",
        vec![cookie_hash.into()],
    )
}

/// Forgets the clients of those sessions that [`super::sessions::delete_unused`] is to remove.
#[must_use]
pub fn delete_unused(unused_since: Timestamp, most: i64) -> Statement {
    Statement::write(
        "DELETE FROM session_clients WHERE sid IN \
         (SELECT sid FROM sessions WHERE last_seen_at <= ?1 ORDER BY last_seen_at, cookie_hash LIMIT ?2)",
        vec![unused_since.into(), most.into()],
    )
}
