//! Sessions, found by the hash of their cookie, each with its user.

use serde::Deserialize;

use super::json;
use crate::model::interaction::Presence;
use crate::model::session::Session;
use crate::model::status::Standing;
use crate::model::user::Role;
use crate::ports::{Freshness, Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

/// A session and the person it belongs to.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub session: Session,
    /// The person's name.
    pub username: String,
    /// What they may do here.
    pub role: Role,
    /// Whether they have a password; else they sign in by an account at a provider only.
    pub has_password: bool,
    /// Whether what they began still counts.
    pub standing: Standing,
}

impl SignedIn {
    /// Who it is, and in which session.
    #[must_use]
    pub fn presence(&self) -> Presence {
        Presence { user_id: self.session.user_id.clone(), sid: self.session.sid.clone() }
    }
}

#[derive(Deserialize)]
struct Row {
    sid: String,
    user_id: String,
    #[serde(deserialize_with = "json::seconds")]
    auth_time: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    last_seen_at: Timestamp,
    provider_id: Option<String>,
    name: String,
    role: Role,
    #[serde(deserialize_with = "json::boolean")]
    has_password: bool,
    #[serde(deserialize_with = "json::boolean")]
    disabled: bool,
    #[serde(deserialize_with = "json::seconds")]
    valid_from: Timestamp,
}

/// Asks for the session of this cookie.
#[must_use]
pub fn select(cookie_hash: &str, freshness: Freshness) -> Statement {
    Statement::read(
        "SELECT sessions.sid, sessions.user_id, sessions.auth_time, sessions.created_at, sessions.last_seen_at, \
         sessions.provider_id, users.name, users.role, users.password_hash IS NOT NULL AS has_password, \
         users.disabled_at IS NOT NULL AS disabled, users.valid_from \
         FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.cookie_hash = ?1",
        vec![cookie_hash.into()],
    )
    .fresh(freshness)
}

/// Reads the answer to [`select`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<SignedIn>> {
    let Some(row) = outcome.first::<Row>()? else { return Ok(None) };
    Ok(Some(SignedIn {
        session: Session {
            sid: row.sid,
            user_id: row.user_id,
            auth_time: row.auth_time,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            provider_id: row.provider_id,
        },
        username: row.name,
        role: row.role,
        has_password: row.has_password,
        standing: Standing { disabled: row.disabled, valid_from: row.valid_from },
    }))
}

/// What a session rests on, as it was when it was looked at.
#[derive(Clone, Copy, Debug)]
pub enum Proof<'a> {
    /// The user's password, by its hash.
    Password(&'a str),
    /// An account at a provider that is linked to the user, by the id of the identity.
    Identity(&'a str),
}

/// Adds a session, if the password that was checked is still the user's, or the account at a provider still linked, and the
/// account is not switched off: a change that came meanwhile wins. A session is never from before its user began anew.
#[must_use]
pub fn insert(cookie_hash: &str, session: &Session, proof: Proof<'_>) -> Statement {
    let (password_hash, identity) = match proof {
        Proof::Password(hash) => (Some(hash), None),
        Proof::Identity(id) => (None, Some(id)),
    };
    Statement::write(
        "INSERT INTO sessions (cookie_hash, sid, user_id, auth_time, created_at, last_seen_at, provider_id) \
         SELECT ?1, ?2, users.id, ?4, MAX(?5, users.valid_from), ?6, ?9 FROM users \
         WHERE users.id = ?3 AND users.disabled_at IS NULL AND (users.password_hash = ?7 \
         OR EXISTS (SELECT 1 FROM user_identities WHERE id = ?8 AND user_id = users.id))",
        vec![
            cookie_hash.into(),
            session.sid.as_str().into(),
            session.user_id.as_str().into(),
            session.auth_time.into(),
            session.created_at.into(),
            session.last_seen_at.into(),
            password_hash.into(),
            identity.into(),
            session.provider_id.as_deref().into(),
        ],
    )
}

/// Notes that a session was used, and from where as far as that is known.
#[must_use]
pub fn touch(cookie_hash: &str, place: Option<&str>, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE sessions SET last_seen_at = ?2, place = COALESCE(?3, place) \
         WHERE cookie_hash = ?1 AND last_seen_at < ?2",
        vec![cookie_hash.into(), now.into(), place.into()],
    )
}

/// Removes sessions that nobody has used since `unused_since`, at most so many. One past its absolute end is used no
/// more, so all are found by their last use.
#[must_use]
pub fn delete_unused(unused_since: Timestamp, most: i64) -> Statement {
    Statement::write(
        "DELETE FROM sessions WHERE cookie_hash IN \
         (SELECT cookie_hash FROM sessions WHERE last_seen_at <= ?1 ORDER BY last_seen_at, cookie_hash LIMIT ?2)",
        vec![unused_since.into(), most.into()],
    )
}

/// Removes a session that a new one takes the place of.
#[must_use]
pub fn delete(cookie_hash: &str) -> Statement {
    Statement::write("DELETE FROM sessions WHERE cookie_hash = ?1", vec![cookie_hash.into()])
}

/// Removes the sessions of a user that are dead since the user began anew.
#[must_use]
pub fn delete_dead(user_id: &str) -> Statement {
    Statement::write(
        "DELETE FROM sessions WHERE user_id = ?1 \
         AND created_at < (SELECT valid_from FROM users WHERE users.id = ?1)",
        vec![user_id.into()],
    )
}

/// Ends a session and answers which it was.
#[must_use]
pub fn end(cookie_hash: &str) -> Statement {
    Statement::write("DELETE FROM sessions WHERE cookie_hash = ?1 RETURNING user_id, sid", vec![cookie_hash.into()])
}

/// A session that has ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Ended {
    /// Whose it was.
    pub user_id: String,
    /// Its stable name.
    pub sid: String,
}

/// Reads the answer to [`end`]; `None` when there was none.
///
/// # Errors
/// When the row cannot be understood.
pub fn read_ended(outcome: &Outcome) -> Stored<Option<Ended>> {
    outcome.first()
}
