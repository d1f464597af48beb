//! People's accounts at providers.

use serde::Deserialize;

use super::json;
use crate::model::connection::{Connection, ConnectionStatus};
use crate::ports::{Freshness, Outcome, Statement, StorageError, Stored};
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// A connection's columns, as [`Row`] reads them.
macro_rules! columns {
    () => {
        "id, user_id, agent_id, provider_id, provider_user_id, email, name, scopes, tokens, expires_at, status, \
         refreshing_since, refused_at, created_at, updated_at, last_used_at"
    };
}

#[derive(Deserialize)]
struct Row {
    id: String,
    user_id: String,
    agent_id: String,
    provider_id: String,
    provider_user_id: String,
    email: Option<String>,
    name: Option<String>,
    scopes: String,
    tokens: String,
    #[serde(deserialize_with = "json::maybe_seconds")]
    expires_at: Option<Timestamp>,
    status: ConnectionStatus,
    #[serde(deserialize_with = "json::maybe_seconds")]
    refreshing_since: Option<Timestamp>,
    #[serde(deserialize_with = "json::maybe_seconds")]
    refused_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    updated_at: Timestamp,
    #[serde(deserialize_with = "json::maybe_seconds")]
    last_used_at: Option<Timestamp>,
}

impl TryFrom<Row> for Connection {
    type Error = StorageError;

    fn try_from(row: Row) -> Stored<Self> {
        let corrupt = |_| StorageError::new("database", format!("connection {}: scopes", row.id));
        Ok(Self {
            scopes: ScopeSet::parse(&row.scopes).map_err(corrupt)?,
            id: row.id,
            user_id: row.user_id,
            agent_id: row.agent_id,
            provider_id: row.provider_id,
            provider_user_id: row.provider_user_id,
            email: row.email,
            name: row.name,
            tokens: row.tokens,
            expires_at: row.expires_at,
            status: row.status,
            refreshing_since: row.refreshing_since,
            refused_at: row.refused_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            last_used_at: row.last_used_at,
        })
    }
}

/// Reads the answer to whatever answers connections.
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<Connection>> {
    outcome.read::<Row>()?.into_iter().map(Connection::try_from).collect()
}

/// Reads the answer to whatever answers one at most.
///
/// # Errors
/// As [`read_all`].
pub fn read(outcome: &Outcome) -> Stored<Option<Connection>> {
    Ok(read_all(outcome)?.into_iter().next())
}

/// Asks for all of a user's.
#[must_use]
pub fn select_of_user(user_id: &str) -> Statement {
    let sql = concat!("SELECT ", columns!(), " FROM connections WHERE user_id = ?1 ORDER BY agent_id, provider_id");
    Statement::read(sql, vec![user_id.into()]).fresh(Freshness::Primary)
}

/// Asks for the one of this user, agent and provider.
#[must_use]
pub fn select_at(user_id: &str, agent_id: &str, provider_id: &str) -> Statement {
    let sql =
        concat!("SELECT ", columns!(), " FROM connections WHERE user_id = ?1 AND agent_id = ?2 AND provider_id = ?3");
    Statement::read(sql, vec![user_id.into(), agent_id.into(), provider_id.into()]).fresh(Freshness::Primary)
}

/// Asks for the one of this id, whoever's it is.
#[must_use]
pub fn select(id: &str) -> Statement {
    let sql = concat!("SELECT ", columns!(), " FROM connections WHERE id = ?1");
    Statement::read(sql, vec![id.into()]).fresh(Freshness::Primary)
}

/// Writes a connection, in place of the one of this user, agent and provider, which keeps its id.
#[must_use]
pub fn put(connection: &Connection) -> Statement {
    Statement::write(
        "INSERT INTO connections (id, user_id, agent_id, provider_id, provider_user_id, email, name, scopes, tokens, \
         expires_at, status, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'active', ?11, ?11) \
         ON CONFLICT (user_id, agent_id, provider_id) DO UPDATE SET provider_user_id = excluded.provider_user_id, \
         email = excluded.email, name = excluded.name, scopes = excluded.scopes, tokens = excluded.tokens, \
         expires_at = excluded.expires_at, status = 'active', refreshing_since = NULL, refused_at = NULL, \
         updated_at = excluded.updated_at",
        vec![
            connection.id.as_str().into(),
            connection.user_id.as_str().into(),
            connection.agent_id.as_str().into(),
            connection.provider_id.as_str().into(),
            connection.provider_user_id.as_str().into(),
            connection.email.as_deref().into(),
            connection.name.as_deref().into(),
            connection.scopes.to_string().into(),
            connection.tokens.as_str().into(),
            connection.expires_at.into(),
            connection.updated_at.into(),
        ],
    )
}

