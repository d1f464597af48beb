//! The scope table.

use serde::{Deserialize, Serialize};

use super::json;
use crate::model::scope::{Scope, ScopeSettings};
use crate::ports::{Database, Freshness, Outcome, Statement, Stored};

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

/// Asks for scopes in the order of their names, after `after`.
#[must_use]
pub fn select_page(after: &str, limit: i64) -> Statement {
    Statement::read(
        "SELECT name, description, open, claims FROM scopes WHERE name > ?1 ORDER BY name LIMIT ?2",
        vec![after.into(), limit.into()],
    )
    .fresh(Freshness::Primary)
}

/// Reads the answer to [`select_page`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<Scope>> {
    Ok(outcome.read::<Row>()?.into_iter().map(Scope::from).collect())
}

/// Asks for the scope of this name.
#[must_use]
pub fn select(name: &str) -> Statement {
    Statement::read("SELECT name, description, open, claims FROM scopes WHERE name = ?1", vec![name.into()])
        .fresh(Freshness::Primary)
}

/// Reads the answer to [`select`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<Scope>> {
    Ok(outcome.first::<Row>()?.map(Scope::from))
}

/// Adds a scope; one of that name must not exist.
#[must_use]
pub fn add(scope: &Scope) -> Statement {
    Statement::write(
        "INSERT INTO scopes (name, description, open, claims) VALUES (?1, ?2, ?3, ?4)",
        vec![
            scope.name.as_str().into(),
            scope.description.as_str().into(),
            scope.open.into(),
            json::write(&scope.claims).into(),
        ],
    )
}

/// Writes what `settings` name and nothing else.
#[must_use]
pub fn update(name: &str, settings: &ScopeSettings) -> Statement {
    Statement::write(
        "UPDATE scopes SET description = COALESCE(?2, description), open = COALESCE(?3, open), \
         claims = COALESCE(?4, claims) WHERE name = ?1",
        vec![
            name.into(),
            settings.description.as_deref().into(),
            settings.open.into(),
            settings.claims.as_ref().map(json::write).into(),
        ],
    )
}

/// Removes a scope, and takes it from every client and resource that has it: none may have what is nowhere.
#[must_use]
pub fn delete(name: &str) -> [Statement; 3] {
    let statement = |sql| Statement::write(sql, vec![name.into()]);
    [
        statement("DELETE FROM scopes WHERE name = ?1"),
        statement(
            "UPDATE clients SET scopes = TRIM(REPLACE(' ' || scopes || ' ', ' ' || ?1 || ' ', ' ')) \
             WHERE INSTR(' ' || scopes || ' ', ' ' || ?1 || ' ') > 0",
        ),
        statement(
            "UPDATE resources SET scopes = TRIM(REPLACE(' ' || scopes || ' ', ' ' || ?1 || ' ', ' ')) \
             WHERE INSTR(' ' || scopes || ' ', ' ' || ?1 || ' ') > 0",
        ),
    ]
}

/// What goes with a scope, by count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Dependents {
    /// Clients that may have it.
    pub clients: i64,
    /// Resources that have it as a default.
    pub resources: i64,
}

/// Asks for what goes with a scope; no row: no such scope. Who has it is written in texts, so all are looked through.
#[must_use]
pub fn select_dependents(name: &str) -> Statement {
    Statement::read(
        "SELECT (SELECT COUNT(*) FROM clients WHERE INSTR(' ' || clients.scopes || ' ', ' ' || ?1 || ' ') > 0) \
         AS clients, \
         (SELECT COUNT(*) FROM resources WHERE INSTR(' ' || resources.scopes || ' ', ' ' || ?1 || ' ') > 0) \
         AS resources FROM scopes WHERE name = ?1",
        vec![name.into()],
    )
    .fresh(Freshness::Primary)
}
