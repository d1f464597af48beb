//! The scope table.

use serde::Deserialize;

use super::json;
use crate::model::scope::Scope;
use crate::ports::{Database, Freshness, Statement, Stored};

#[derive(Deserialize)]
struct Row {
    name: String,
    description: String,
    #[serde(deserialize_with = "json::boolean")]
    open: bool,
    #[serde(deserialize_with = "json::list")]
    claims: Vec<String>,
}

impl From<Row> for Scope {
    fn from(row: Row) -> Self {
        Self { name: row.name, description: row.description, open: row.open, claims: row.claims }
    }
}

/// Every scope.
///
/// # Errors
/// When the database fails.
pub async fn list(database: &dyn Database, freshness: Freshness) -> Stored<Vec<Scope>> {
    let statement =
        Statement::read("SELECT name, description, open, claims FROM scopes ORDER BY name", vec![]).fresh(freshness);
    Ok(database.run(statement).await?.read::<Row>()?.into_iter().map(Scope::from).collect())
}

/// Adds a scope that is not there yet.
#[must_use]
pub fn insert(name: &str, description: &str, open: bool) -> Statement {
    Statement::write(
        "INSERT INTO scopes (name, description, open) VALUES (?1, ?2, ?3) ON CONFLICT (name) DO NOTHING",
        vec![name.into(), description.into(), open.into()],
    )
}
