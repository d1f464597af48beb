//! The switches for tools and groups on a page: a person's own, or those of whom an administrator looks after.

use futures_util::join;

use crate::app::{App, Context};
use crate::model::tool::ToolSwitch;
use crate::model::tool_group::GroupSwitch;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::service::tools::switches::{self, Hand};
use crate::web::pages::{GroupRow, ToolRow};

/// What such a page says was done.
pub const DONE: [(&str, &str); 2] =
    [("switched", "Switched. It acts from the next call on."), ("gone", "That is there no more.")];

/// How the user's switches stand: groups and tools.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn standing(app: &App, user_id: &str) -> Result<(Vec<GroupSwitch>, Vec<ToolSwitch>), OAuthError> {
    let (groups, tools) = join!(switches::groups(app, user_id), switches::tools(app, user_id));
    Ok((groups?, tools?))
}

/// Groups as a page shows them.
pub fn group_rows<'a>(groups: &'a [GroupSwitch]) -> Vec<GroupRow<'a>> {
    let row = |group: &'a GroupSwitch| {
        let GroupSwitch { name, description, tools, enabled } = group;
        GroupRow { name, description, tools, is_on: *enabled }
    };
    groups.iter().map(row).collect()
}

/// Tools as a page shows them.
pub fn tool_rows<'a>(tools: &'a [ToolSwitch]) -> Vec<ToolRow<'a>> {
    let row = |tool: &'a ToolSwitch| {
        let ToolSwitch { name, description, enabled, own, groups } = tool;
        ToolRow { name, description, is_on: *enabled, is_own: own.is_some(), groups }
    };
    tools.iter().map(row).collect()
}

/// Moves the switch that a form names; answers which of [`DONE`] came of it.
///
/// # Errors
/// `invalid_request` for what is no form of such a page, `temporarily_unavailable`.
pub async fn switched(
    app: &App,
    context: &Context,
    hand: Hand<'_>,
    form: &Parameters,
) -> Result<&'static str, OAuthError> {
    let enabled = match form.required("switch")? {
        "on" => Some(true),
        "off" => Some(false),
        "groups" => None,
        _ => return Err(OAuthError::invalid_request("switch is not one of this page's")),
    };
    let switched = match form.optional("group")? {
        Some(group) => switches::set_group(app, context, hand, group, enabled).await.map(drop),
        None => switches::set_tool(app, context, hand, form.required("tool")?, enabled).await.map(drop),
    };
    match switched {
        Ok(()) => Ok("switched"),
        Err(error) if error.code == ErrorCode::NotFound => Ok("gone"),
        Err(error) => Err(error),
    }
}
