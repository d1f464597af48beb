//! What each user has switched on. A tool is on by the user's own switch, or, where that was not set, by any group that
//! holds it and is on. Everything is asked of the primary: a switch acts in the next call.

use serde::Deserialize;
use serde_json::json;

use super::json as json_column;
use super::tool_groups::{self, select_groups};
use super::tools::{self, select_tools};
use crate::model::tool::{ListedTool, Tool, ToolSwitch};
use crate::model::tool_group::{GroupSwitch, ToolGroup};
use crate::ports::{Database, Freshness, Outcome, Statement, Stored};

/// The tools that are on for the user `?1`.
macro_rules! select_called {
    ($rest:literal) => {
        select_tools!(
            "LEFT JOIN user_tools ON user_tools.tool_id = tools.id AND user_tools.user_id = ?1 \
             WHERE COALESCE(user_tools.enabled, EXISTS (SELECT 1 FROM tool_group_members JOIN user_tool_groups \
              ON user_tool_groups.group_id = tool_group_members.group_id WHERE tool_group_members.tool_id = tools.id \
              AND user_tool_groups.user_id = ?1 AND user_tool_groups.enabled = 1)) = 1 ",
            $rest
        )
    };
}

/// The tools that are on for a user, in the order of their names; where it is said, only those after this name, and only so
/// many.
///
/// # Errors
/// When the database fails.
pub async fn listed(
    database: &dyn Database,
    user_id: &str,
    after: Option<&str>,
    most: Option<i64>,
) -> Stored<Vec<ListedTool>> {
    let statement = Statement::read(
        select_called!("AND (?2 IS NULL OR tools.name > ?2) ORDER BY tools.name LIMIT COALESCE(?3, -1)"),
        vec![user_id.into(), after.into(), most.into()],
    );
    let found = tools::read_all(&database.run(statement.fresh(Freshness::Primary)).await?)?;
    let listed =
        |tool: Tool| ListedTool { name: tool.name, description: tool.description, input_schema: tool.input_schema };
    Ok(found.into_iter().map(listed).collect())
}

/// Asks for the tool of this name, if it is on for the user; [`super::tools::read`] reads the answer.
#[must_use]
pub fn select_called(user_id: &str, name: &str) -> Statement {
    Statement::read(select_called!("AND tools.name = ?2"), vec![user_id.into(), name.into()]).fresh(Freshness::Primary)
}

#[derive(Deserialize)]
struct ToolRow {
    name: String,
    description: String,
    own: Option<i64>,
    #[serde(deserialize_with = "json_column::list")]
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

/// Asks how the user's switches for groups stand: for the group of this name, or for all.
#[must_use]
pub fn select_groups_of(user_id: &str, name: Option<&str>) -> Statement {
    Statement::read(
        select_groups!(
            "COALESCE(user_tool_groups.enabled, 0)",
            "LEFT JOIN user_tool_groups ON user_tool_groups.group_id = tool_groups.id AND user_tool_groups.user_id = ?1 \
             WHERE ?2 IS NULL OR tool_groups.name = ?2 ORDER BY tool_groups.name"
        ),
        vec![user_id.into(), name.into()],
    )
    .fresh(Freshness::Primary)
}

/// Reads the answer to [`select_groups_of`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_groups(outcome: &Outcome) -> Stored<Vec<GroupSwitch>> {
    let switch = |(group, enabled): (ToolGroup, bool)| GroupSwitch {
        name: group.name,
        description: group.description,
        tools: group.tools,
        enabled,
    };
    Ok(tool_groups::read_all(outcome)?.into_iter().map(switch).collect())
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

/// Switches on what a new user has on at first: what is named, or what is on for new users; in the batch that makes the user.
#[must_use]
pub fn first(user_id: &str, tools: Option<&[String]>, groups: Option<&[String]>) -> [Statement; 2] {
    let named = |names: Option<&[String]>| names.map(|names| json!(names).to_string()).into();
    [
        Statement::write(
            "INSERT INTO user_tools (user_id, tool_id, enabled) SELECT ?1, id, 1 FROM tools \
             WHERE CASE WHEN ?2 IS NULL THEN default_enabled = 1 ELSE name IN (SELECT value FROM json_each(?2)) END",
            vec![user_id.into(), named(tools)],
        ),
        Statement::write(
            "INSERT INTO user_tool_groups (user_id, group_id, enabled) SELECT ?1, id, 1 FROM tool_groups \
             WHERE CASE WHEN ?2 IS NULL THEN default_enabled = 1 ELSE name IN (SELECT value FROM json_each(?2)) END",
            vec![user_id.into(), named(groups)],
        ),
    ]
}

#[derive(Deserialize)]
struct Unknown {
    member: String,
    name: String,
}

/// The first name of a tool or group that there is not, with the member that it was found in.
///
/// # Errors
/// When the database fails.
pub async fn unknown(
    database: &dyn Database,
    tools: &[String],
    groups: &[String],
) -> Stored<Option<(&'static str, String)>> {
    let statement = Statement::read(
        "SELECT 'tools' AS member, value AS name FROM json_each(?1) WHERE value NOT IN (SELECT name FROM tools) \
         UNION ALL SELECT 'tool_groups', value FROM json_each(?2) WHERE value NOT IN (SELECT name FROM tool_groups) \
         LIMIT 1",
        vec![json!(tools).to_string().into(), json!(groups).to_string().into()],
    )
    .fresh(Freshness::Primary);
    let found: Option<Unknown> = database.run(statement).await?.first()?;
    Ok(found.map(|Unknown { member, name }| (if member == "tools" { "tools" } else { "tool_groups" }, name)))
}
