//! Tokens by which clients may be registered, found by their hash.

use serde::Deserialize;

use super::json;
use crate::model::initial_token::InitialToken;
use crate::ports::{Database, Freshness, Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    id: String,
    name: String,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    #[serde(deserialize_with = "json::maybe_seconds")]
    expires_at: Option<Timestamp>,
}

impl From<Row> for InitialToken {
    fn from(row: Row) -> Self {
        Self { id: row.id, name: row.name, created_at: row.created_at, expires_at: row.expires_at }
    }
}

/// The token with this hash.
///
/// # Errors
/// When the database fails.
pub async fn find(database: &dyn Database, token_hash: &str) -> Stored<Option<InitialToken>> {
    let statement = Statement::read(
        "SELECT id, name, created_at, expires_at FROM initial_access_tokens WHERE token_hash = ?1",
        vec![token_hash.into()],
    )
    .fresh(Freshness::Primary);
    Ok(database.run(statement).await?.first::<Row>()?.map(InitialToken::from))
}

/// Asks for tokens in the order of their ids, after `after`.
#[must_use]
pub fn select_page(after: &str, limit: i64) -> Statement {
    Statement::read(
        "SELECT id, name, created_at, expires_at FROM initial_access_tokens WHERE id > ?1 ORDER BY id LIMIT ?2",
        vec![after.into(), limit.into()],
    )
    .fresh(Freshness::Primary)
}

/// Asks for the token of this id.
#[must_use]
pub fn select(id: &str) -> Statement {
    Statement::read("SELECT id, name, created_at, expires_at FROM initial_access_tokens WHERE id = ?1", vec![id.into()])
        .fresh(Freshness::Primary)
}

/// Reads the answer to [`select_page`] or [`select`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<InitialToken>> {
    Ok(outcome.read::<Row>()?.into_iter().map(InitialToken::from).collect())
}

/// Gives a token another name.
#[must_use]
pub fn rename(id: &str, name: &str) -> Statement {
    Statement::write("UPDATE initial_access_tokens SET name = ?2 WHERE id = ?1", vec![id.into(), name.into()])
}

/// Adds a token.
#[must_use]
pub fn insert(token: &InitialToken, token_hash: &str) -> Statement {
    Statement::write(
        "INSERT INTO initial_access_tokens (id, token_hash, name, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        vec![
            token.id.as_str().into(),
            token_hash.into(),
            token.name.as_str().into(),
            token.created_at.into(),
            token.expires_at.into(),
        ],
    )
}

/// Removes a token.
#[must_use]
pub fn delete(id: &str) -> Statement {
    Statement::write("DELETE FROM initial_access_tokens WHERE id = ?1", vec![id.into()])
}
