//! Groups of tools as administrators make, change and remove them.

use super::manage::check_description;
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::tool_group::ToolGroup;
pub use crate::model::tool_group::ToolGroupSettings;
use crate::ports::Statement;
use crate::protocol::error::OAuthError;
use crate::protocol::tool_name::is_group_name;
use crate::service::errors::taken;
use crate::store::{tool_groups, tools};

const NAME_TAKEN: &str = "a group of this name exists already";

/// Most tools of a group.
const MOST_TOOLS: usize = 500;

/// Makes a group.
///
/// # Errors
/// `invalid_request` for what cannot be, `conflict` for a name that is taken.
pub async fn create(
    app: &App,
    context: &Context,
    actor: &str,
    settings: ToolGroupSettings,
) -> Result<ToolGroup, OAuthError> {
    check(app, &settings).await?;
    let now = context.now().floor_to_second();
    let id = app.random_text::<16>();
    let group = ToolGroup {
        id: id.clone(),
        name: settings.name.ok_or_else(|| OAuthError::invalid_request("name is missing").field("name"))?,
        description: settings.description.unwrap_or_default(),
        tools: Vec::new(),
        default_enabled: settings.default_enabled.unwrap_or_default(),
        created_at: now,
        updated_at: now,
    };
    let members = settings.tools.map(|tools| tool_groups::set_members(&id, &tools)).unwrap_or_default();
    let made = written(app, &id, [vec![tool_groups::insert(&group)], members].concat()).await?;
    context.record(Happening::done(EventKind::ToolGroupCreated).by(actor).because(made.name.clone()));
    Ok(made)
}

/// Changes a group: what `settings` name and nothing else.
///
/// # Errors
/// `not_found`, and as [`create`].
pub async fn edit(
    app: &App,
    context: &Context,
    actor: &str,
    id: &str,
    settings: ToolGroupSettings,
) -> Result<ToolGroup, OAuthError> {
    check(app, &settings).await?;
    let members = settings.tools.as_ref().map(|tools| tool_groups::set_members(id, tools)).unwrap_or_default();
    let now = context.now().floor_to_second();
    let changed = written(app, id, [vec![tool_groups::update(id, &settings, now)], members].concat()).await?;
    let reason = format!("{}: {}", changed.name, settings.names());
    context.record(Happening::done(EventKind::ToolGroupUpdated).by(actor).because(reason));
    Ok(changed)
}

/// Removes a group, with every switch for it. Its tools stay.
///
/// # Errors
/// `not_found`.
pub async fn remove(app: &App, context: &Context, actor: &str, id: &str) -> Result<(), OAuthError> {
    let outcomes = app.database.batch(vec![tool_groups::select(id), tool_groups::delete(id)]).await?;
    let group = tool_groups::read(outcomes.first().ok_or_else(nowhere)?)?.ok_or_else(nowhere)?;
    context.record(Happening::done(EventKind::ToolGroupRemoved).by(actor).because(group.name));
    Ok(())
}

/// The group of this id.
///
/// # Errors
/// `not_found`.
pub async fn find(app: &App, id: &str) -> Result<ToolGroup, OAuthError> {
    tool_groups::read(&app.database.run(tool_groups::select(id)).await?)?.ok_or_else(nowhere)
}

/// Writes, and reads the group back in the same batch.
async fn written(app: &App, id: &str, mut statements: Vec<Statement>) -> Result<ToolGroup, OAuthError> {
    statements.push(tool_groups::select(id));
    let outcomes = app.database.batch(statements).await.map_err(|error| taken(error, NAME_TAKEN).field("name"))?;
    tool_groups::read(outcomes.last().ok_or_else(nowhere)?)?.ok_or_else(nowhere)
}

async fn check(app: &App, settings: &ToolGroupSettings) -> Result<(), OAuthError> {
    if settings.name.as_deref().is_some_and(|name| !is_group_name(name)) {
        let problem = "name is up to 64 letters, digits, _ and -, and begins with a letter";
        return Err(OAuthError::invalid_request(problem).field("name"));
    }
    check_description(settings.description.as_deref().unwrap_or_default())?;
    let wanted = settings.tools.as_deref().unwrap_or_default();
    if wanted.len() > MOST_TOOLS {
        return Err(OAuthError::invalid_request(format!("a group has up to {MOST_TOOLS} tools")).field("tools"));
    }
    if wanted.is_empty() {
        return Ok(());
    }
    if app.database.run(tools::select_missing(wanted)).await?.is_empty() {
        return Ok(());
    }
    Err(OAuthError::invalid_request("tools holds a name that is no tool's").field("tools"))
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is no group of this id")
}
