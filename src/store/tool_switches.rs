//! What each user has switched on. A tool is on by the user's own switch, or, where that was not set, by any group that
//! holds it and is on. Everything is asked of the primary: a switch acts in the next call.

use serde::Deserialize;
use serde_json::Value;

use super::json;
use super::tools::select_tools;
use crate::model::tool::{ListedTool, ToolSwitch};
use crate::model::tool_group::GroupSwitch;
use crate::ports::{Database, Freshness, Outcome, Statement, StorageError, Stored};

#[derive(Deserialize)]
struct ListedRow {
    name: String,
    description: String,
    input_schema: String,
}

impl TryFrom<ListedRow> for ListedTool {
    type Error = StorageError;

    fn try_from(row: ListedRow) -> Stored<Self> {
        let input_schema: Value = json::read(&row.input_schema)?;
        Ok(Self { name: row.name, description: row.description, input_schema })
    }
}

/// The tools that are on for a user, in the order of their names.
///
/// # Errors
/// When the database fails.
pub async fn listed(database: &dyn Database, user_id: &str) -> Stored<Vec<ListedTool>> {
    let statement = Statement::read(
        "SELECT tools.name, tools.description, tools.input_schema FROM tools \
         LEFT JOIN user_tools ON user_tools.tool_id = tools.id AND user_tools.user_id = ?1 \
         WHERE COALESCE(user_tools.enabled, EXISTS (SELECT 1 FROM tool_group_members JOIN user_tool_groups \
          ON user_tool_groups.group_id = tool_group_members.group_id WHERE tool_group_members.tool_id = tools.id \
          AND user_tool_groups.user_id = ?1 AND user_tool_groups.enabled = 1)) = 1 ORDER BY tools.name",
        vec![user_id.into()],
    )
    .fresh(Freshness::Primary);
    database.run(statement).await?.read::<ListedRow>()?.into_iter().map(ListedTool::try_from).collect()
}

/// Asks for the tool of this name, if it is on for the user; [`super::tools::read`] reads the answer.
#[must_use]
pub fn select_called(user_id: &str, name: &str) -> Statement {
    Statement::read(
        select_tools!(
            "LEFT JOIN user_tools ON user_tools.tool_id = tools.id AND user_tools.user_id = ?1 \
             WHERE tools.name = ?2 AND COALESCE(user_tools.enabled, EXISTS (SELECT 1 FROM tool_group_members \
              JOIN user_tool_groups ON user_tool_groups.group_id = tool_group_members.group_id \
              WHERE tool_group_members.tool_id = tools.id AND user_tool_groups.user_id = ?1 \
              AND user_tool_groups.enabled = 1)) = 1"
        ),
        vec![user_id.into(), name.into()],
    )
    .fresh(Freshness::Primary)
}

#[derive(Deserialize)]
struct ToolRow {
    name: String,
    description: String,
    own: Option<i64>,
    #[serde(deserialize_with = "json::list")]
    groups: Vec<String>,
}

impl From<ToolRow> for ToolSwitch {
    fn from(row: ToolRow) -> Self {
        let own = row.own.map(|own| own != 0);
        let enabled = own.unwrap_or(!row.groups.is_empty());
        Self { name: row.name, description: row.description, enabled, own, groups: row.groups }
    }
}

/// Asks how the user's switches for tools stand: for the tool of this name, or for all.
#[must_use]
pub fn select_tools_of(user_id: &str, name: Option<&str>) -> Statement {
    Statement::read(
        "SELECT tools.name, tools.description, user_tools.enabled AS own, \
         (SELECT json_group_array(name) FROM (SELECT tool_groups.name AS name FROM tool_group_members \
          JOIN user_tool_groups ON user_tool_groups.group_id = tool_group_members.group_id \
          JOIN tool_groups ON tool_groups.id = tool_group_members.group_id \
          WHERE tool_group_members.tool_id = tools.id AND user_tool_groups.user_id = ?1 \
          AND user_tool_groups.enabled = 1 ORDER BY tool_groups.name)) AS groups FROM tools \
         LEFT JOIN user_tools ON user_tools.tool_id = tools.id AND user_tools.user_id = ?1 \
         WHERE ?2 IS NULL OR tools.name = ?2 ORDER BY tools.name",
        vec![user_id.into(), name.into()],
    )
    .fresh(Freshness::Primary)
}

