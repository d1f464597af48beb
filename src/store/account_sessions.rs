//! The sessions of one person, as they are shown to that person. All but the one they are looking from may be ended there.

use serde::Deserialize;

use super::grants::{end_grants, ending};
use super::json;
use crate::ports::{Freshness, Outcome, Statement, Stored, Value};
use crate::protocol::time::Timestamp;

/// A session as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its stable name.
    pub sid: String,
    /// Browser and system, in words.
    pub device: Option<String>,
    /// Where it was last used from.
    pub place: Option<String>,
    /// When the password was last given.
    pub auth_time: Timestamp,
    /// When it was last used, to some minutes.
    pub last_seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

#[derive(Deserialize)]
struct Row {
    sid: String,
    device: Option<String>,
    place: Option<String>,
    #[serde(deserialize_with = "json::seconds")]
    auth_time: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    last_seen_at: Timestamp,
    #[serde(deserialize_with = "json::boolean")]
    is_this: bool,
}

/// Notes from where somebody signed in.
#[must_use]
pub fn describe(cookie_hash: &str, device: Option<&str>, place: Option<&str>) -> Statement {
    Statement::write(
        "UPDATE sessions SET device = ?2, place = ?3 WHERE cookie_hash = ?1",
        vec![cookie_hash.into(), device.into(), place.into()],
    )
}

/// Asks for the sessions of a user that were used since `used_since` and began after `began_after`, the one that asks first,
/// then the last used; no more than `most`.
#[must_use]
pub fn list(user_id: &str, cookie_hash: &str, used_since: Timestamp, began_after: Timestamp, most: i64) -> Statement {
    Statement::read(
        "SELECT sessions.sid, sessions.device, sessions.place, sessions.auth_time, sessions.last_seen_at, \
         sessions.cookie_hash = ?2 AS is_this \
         FROM sessions JOIN users ON users.id = sessions.user_id \
         WHERE sessions.user_id = ?1 AND sessions.last_seen_at > ?3 AND sessions.created_at > ?4 \
         AND sessions.created_at >= users.valid_from \
         ORDER BY is_this DESC, sessions.last_seen_at DESC, sessions.sid LIMIT ?5",
        vec![user_id.into(), cookie_hash.into(), used_since.into(), began_after.into(), most.into()],
    )
    .fresh(Freshness::Primary)
}

/// Reads the answer to [`list`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Vec<Listed>> {
    let listed = |row: Row| Listed {
        sid: row.sid,
        device: row.device,
        place: row.place,
        auth_time: row.auth_time,
        last_seen_at: row.last_seen_at,
        is_this: row.is_this,
    };
    Ok(outcome.read::<Row>()?.into_iter().map(listed).collect())
}

/// Which sessions of a user are meant: one by its name, or all; never the one of this cookie.
#[derive(Clone, Copy, Debug)]
pub struct Others<'a> {
    /// Whose.
    pub user_id: &'a str,
    /// The session that stays, by the hash of its cookie.
    pub but: &'a str,
    /// The one that is meant; none: all others.
    pub sid: Option<&'a str>,
}

/// Ends the grants that end with these sessions, and answers their ids: their objects are told after.
#[must_use]
pub fn end_grants(others: Others<'_>, now: Timestamp) -> Statement {
    Statement::write(
        end_grants!(
            "ends_with_session = 1 AND sid IN \
             (SELECT sid FROM sessions WHERE user_id = ?3 AND cookie_hash <> ?4 AND (?5 IS NULL OR sid = ?5))"
        ),
        ending(now, bound(others)),
    )
}

/// Asks for the clients that are to be told of the end of these sessions.
#[must_use]
pub fn select_to_tell(others: Others<'_>) -> Statement {
    Statement::write(
        "SELECT session_clients.client_id, sessions.sid FROM sessions \
         JOIN session_clients ON session_clients.sid = sessions.sid \
         JOIN clients ON clients.id = session_clients.client_id \
         WHERE sessions.user_id = ?1 AND sessions.cookie_hash <> ?2 AND (?3 IS NULL OR sessions.sid = ?3) \
         AND clients.backchannel_logout_uri IS NOT NULL",
        bound(others),
    )
}

/// Forgets the clients of these sessions.
#[must_use]
pub fn delete_clients(others: Others<'_>) -> Statement {
    Statement::write(
        "DELETE FROM session_clients WHERE sid IN \
         (SELECT sid FROM sessions WHERE user_id = ?1 AND cookie_hash <> ?2 AND (?3 IS NULL OR sid = ?3))",
        bound(others),
    )
}

/// Ends these sessions.
#[must_use]
pub fn delete(others: Others<'_>) -> Statement {
    Statement::write(
        "DELETE FROM sessions WHERE user_id = ?1 AND cookie_hash <> ?2 AND (?3 IS NULL OR sid = ?3)",
        bound(others),
    )
}

fn bound(others: Others<'_>) -> Vec<Value> {
    vec![others.user_id.into(), others.but.into(), others.sid.into()]
}
