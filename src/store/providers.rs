//! What administrators said of providers.

use serde::Deserialize;

use super::json;
use crate::ports::{Freshness, Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

/// A row. What it says counts over the preset's: [`crate::service::providers`].
#[derive(Deserialize)]
pub struct ProviderRow {
    /// The provider's id.
    pub id: String,
    /// What was said, as JSON.
    pub settings: String,
    /// The secret, sealed.
    pub secret: Option<String>,
    /// When something was first said.
    #[serde(deserialize_with = "json::seconds")]
    pub created_at: Timestamp,
    /// When something was last said.
    #[serde(deserialize_with = "json::seconds")]
    pub updated_at: Timestamp,
}

/// Asks for the row of this id.
#[must_use]
pub fn select(id: &str) -> Statement {
    let sql = "SELECT id, settings, secret, created_at, updated_at FROM providers WHERE id = ?1";
    Statement::read(sql, vec![id.into()]).fresh(Freshness::Primary)
}

/// Asks for rows in the order of their ids, after `after`.
#[must_use]
pub fn select_page(after: &str, limit: i64) -> Statement {
    let sql = "SELECT id, settings, secret, created_at, updated_at FROM providers WHERE id > ?1 ORDER BY id LIMIT ?2";
    Statement::read(sql, vec![after.into(), limit.into()]).fresh(Freshness::Primary)
}

/// Asks for those that may have a button on the login page; a replica knows them well enough.
#[must_use]
pub fn select_signing_in() -> Statement {
    let sql = "SELECT id, settings, secret, created_at, updated_at FROM providers \
               WHERE id > '' AND json_extract(settings, '$.sign_in') = 1 ORDER BY id LIMIT 50";
    Statement::read(sql, Vec::new())
}

/// Reads the answer to [`select`] or [`select_page`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<ProviderRow>> {
    outcome.read()
}

/// Adds a row; there may be none of this id.
#[must_use]
pub fn insert(id: &str, settings: &str, secret: Option<&str>, now: Timestamp) -> Statement {
    Statement::write(
        "INSERT INTO providers (id, settings, secret, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
        vec![id.into(), settings.into(), secret.into(), now.into()],
    )
}

/// Writes what `settings` name and leaves every other member to whoever writes it at the same time. `parameters` are replaced
/// as a whole, where they are named. A row that is gone stays so.
#[must_use]
pub fn update(id: &str, settings: &str, secret: Option<&str>, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE providers SET settings = json_patch(CASE WHEN json_type(?2, '$.parameters') IS NULL THEN settings \
         ELSE json_remove(settings, '$.parameters') END, ?2), secret = COALESCE(?3, secret), \
         updated_at = MAX(updated_at, ?4) WHERE id = ?1",
        vec![id.into(), settings.into(), secret.into(), now.into()],
    )
}

/// Removes a row.
#[must_use]
pub fn delete(id: &str) -> Statement {
    Statement::write("DELETE FROM providers WHERE id = ?1", vec![id.into()])
}