/// Reads the answer to [`select_tools_of`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_tools(outcome: &Outcome) -> Stored<Vec<ToolSwitch>> {
    Ok(outcome.read::<ToolRow>()?.into_iter().map(ToolSwitch::from).collect())
}

/// Sets the user's own switch for the tool of this name; changes nothing when there is none.
#[must_use]
pub fn set_tool(user_id: &str, name: &str, enabled: bool) -> Statement {
    Statement::write(
        "INSERT INTO user_tools (user_id, tool_id, enabled) SELECT ?1, id, ?3 FROM tools WHERE name = ?2 \
         ON CONFLICT (user_id, tool_id) DO UPDATE SET enabled = excluded.enabled",
        vec![user_id.into(), name.into(), enabled.into()],
    )
}

/// Takes the user's own switch for the tool of this name back: its groups decide again.
#[must_use]
pub fn unset_tool(user_id: &str, name: &str) -> Statement {
    Statement::write(
        "DELETE FROM user_tools WHERE user_id = ?1 AND tool_id = (SELECT id FROM tools WHERE name = ?2)",
        vec![user_id.into(), name.into()],
    )
}

#[derive(Deserialize)]
struct GroupRow {
    name: String,
    description: String,
    #[serde(deserialize_with = "json::list")]
    tools: Vec<String>,
    #[serde(deserialize_with = "json::boolean")]
    enabled: bool,
}

/// Asks how the user's switches for groups stand: for the group of this name, or for all.
#[must_use]
pub fn select_groups_of(user_id: &str, name: Option<&str>) -> Statement {
    Statement::read(
        "SELECT tool_groups.name, tool_groups.description, \
         (SELECT json_group_array(name) FROM (SELECT tools.name AS name FROM tool_group_members \
          JOIN tools ON tools.id = tool_group_members.tool_id \
          WHERE tool_group_members.group_id = tool_groups.id ORDER BY tools.name)) AS tools, \
         COALESCE(user_tool_groups.enabled, 0) AS enabled FROM tool_groups \
         LEFT JOIN user_tool_groups ON user_tool_groups.group_id = tool_groups.id AND user_tool_groups.user_id = ?1 \
         WHERE ?2 IS NULL OR tool_groups.name = ?2 ORDER BY tool_groups.name",
        vec![user_id.into(), name.into()],
    )
    .fresh(Freshness::Primary)
}

/// Reads the answer to [`select_groups_of`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_groups(outcome: &Outcome) -> Stored<Vec<GroupSwitch>> {
    let read = |row: GroupRow| GroupSwitch {
        name: row.name,
        description: row.description,
        tools: row.tools,
        enabled: row.enabled,
    };
    Ok(outcome.read::<GroupRow>()?.into_iter().map(read).collect())
}

/// Sets the user's switch for the group of this name; changes nothing when there is none.
#[must_use]
pub fn set_group(user_id: &str, name: &str, enabled: bool) -> Statement {
    Statement::write(
        "INSERT INTO user_tool_groups (user_id, group_id, enabled) SELECT ?1, id, ?3 FROM tool_groups WHERE name = ?2 \
         ON CONFLICT (user_id, group_id) DO UPDATE SET enabled = excluded.enabled",
        vec![user_id.into(), name.into(), enabled.into()],
    )
}

/// Takes the user's switch for the group of this name back: it is off.
#[must_use]
pub fn unset_group(user_id: &str, name: &str) -> Statement {
    Statement::write(
        "DELETE FROM user_tool_groups WHERE user_id = ?1 \
         AND group_id = (SELECT id FROM tool_groups WHERE name = ?2)",
        vec![user_id.into(), name.into()],
    )
}

/// Switches on what a new user has on by itself; in the batch that makes the user.
#[must_use]
pub fn defaults(user_id: &str) -> [Statement; 2] {
    [
        Statement::write(
            "INSERT INTO user_tools (user_id, tool_id, enabled) SELECT ?1, id, 1 FROM tools WHERE default_enabled = 1",
            vec![user_id.into()],
        ),
        Statement::write(
            "INSERT INTO user_tool_groups (user_id, group_id, enabled) \
             SELECT ?1, id, 1 FROM tool_groups WHERE default_enabled = 1",
            vec![user_id.into()],
        ),
    ]
}
