//! Tools: what a user's agents may call.

mod answer;
mod attempt;
mod authentication;
mod by_connection;
mod call;
pub mod groups;
pub mod manage;
pub mod switches;

pub use self::answer::ToolAnswer;
pub use self::attempt::{Attempt, attempt};
pub use self::call::{CallError, call, call_found, find, pending};
use crate::app::App;
use crate::model::tool::ListedTool;
use crate::protocol::error::OAuthError;
use crate::store::tool_switches;

/// The tools that are on for a user, in the order of their names. One hop.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn listed(app: &App, user_id: &str) -> Result<Vec<ListedTool>, OAuthError> {
    Ok(tool_switches::listed(&*app.database, user_id, None, None).await?)
}

/// Those of them whose names come after this one, `most` at most. One hop.
///
/// # Errors
/// As [`listed`].
pub async fn page(app: &App, user_id: &str, after: Option<&str>, most: usize) -> Result<Vec<ListedTool>, OAuthError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    Ok(tool_switches::listed(&*app.database, user_id, after, Some(most)).await?)
}

/// Nobody is told whether a tool that is off exists.
pub(super) fn no_such_tool() -> OAuthError {
    OAuthError::not_found("there is no tool of this name, or it is switched off")
}
