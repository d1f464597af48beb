//! A user's own switches for tools and groups. They act in the next call.

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::tool::ToolSwitch;
use crate::model::tool_group::GroupSwitch;
use crate::ports::{Outcome, Statement, Stored};
use crate::protocol::error::OAuthError;
use crate::store::tool_switches as store;

/// Whose switch it is, and who moves it: they themselves, or an administrator.
#[derive(Clone, Copy, Debug)]
pub struct Hand<'a> {
    /// The user's id.
    pub user_id: &'a str,
    /// Who does it, in events.
    pub actor: &'a str,
}

impl<'a> Hand<'a> {
    /// Of a user who does it themselves.
    #[must_use]
    pub const fn own(user_id: &'a str) -> Self {
        Self { user_id, actor: user_id }
    }
}

/// All tools, with the user's switches for them.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn tools(app: &App, user_id: &str) -> Result<Vec<ToolSwitch>, OAuthError> {
    Ok(store::read_tools(&app.database.run(store::select_tools_of(user_id, None)).await?)?)
}

/// All groups, with the user's switches for them.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn groups(app: &App, user_id: &str) -> Result<Vec<GroupSwitch>, OAuthError> {
    Ok(store::read_groups(&app.database.run(store::select_groups_of(user_id, None)).await?)?)
}

/// Sets the user's own switch for a tool, or takes it back (`None`); answers how it stands then.
///
/// # Errors
/// `not_found`.
pub async fn set_tool(
    app: &App,
    context: &Context,
    hand: Hand<'_>,
    name: &str,
    enabled: Option<bool>,
) -> Result<ToolSwitch, OAuthError> {
    let write = match enabled {
        Some(enabled) => store::set_tool(hand.user_id, name, enabled),
        None => store::unset_tool(hand.user_id, name),
    };
    let read = store::select_tools_of(hand.user_id, Some(name));
    let switch = written(app, [write, read], store::read_tools, "there is no tool of this name").await?;
    note(context, hand, &format!("tool {name}"), enabled);
    Ok(switch)
}

/// Sets the user's switch for a group, or takes it back (`None`); answers how it stands then.
///
/// # Errors
/// `not_found`.
pub async fn set_group(
    app: &App,
    context: &Context,
    hand: Hand<'_>,
    name: &str,
    enabled: Option<bool>,
) -> Result<GroupSwitch, OAuthError> {
    let write = match enabled {
        Some(enabled) => store::set_group(hand.user_id, name, enabled),
        None => store::unset_group(hand.user_id, name),
    };
    let read = store::select_groups_of(hand.user_id, Some(name));
    let switch = written(app, [write, read], store::read_groups, "there is no group of this name").await?;
    note(context, hand, &format!("group {name}"), enabled);
    Ok(switch)
}

async fn written<T>(
    app: &App,
    statements: [Statement; 2],
    read: fn(&Outcome) -> Stored<Vec<T>>,
    missing: &str,
) -> Result<T, OAuthError> {
    let outcomes = app.database.batch(statements.into()).await?;
    let found = outcomes.last().map(read).transpose()?.unwrap_or_default();
    found.into_iter().next().ok_or_else(|| OAuthError::not_found(missing))
}

fn note(context: &Context, hand: Hand<'_>, what: &str, enabled: Option<bool>) {
    let how = match enabled {
        Some(true) => "on",
        Some(false) => "off",
        None => "as by itself",
    };
    let happening = Happening::done(EventKind::ToolSwitched).by(hand.actor).to(hand.user_id);
    context.record(happening.because(format!("{what}: {how}")));
}
