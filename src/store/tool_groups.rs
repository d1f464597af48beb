//! Groups of tools.

use serde::Deserialize;

use super::json;
use crate::model::tool_group::{ToolGroup, ToolGroupSettings};
use crate::ports::{Database, Freshness, Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

/// A group's columns, as [`Row`] reads them, with this for `enabled`.
macro_rules! select_groups {
    ($enabled:literal, $rest:literal) => {
        concat!(
            "SELECT tool_groups.id, tool_groups.name, tool_groups.description, tool_groups.default_enabled, \
             tool_groups.created_at, tool_groups.updated_at, ",
            $enabled,
            " AS enabled, (SELECT json_group_array(name) FROM (SELECT tools.name AS name FROM tool_group_members \
             JOIN tools ON tools.id = tool_group_members.tool_id \
             WHERE tool_group_members.group_id = tool_groups.id ORDER BY tools.name)) AS tools FROM tool_groups ",
            $rest
        )
    };
}
pub(super) use select_groups;

#[derive(Deserialize)]
struct Row {
    id: String,
    name: String,
    description: String,
    #[serde(deserialize_with = "json::boolean")]
    default_enabled: bool,
    #[serde(deserialize_with = "json::seconds")]
    created_at: Timestamp,
    #[serde(deserialize_with = "json::seconds")]
    updated_at: Timestamp,
    #[serde(deserialize_with = "json::list")]
    tools: Vec<String>,
    #[serde(deserialize_with = "json::boolean")]
    enabled: bool,
}

impl From<Row> for ToolGroup {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            description: row.description,
            tools: row.tools,
            default_enabled: row.default_enabled,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// Asks for the group of this id.
#[must_use]
pub fn select(id: &str) -> Statement {
    Statement::read(select_groups!("0", "WHERE id = ?1"), vec![id.into()]).fresh(Freshness::Primary)
}

/// Reads the answer to [`select`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<ToolGroup>> {
    Ok(read_all(outcome)?.into_iter().next().map(|(group, _)| group))
}

/// Reads the answer to whatever answers groups: each, and whether it is on for the user in question.
///
/// # Errors
/// When a row cannot be understood.
pub(super) fn read_all(outcome: &Outcome) -> Stored<Vec<(ToolGroup, bool)>> {
    let read = |row: Row| {
        let enabled = row.enabled;
        (ToolGroup::from(row), enabled)
    };
    Ok(outcome.read::<Row>()?.into_iter().map(read).collect())
}

/// Groups in the order of their ids, after `after`.
///
/// # Errors
/// When the database fails.
pub async fn list(database: &dyn Database, after: &str, limit: i64) -> Stored<Vec<ToolGroup>> {
    let statement =
        Statement::read(select_groups!("0", "WHERE id > ?1 ORDER BY id LIMIT ?2"), vec![after.into(), limit.into()])
            .fresh(Freshness::Primary);
    Ok(read_all(&database.run(statement).await?)?.into_iter().map(|(group, _)| group).collect())
}

/// Adds a group, without its tools; neither id nor name may be there already.
#[must_use]
pub fn insert(group: &ToolGroup) -> Statement {
    Statement::write(
        "INSERT INTO tool_groups (id, name, description, default_enabled, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        vec![
            group.id.as_str().into(),
            group.name.as_str().into(),
            group.description.as_str().into(),
            group.default_enabled.into(),
            group.created_at.into(),
            group.updated_at.into(),
        ],
    )
}

/// Writes what `settings` name, but for the tools.
#[must_use]
pub fn update(id: &str, settings: &ToolGroupSettings, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE tool_groups SET name = COALESCE(?2, name), description = COALESCE(?3, description), \
         default_enabled = COALESCE(?4, default_enabled), updated_at = MAX(updated_at, ?5) WHERE id = ?1",
        vec![
            id.into(),
            settings.name.as_deref().into(),
            settings.description.as_deref().into(),
            settings.default_enabled.into(),
            now.into(),
        ],
    )
}

/// Makes these the group's tools, and no others.
#[must_use]
pub fn set_members(id: &str, tools: &[String]) -> Vec<Statement> {
    let names = json::write(&tools);
    vec![
        Statement::write("DELETE FROM tool_group_members WHERE group_id = ?1", vec![id.into()]),
        Statement::write(
            "INSERT INTO tool_group_members (group_id, tool_id) SELECT tool_groups.id, tools.id FROM tool_groups, tools \
             WHERE tool_groups.id = ?1 AND tools.name IN (SELECT value FROM json_each(?2))",
            vec![id.into(), names.into()],
        ),
    ]
}

/// Removes a group, and by the schema every switch for it.
#[must_use]
pub fn delete(id: &str) -> Statement {
    Statement::write("DELETE FROM tool_groups WHERE id = ?1", vec![id.into()])
}