/// Claims the refresh of these tokens, in place of the claim that was read: one claim of all changes a row.
#[must_use]
pub fn claim(connection: &Connection, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE connections SET refreshing_since = ?3 \
         WHERE id = ?1 AND tokens = ?2 AND refreshing_since IS ?4 AND status = 'active'",
        vec![
            connection.id.as_str().into(),
            connection.tokens.as_str().into(),
            now.into(),
            connection.refreshing_since.into(),
        ],
    )
}

/// Takes the claim back: the provider said that it did nothing.
#[must_use]
pub fn unclaim(connection: &Connection) -> Statement {
    Statement::write(
        "UPDATE connections SET refreshing_since = NULL WHERE id = ?1 AND tokens = ?2",
        vec![connection.id.as_str().into(), connection.tokens.as_str().into()],
    )
}

/// Writes new tokens in place of these, unless the person has connected anew.
#[must_use]
pub fn renew(old: &Connection, new: &Connection) -> Statement {
    Statement::write(
        "UPDATE connections SET tokens = ?3, expires_at = ?4, scopes = ?5, updated_at = ?6, refused_at = ?7, \
         refreshing_since = NULL, status = 'active' WHERE id = ?1 AND tokens = ?2",
        vec![
            old.id.as_str().into(),
            old.tokens.as_str().into(),
            new.tokens.as_str().into(),
            new.expires_at.into(),
            new.scopes.to_string().into(),
            new.updated_at.into(),
            new.refused_at.into(),
        ],
    )
}

/// These tokens are of no use any more: the person must connect again.
#[must_use]
pub fn lose(connection: &Connection) -> Statement {
    Statement::write(
        "UPDATE connections SET status = 'needs_authorization', refreshing_since = NULL \
         WHERE id = ?1 AND tokens = ?2 AND status = 'active'",
        vec![connection.id.as_str().into(), connection.tokens.as_str().into()],
    )
}

/// Notes that a tool uses it.
#[must_use]
pub fn note_use(id: &str, now: Timestamp) -> Statement {
    Statement::write("UPDATE connections SET last_used_at = ?2 WHERE id = ?1", vec![id.into(), now.into()])
}

/// Removes one of a user's, and answers it as it was.
#[must_use]
pub fn delete(user_id: &str, id: &str) -> Statement {
    let sql = concat!("DELETE FROM connections WHERE id = ?2 AND user_id = ?1 RETURNING ", columns!());
    Statement::write(sql, vec![user_id.into(), id.into()])
}

/// Removes those of an agent, and answers them as they were.
#[must_use]
pub fn delete_of_agent(user_id: &str, agent_id: &str) -> Statement {
    let sql = concat!("DELETE FROM connections WHERE user_id = ?1 AND agent_id = ?2 RETURNING ", columns!());
    Statement::write(sql, vec![user_id.into(), agent_id.into()])
}

/// Removes everybody's at a provider.
#[must_use]
pub fn delete_of_provider(provider_id: &str) -> Statement {
    Statement::write("DELETE FROM connections WHERE provider_id = ?1", vec![provider_id.into()])
}

/// Counts everybody's at a provider.
#[must_use]
pub fn count_of_provider(provider_id: &str) -> Statement {
    Statement::read("SELECT COUNT(*) AS count FROM connections WHERE provider_id = ?1", vec![provider_id.into()])
        .fresh(Freshness::Primary)
}

#[derive(Deserialize)]
struct Count {
    count: i64,
}

/// Reads the answer to [`count_of_provider`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read_count(outcome: &Outcome) -> Stored<i64> {
    Ok(outcome.first::<Count>()?.map_or(0, |row| row.count))
}
