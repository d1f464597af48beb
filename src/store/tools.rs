//! Tools.

use serde::Deserialize;

use super::json;
use crate::model::tool::{Authentication, Tool, ToolSettings};
use crate::ports::{Database, Freshness, Outcome, Statement, StorageError, Stored};
use crate::protocol::time::Timestamp;

/// A tool's columns, as [`Row`] reads them.
macro_rules! select_tools {
    ($($rest:literal),+) => {
        concat!(
            "SELECT tools.id, tools.name, tools.description, tools.input_schema, tools.request, tools.authentication, \
             tools.timeout_seconds, tools.max_bytes, tools.default_enabled, tools.created_at, tools.updated_at \
             FROM tools ",
            $($rest),+
        )
    };
}
pub(super) use select_tools;

#[derive(Deserialize)]
struct Row {
    id: String,
    name: String,
    description: String,
    input_schema: String,
    request: String,
    authentication: String,
    timeout_seconds: Option<i64>,
    max_bytes: Option<i64>,
    #[serde(deserialize_with = "json::boolean")]
    default_enabled: bool,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    updated_at: Timestamp,
}

impl TryFrom<Row> for Tool {
    type Error = StorageError;

    fn try_from(row: Row) -> Stored<Self> {
        Ok(Self {
            input_schema: json::read(&row.input_schema)?,
            request: json::read(&row.request)?,
            authentication: json::read(&row.authentication)?,
            id: row.id,
            name: row.name,
            description: row.description,
            timeout_seconds: row.timeout_seconds,
            max_bytes: row.max_bytes,
            default_enabled: row.default_enabled,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Asks for the tool of this id.
#[must_use]
pub fn select(id: &str) -> Statement {
    Statement::read(select_tools!("WHERE id = ?1"), vec![id.into()]).fresh(Freshness::Primary)
}

/// Reads the answer to [`select`], or to whatever else answers one tool at most.
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<Tool>> {
    Ok(read_all(outcome)?.into_iter().next())
}

/// Reads the answer to whatever answers tools.
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<Tool>> {
    outcome.read::<Row>()?.into_iter().map(Tool::try_from).collect()
}

/// Tools in the order of their ids, after `after`.
///
/// # Errors
/// When the database fails.
pub async fn list(database: &dyn Database, after: &str, limit: i64) -> Stored<Vec<Tool>> {
    let statement =
        Statement::read(select_tools!("WHERE id > ?1 ORDER BY id LIMIT ?2"), vec![after.into(), limit.into()])
            .fresh(Freshness::Primary);
    read_all(&database.run(statement).await?)
}

/// Adds a tool; neither id nor name may be there already.
#[must_use]
pub fn insert(tool: &Tool) -> Statement {
    Statement::write(
        "INSERT INTO tools (id, name, description, input_schema, request, authentication, timeout_seconds, max_bytes, \
         default_enabled, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        vec![
            tool.id.as_str().into(),
            tool.name.as_str().into(),
            tool.description.as_str().into(),
            json::write(&tool.input_schema).into(),
            json::write(&tool.request).into(),
            json::write(&tool.authentication).into(),
            tool.timeout_seconds.into(),
            tool.max_bytes.into(),
            tool.default_enabled.into(),
            tool.created_at.into(),
            tool.updated_at.into(),
        ],
    )
}

/// Writes what `settings` name (of the authentication what is sealed) and leaves every other column to whoever writes it at
/// the same time.
#[must_use]
pub fn update(id: &str, settings: &ToolSettings, authentication: Option<&Authentication>, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE tools SET name = COALESCE(?2, name), description = COALESCE(?3, description), \
         input_schema = COALESCE(?4, input_schema), request = COALESCE(?5, request), \
         authentication = COALESCE(?6, authentication), \
         timeout_seconds = NULLIF(COALESCE(?7, timeout_seconds), 0), \
         max_bytes = NULLIF(COALESCE(?8, max_bytes), 0), \
         default_enabled = COALESCE(?9, default_enabled), updated_at = MAX(updated_at, ?10) WHERE id = ?1",
        vec![
            id.into(),
            settings.name.as_deref().into(),
            settings.description.as_deref().into(),
            settings.input_schema.as_ref().map(json::write).into(),
            settings.request.as_ref().map(json::write).into(),
            authentication.map(json::write).into(),
            settings.timeout_seconds.into(),
            settings.max_bytes.into(),
            settings.default_enabled.into(),
            now.into(),
        ],
    )
}

/// Removes a tool, and by the schema every switch for it.
#[must_use]
pub fn delete(id: &str) -> Statement {
    Statement::write("DELETE FROM tools WHERE id = ?1", vec![id.into()])
}

/// Asks for a name among these that is no tool's; no row: all are.
#[must_use]
pub fn select_missing(names: &[String]) -> Statement {
    Statement::read(
        "SELECT value FROM json_each(?1) WHERE value NOT IN (SELECT name FROM tools) LIMIT 1",
        vec![json::write(&names).into()],
    )
    .fresh(Freshness::Primary)
}
