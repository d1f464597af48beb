//! APIs that accept our tokens.

use serde::Deserialize;

use super::json;
use crate::model::resource::Resource;
use crate::ports::{Database, Freshness, Statement, StorageError, Stored};
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

/// Resources in the order of their ids, after `after`.
///
/// # Errors
/// When the database fails.
pub async fn list(database: &dyn Database, after: &str, limit: i64) -> Stored<Vec<Resource>> {
    let statement = Statement::read(
        "SELECT id, uri, name, scopes, created_at FROM resources WHERE id > ?1 ORDER BY id LIMIT ?2",
        vec![after.into(), limit.into()],
    )
    .fresh(Freshness::Primary);
    let rows = database.run(statement).await?.read::<Row>()?;
    rows.into_iter().map(Resource::try_from).collect()
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
