//! Users.

use serde::Deserialize;

use super::json;
use crate::model::user::{Role, User};
use crate::ports::{Database, Freshness, Outcome, Statement, StorageError, Stored};
use crate::protocol::time::Timestamp;

macro_rules! select_users {
    ($rest:literal) => {
        concat!("SELECT id, name, password_hash, role, disabled_at, valid_from, created_at FROM users ", $rest)
    };
}

#[derive(Deserialize)]
struct Row {
    id: String,
    name: String,
    password_hash: Option<String>,
    role: String,
    #[serde(deserialize_with = "json::maybe_seconds")]
    disabled_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::seconds")]
    valid_from: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
}

impl TryFrom<Row> for User {
    type Error = StorageError;

    fn try_from(row: Row) -> Stored<Self> {
        let role = Role::parse(&row.role).ok_or_else(|| StorageError::new("database", "user role"))?;
        Ok(Self {
            id: row.id,
            name: row.name,
            password_hash: row.password_hash,
            role,
            disabled_at: row.disabled_at,
            valid_from: row.valid_from,
            created_at: row.created_at,
        })
    }
}

/// Asks for the user of this name, whatever its case. A new password must count at once, so the primary is asked.
#[must_use]
pub fn select_by_name(name: &str) -> Statement {
    Statement::read(select_users!("WHERE name = ?1"), vec![name.into()]).fresh(Freshness::Primary)
}

/// Reads the answer to [`select_by_name`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: Outcome) -> Stored<Option<User>> {
    outcome.first::<Row>()?.map(User::try_from).transpose()
}

/// Looks one user up.
///
/// # Errors
/// When the database fails.
pub async fn lookup(database: &dyn Database, id: &str) -> Stored<Option<User>> {
    let statement = Statement::read(select_users!("WHERE id = ?1"), vec![id.into()]).fresh(Freshness::Primary);
    read(database.run(statement).await?)
}

/// Users in the order of their ids, after `after`.
///
/// # Errors
/// When the database fails.
pub async fn list(database: &dyn Database, after: &str, limit: i64) -> Stored<Vec<User>> {
    let statement =
        Statement::read(select_users!("WHERE id > ?1 ORDER BY id LIMIT ?2"), vec![after.into(), limit.into()])
            .fresh(Freshness::Primary);
    database.run(statement).await?.read::<Row>()?.into_iter().map(User::try_from).collect()
}

/// Adds a user; neither id nor name may be there already.
#[must_use]
pub fn insert(user: &User) -> Statement {
    Statement::write(
        "INSERT INTO users (id, name, password_hash, role, disabled_at, valid_from, created_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        vec![
            user.id.as_str().into(),
            user.name.as_str().into(),
            user.password_hash.clone().into(),
            user.role.as_str().into(),
            user.disabled_at.into(),
            user.valid_from.into(),
            user.created_at.into(),
        ],
    )
}

/// Writes back everything that may be edited.
#[must_use]
pub fn update(user: &User) -> Statement {
    Statement::write(
        "UPDATE users SET name = ?2, password_hash = ?3, role = ?4, disabled_at = ?5, valid_from = ?6 WHERE id = ?1",
        vec![
            user.id.as_str().into(),
            user.name.as_str().into(),
            user.password_hash.clone().into(),
            user.role.as_str().into(),
            user.disabled_at.into(),
            user.valid_from.into(),
        ],
    )
}
