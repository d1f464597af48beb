//! APIs that accept our tokens.

use serde::Deserialize;

use super::json;
use crate::model::resource::Resource;
use crate::ports::{Database, Freshness, Outcome, Statement, StorageError, Stored};
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    id: String,
    uri: String,
    name: String,
    scopes: String,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
}

impl TryFrom<Row> for Resource {
    type Error = StorageError;

    fn try_from(row: Row) -> Stored<Self> {
        let corrupt = |_| StorageError::new("database", format!("resource {}: scopes", row.id));
        let scopes = ScopeSet::parse(&row.scopes).map_err(corrupt)?;
        Ok(Self { id: row.id, uri: row.uri, name: row.name, scopes, created_at: row.created_at })
    }
}

/// The resources with these URIs, as a JSON array of them.
///
/// # Errors
/// When the database fails.
pub async fn find(database: &dyn Database, uris: &[String], freshness: Freshness) -> Stored<Vec<Resource>> {
    let statement = Statement::read(
        "SELECT id, uri, name, scopes, created_at FROM resources WHERE uri IN (SELECT value FROM json_each(?1))",
        vec![json::write(&uris).into()],
    );
    let rows = database.run(statement.fresh(freshness)).await?.read::<Row>()?;
    rows.into_iter().map(Resource::try_from).collect()
}

/// Asks for resources in the order of their ids, after `after`.
#[must_use]
pub fn select_page(after: &str, limit: i64) -> Statement {
    Statement::read(
        "SELECT id, uri, name, scopes, created_at FROM resources WHERE id > ?1 ORDER BY id LIMIT ?2",
        vec![after.into(), limit.into()],
    )
    .fresh(Freshness::Primary)
}

/// Asks for the resource of this id.
#[must_use]
pub fn select(id: &str) -> Statement {
    Statement::read("SELECT id, uri, name, scopes, created_at FROM resources WHERE id = ?1", vec![id.into()])
        .fresh(Freshness::Primary)
}

/// Reads the answer to [`select_page`] or [`select`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<Resource>> {
    outcome.read::<Row>()?.into_iter().map(Resource::try_from).collect()
}

/// Writes what is sent and nothing else.
#[must_use]
pub fn update(id: &str, name: Option<&str>, scopes: Option<&ScopeSet>) -> Statement {
    Statement::write(
        "UPDATE resources SET name = COALESCE(?2, name), scopes = COALESCE(?3, scopes) WHERE id = ?1",
        vec![id.into(), name.into(), scopes.map(ToString::to_string).into()],
    )
}

/// Adds a resource; neither id nor URI may be there already.
#[must_use]
pub fn insert(resource: &Resource) -> Statement {
    Statement::write(
        "INSERT INTO resources (id, uri, name, scopes, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        vec![
            resource.id.as_str().into(),
            resource.uri.as_str().into(),
            resource.name.as_str().into(),
            resource.scopes.to_string().into(),
            resource.created_at.into(),
        ],
    )
}

/// Removes a resource. Tokens for it go on until they are over.
#[must_use]
pub fn delete(id: &str) -> Statement {
    Statement::write("DELETE FROM resources WHERE id = ?1", vec![id.into()])
}
