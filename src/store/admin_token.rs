//! The admin token that `/setup` made, as its hash: one row at most.

use serde::Deserialize;

use crate::ports::{Database, Freshness, Statement, Stored};
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    token_hash: String,
}

/// The hash of the token.
///
/// # Errors
/// When the database fails.
pub async fn find(database: &dyn Database) -> Stored<Option<String>> {
    let statement =
        Statement::read("SELECT token_hash FROM admin_token WHERE id = 1", Vec::new()).fresh(Freshness::Primary);
    Ok(database.run(statement).await?.first::<Row>()?.map(|row| row.token_hash))
}

/// Keeps a token if there is none: of two at the same time the first stays.
#[must_use]
pub fn insert(token_hash: &str, now: Timestamp) -> Statement {
    Statement::write(
        "INSERT INTO admin_token (id, token_hash, created_at) VALUES (1, ?1, ?2) ON CONFLICT (id) DO NOTHING",
        vec![token_hash.into(), now.into()],
    )
}

/// Puts a token in the place of `before`: of two at the same time the first stays.
#[must_use]
pub fn replace(before: &str, token_hash: &str, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE admin_token SET token_hash = ?2, created_at = ?3 WHERE id = 1 AND token_hash = ?1",
        vec![before.into(), token_hash.into(), now.into()],
    )
}
