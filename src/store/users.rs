//! Users.

use serde::{Deserialize, Serialize};

use super::{after_all, json};
use crate::model::user::{Role, User};
use crate::model::user_settings::UserSettings;
use crate::ports::{Freshness, Outcome, Statement, StorageError, Stored};
use crate::protocol::time::Timestamp;

macro_rules! select_users {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, password_hash, role, disabled_at, valid_from, claims, created_at, updated_at FROM users ",
            $rest
        )
    };
}

#[derive(Deserialize)]
struct Row {
    id: String,
    name: String,
    password_hash: Option<String>,
    role: Role,
    #[serde(deserialize_with = "json::maybe_seconds")]
    disabled_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::seconds")]
    valid_from: Timestamp,
    claims: String,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    updated_at: Timestamp,
}

impl TryFrom<Row> for User {
    type Error = StorageError;

    fn try_from(row: Row) -> Stored<Self> {
        Ok(Self {
            id: row.id,
            name: row.name,
            password_hash: row.password_hash,
            role: row.role,
            disabled_at: row.disabled_at,
            valid_from: row.valid_from,
            claims: json::read(&row.claims)?,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Asks for the user of this name, whatever its case. A new password must count at once, so the primary is asked.
#[must_use]
pub fn select_by_name(name: &str) -> Statement {
    Statement::read(select_users!("WHERE name = ?1"), vec![name.into()]).fresh(Freshness::Primary)
}

/// Reads the answer to [`select_by_name`] or [`select`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<User>> {
    outcome.first::<Row>()?.map(User::try_from).transpose()
}

/// Asks for users whose names begin so, whatever the case of ASCII letters, in the order of their names, after the name
/// `after`; of this role, if one is given.
#[must_use]
pub fn select_by_prefix(prefix: &str, role: Option<Role>, after: &str, limit: i64) -> Statement {
    Statement::read(
        select_users!(
            "WHERE name >= ?1 AND name < ?2 AND name > ?3 AND (?4 IS NULL OR role = ?4) ORDER BY name LIMIT ?5"
        ),
        vec![prefix.into(), after_all(prefix).into(), after.into(), role.map(Role::as_str).into(), limit.into()],
    )
    .fresh(Freshness::Primary)
}

/// Asks for users of this role in the order of their ids, after `after`.
#[must_use]
pub fn select_by_role(role: Role, after: &str, limit: i64) -> Statement {
    let sql = match role {
        Role::Admin => select_users!("WHERE role = 'admin' AND id > ?1 ORDER BY id LIMIT ?2"),
        Role::User => select_users!("WHERE role = 'user' AND id > ?1 ORDER BY id LIMIT ?2"),
    };
    Statement::read(sql, vec![after.into(), limit.into()]).fresh(Freshness::Primary)
}

/// Asks for users in the order of their ids, after `after`.
#[must_use]
pub fn select_page(after: &str, limit: i64) -> Statement {
    Statement::read(select_users!("WHERE id > ?1 ORDER BY id LIMIT ?2"), vec![after.into(), limit.into()])
        .fresh(Freshness::Primary)
}

/// Reads the answer to a list of users.
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<User>> {
    outcome.read::<Row>()?.into_iter().map(User::try_from).collect()
}

/// Ends all that a user has begun, as if they began anew.
#[must_use]
pub fn begin_anew(id: &str, now: Timestamp) -> Statement {
    Statement::write("UPDATE users SET valid_from = MAX(valid_from, ?2) + 1 WHERE id = ?1", vec![id.into(), now.into()])
}

/// Removes a user, and by the schema all that is theirs: sessions, grants, consents and the user client.
#[must_use]
pub fn delete(id: &str) -> Statement {
    Statement::write("DELETE FROM users WHERE id = ?1", vec![id.into()])
}

/// What goes with a user, by count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Dependents {
    /// Sign-ins that stand.
    pub sessions: i64,
    /// Grants that have not ended.
    pub grants: i64,
    /// Clients that act for the user.
    pub clients: i64,
}

/// Asks for what goes with a user; no row: no such user.
#[must_use]
pub fn select_dependents(id: &str) -> Statement {
    Statement::read(
        "SELECT (SELECT COUNT(*) FROM sessions WHERE sessions.user_id = users.id) AS sessions, \
         (SELECT COUNT(*) FROM grants WHERE grants.user_id = users.id AND grants.ended_at IS NULL) AS grants, \
         (SELECT COUNT(*) FROM clients WHERE clients.owner_user_id = users.id) AS clients \
         FROM users WHERE id = ?1",
        vec![id.into()],
    )
    .fresh(Freshness::Primary)
}

/// Adds a user; neither id nor name may be there already.
#[must_use]
pub fn insert(user: &User) -> Statement {
    Statement::write(
        "INSERT INTO users (id, name, password_hash, role, disabled_at, valid_from, created_at, claims, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        vec![
            user.id.as_str().into(),
            user.name.as_str().into(),
            user.password_hash.clone().into(),
            user.role.as_str().into(),
            user.disabled_at.into(),
            user.valid_from.into(),
            user.created_at.into(),
            json::write(&user.claims).into(),
            user.updated_at.into(),
        ],
    )
}

/// Writes what is to be changed (of the password its hash, Argon2id in PHC form) and nothing else, so that two changes at the same time never undo each other. With
/// a new password or role, or switched off, the user begins anew: `valid_from` is the next second, so that nothing from
/// within this one survives.
#[must_use]
pub fn update(id: &str, settings: &UserSettings, password_hash: Option<String>, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE users SET \
         name = COALESCE(?2, name), \
         password_hash = COALESCE(?3, password_hash), \
         role = COALESCE(?4, role), \
         disabled_at = CASE WHEN ?5 IS NULL THEN disabled_at WHEN ?5 = 1 THEN COALESCE(disabled_at, ?6) END, \
         valid_from = CASE WHEN ?3 IS NOT NULL OR (?4 IS NOT NULL AND ?4 <> role) OR (?5 = 1 AND disabled_at IS NULL) \
         THEN MAX(valid_from, ?6) + 1 ELSE valid_from END, \
         claims = COALESCE(?7, claims), \
         updated_at = CASE WHEN ?2 IS NULL AND ?7 IS NULL THEN updated_at ELSE MAX(updated_at, ?6) END \
         WHERE id = ?1",
        vec![
            id.into(),
            settings.name.clone().into(),
            password_hash.into(),
            settings.role.map(Role::as_str).into(),
            settings.disabled.into(),
            now.into(),
            settings.claims.as_ref().map(json::write).into(),
        ],
    )
}

/// Asks for the user of this id.
#[must_use]
pub fn select(id: &str) -> Statement {
    Statement::read(select_users!("WHERE id = ?1"), vec![id.into()]).fresh(Freshness::Primary)
}
