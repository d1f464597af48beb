//! Sessions of administrators, found by the hash of their cookie.

use serde::Deserialize;

use crate::ports::{Database, Freshness, Statement, Stored};
use crate::protocol::time::Timestamp;

/// A session that is not over yet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AdminSession {
    /// Whose it is; `None`: the operator's.
    pub user_id: Option<String>,
    /// That user's name, while they may administer; `None`: they may no more.
    pub username: Option<String>,
    /// Says by which admin token the operator came.
    pub token_proof: Option<String>,
    /// The hash of the stored admin token.
    pub token_hash: Option<String>,
}

/// The session of this cookie, with all that it rests on, as of now.
///
/// # Errors
/// When the database fails.
pub async fn find(database: &dyn Database, cookie_hash: &str, now: Timestamp) -> Stored<Option<AdminSession>> {
    let statement = Statement::read(
        "SELECT admin_sessions.user_id, users.name AS username, admin_sessions.token_proof, admin_token.token_hash \
         FROM admin_sessions LEFT JOIN admin_token ON admin_token.id = 1 \
         LEFT JOIN users ON users.id = admin_sessions.user_id AND users.role = 'admin' \
         AND users.disabled_at IS NULL AND users.valid_from <= admin_sessions.created_at AND EXISTS \
         (SELECT 1 FROM sessions WHERE sessions.sid = admin_sessions.sid AND sessions.user_id = users.id) \
         WHERE admin_sessions.cookie_hash = ?1 AND admin_sessions.expires_at > ?2",
        vec![cookie_hash.into(), now.into()],
    )
    .fresh(Freshness::Primary);
    database.run(statement).await?.first()
}

/// Begins a session of the operator's.
#[must_use]
pub fn insert_operator(cookie_hash: &str, token_proof: &str, now: Timestamp, expires_at: Timestamp) -> Statement {
    Statement::write(
        "INSERT INTO admin_sessions (cookie_hash, token_proof, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
        vec![cookie_hash.into(), token_proof.into(), now.into(), expires_at.into()],
    )
}

/// Begins a session of a user's, if the user is an administrator and their own session `sid` still stands. It is never from
/// before its user began anew.
#[must_use]
pub fn insert_user(cookie_hash: &str, sid: &str, now: Timestamp, expires_at: Timestamp) -> Statement {
    Statement::write(
        "INSERT INTO admin_sessions (cookie_hash, user_id, sid, created_at, expires_at) \
         SELECT ?1, users.id, sessions.sid, MAX(?3, users.valid_from), ?4 \
         FROM sessions JOIN users ON users.id = sessions.user_id \
         WHERE sessions.sid = ?2 AND users.role = 'admin' AND users.disabled_at IS NULL \
         AND users.valid_from <= sessions.created_at LIMIT 1",
        vec![cookie_hash.into(), sid.into(), now.into(), expires_at.into()],
    )
}

/// Lets the operator's session of this cookie rest on the admin token with this hash, if that is the stored one by now.
#[must_use]
pub fn rest_on(cookie_hash: &str, token_proof: &str, token_hash: &str) -> Statement {
    Statement::write(
        "UPDATE admin_sessions SET token_proof = ?2 WHERE cookie_hash = ?1 AND user_id IS NULL \
         AND EXISTS (SELECT 1 FROM admin_token WHERE token_hash = ?3)",
        vec![cookie_hash.into(), token_proof.into(), token_hash.into()],
    )
}

/// Selects the current user of the session, if there is one of this id.
#[must_use]
pub fn select(cookie_hash: &str, user_id: &str) -> Statement {
    Statement::write(
        "UPDATE admin_sessions SET selected_id = ?2 WHERE cookie_hash = ?1 \
         AND EXISTS (SELECT 1 FROM users WHERE id = ?2)",
        vec![cookie_hash.into(), user_id.into()],
    )
}

/// A user by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Selected {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
}

/// The current user of the session.
///
/// # Errors
/// When the database fails.
pub async fn selected(database: &dyn Database, cookie_hash: &str) -> Stored<Option<Selected>> {
    let statement = Statement::read(
        "SELECT users.id, users.name FROM admin_sessions JOIN users ON users.id = admin_sessions.selected_id \
         WHERE admin_sessions.cookie_hash = ?1",
        vec![cookie_hash.into()],
    )
    .fresh(Freshness::Primary);
    database.run(statement).await?.first()
}

/// Ends a session.
#[must_use]
pub fn delete(cookie_hash: &str) -> Statement {
    Statement::write("DELETE FROM admin_sessions WHERE cookie_hash = ?1", vec![cookie_hash.into()])
}

/// Removes sessions that are over, at most so many.
#[must_use]
pub fn delete_expired(now: Timestamp, most: i64) -> Statement {
    Statement::write(
        "DELETE FROM admin_sessions WHERE cookie_hash IN \
         (SELECT cookie_hash FROM admin_sessions WHERE expires_at <= ?1 LIMIT ?2)",
        vec![now.into(), most.into()],
    )
}
