//! A tool tried by an administrator as one of the users: the same call, decided by the same rules.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::call::{Caller, call_as, find};
use super::{ToolAnswer, manage};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::store::users;

/// The scope that a call needs.
const SCOPE: &str = "call:tools";

/// As whom, and with what.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// The name of the user.
    pub user: String,
    /// The arguments; none at all where they are missing.
    pub arguments: Option<Map<String, Value>>,
    /// What the token would have been granted, separated by spaces; missing: what a call needs.
    pub scope: Option<ScopeSet>,
}

/// Calls the tool of this id as if the user's own program did.
///
/// # Errors
/// `not_found` for a tool that is nowhere, `invalid_request` for a user who is nobody or switched off; and all that a call is
/// refused with: `insufficient_scope`, `not_found` when it is off, `invalid_arguments`, `bad_gateway`, `gateway_timeout`.
pub async fn attempt(
    app: &App,
    context: &Context,
    actor: &str,
    id: &str,
    attempt: Attempt,
) -> Result<ToolAnswer, OAuthError> {
    let tool = manage::find(app, id).await?;
    let of_user = |problem: &str| OAuthError::invalid_request(problem).field("user");
    let user = users::read(&app.database.run(users::select_by_name(&attempt.user)).await?)?;
    let user = user.ok_or_else(|| of_user("there is no user of this name"))?;
    if user.disabled_at.is_some() {
        return Err(of_user("this user is switched off, and so is every token of theirs"));
    }
    if attempt.scope.is_some_and(|scope| !scope.contains(SCOPE)) {
        return Err(OAuthError::insufficient_scope(SCOPE));
    }
    let found = find(app, &user.id, &tool.name).await?;
    if found.is_none() {
        let refused = Happening::refused(EventKind::ToolTried, format!("{}: it is off for them", tool.name));
        context.record(refused.by(actor).to(&user.id));
    }
    let arguments = Value::Object(attempt.arguments.unwrap_or_default());
    let caller = Caller { kind: EventKind::ToolTried, actor, user_id: &user.id };
    Ok(call_as(app, context, caller, found, arguments).await?)
}
