//! The scope table.

use serde::Deserialize;

use super::json;
use crate::ports::{Database, Statement, Stored};

/// A named permission.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Scope {
    /// As it is asked for.
    pub name: String,
    /// The sentence on the consent page.
    pub description: String,
    /// Whether clients that registered themselves may ask for it.
    #[serde(deserialize_with = "json::boolean")]
    pub open: bool,
}

/// Asks for the whole table.
#[must_use]
pub fn select_all() -> Statement {
    Statement::read("SELECT name, description, open FROM scopes ORDER BY name", vec![])
}

/// Every scope.
///
/// # Errors
/// When the database fails.
pub async fn list(database: &dyn Database) -> Stored<Vec<Scope>> {
    database.run(select_all()).await?.read()
}

/// Adds a scope that is not there yet.
#[must_use]
pub fn insert(name: &str, description: &str, open: bool) -> Statement {
    Statement::write(
        "INSERT INTO scopes (name, description, open) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING",
        vec![name.into(), description.into(), open.into()],
    )
}
