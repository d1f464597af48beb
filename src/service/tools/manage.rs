//! Tools as administrators make, change and remove them.

use super::authentication::sealed;
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
pub use crate::model::tool::ToolSettings;
use crate::model::tool::{Authentication, MOST_BYTES, MOST_SECONDS, Tool};
use crate::protocol::error::OAuthError;
use crate::protocol::mcp::check_names;
use crate::protocol::tool_name::is_tool_name;
use crate::protocol::{input_schema, tool_request};
use crate::service::errors::taken;
use crate::service::fetch;
use crate::store::tools;

const NAME_TAKEN: &str = "a tool of this name exists already";

/// Longest description, in bytes.
const LONGEST_DESCRIPTION: usize = 4096;

/// Makes a tool.
///
/// # Errors
/// `invalid_request` for what cannot be, `conflict` for a name that is taken.
pub async fn create(app: &App, context: &Context, actor: &str, mut settings: ToolSettings) -> Result<Tool, OAuthError> {
    let missing = |member: &'static str| OAuthError::invalid_request(format!("{member} is missing")).field(member);
    let now = context.now().floor_to_second();
    let blank = Tool {
        id: app.random_text::<16>(),
        name: settings.name.clone().ok_or_else(|| missing("name"))?,
        description: String::new(),
        input_schema: input_schema::nothing(),
        request: settings.request.clone().ok_or_else(|| missing("request"))?,
        authentication: Authentication::None,
        timeout_seconds: None,
        max_bytes: None,
        default_enabled: false,
        created_at: now,
        updated_at: now,
    };
    let authentication = match settings.authentication.take() {
        Some(given) => Some(sealed(app, &blank.id, given, &Authentication::None).await.map_err(of_authentication)?),
        None => None,
    };
    let tool = settings.applied(blank, authentication, now);
    check(app, &tool)?;
    app.database.run(tools::insert(&tool)).await.map_err(|error| taken(error, NAME_TAKEN).field("name"))?;
    context.record(Happening::done(EventKind::ToolCreated).by(actor).because(tool.name.clone()));
    Ok(tool)
}

/// Changes a tool: what `settings` name and nothing else. The whole is checked as it was read.
///
/// # Errors
/// `not_found`, and as [`create`].
pub async fn edit(
    app: &App,
    context: &Context,
    actor: &str,
    id: &str,
    mut settings: ToolSettings,
) -> Result<Tool, OAuthError> {
    let names = settings.names();
    let before = find(app, id).await?;
    let authentication = match settings.authentication.take() {
        Some(given) => Some(sealed(app, id, given, &before.authentication).await.map_err(of_authentication)?),
        None => None,
    };
    let now = context.now().floor_to_second();
    check(app, &settings.applied(before, authentication.clone(), now))?;
    let statements = vec![tools::update(id, &settings, authentication.as_ref(), now), tools::select(id)];
    let outcomes = app.database.batch(statements).await.map_err(|error| taken(error, NAME_TAKEN).field("name"))?;
    let tool = tools::read(outcomes.get(1).ok_or_else(nowhere)?)?.ok_or_else(nowhere)?;
    let reason = format!("{}: {names}", tool.name);
    context.record(Happening::done(EventKind::ToolUpdated).by(actor).because(reason));
    Ok(tool)
}

/// Removes a tool, with every switch for it.
///
/// # Errors
/// `not_found`.
pub async fn remove(app: &App, context: &Context, actor: &str, id: &str) -> Result<(), OAuthError> {
    let outcomes = app.database.batch(vec![tools::select(id), tools::delete(id)]).await?;
    let tool = tools::read(outcomes.first().ok_or_else(nowhere)?)?.ok_or_else(nowhere)?;
    context.record(Happening::done(EventKind::ToolRemoved).by(actor).because(tool.name));
    Ok(())
}

/// The tool of this id.
///
/// # Errors
/// `not_found`.
pub async fn find(app: &App, id: &str) -> Result<Tool, OAuthError> {
    tools::read(&app.database.run(tools::select(id)).await?)?.ok_or_else(nowhere)
}

fn of_authentication(error: OAuthError) -> OAuthError {
    if error.code.status() < 500 { error.field("authentication") } else { error }
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is no tool of this id")
}

/// What must hold of a tool as a whole.
fn check(app: &App, tool: &Tool) -> Result<(), OAuthError> {
    let of = |field: &'static str| move |problem: String| OAuthError::invalid_request(problem).field(field);
    if !is_tool_name(&tool.name) {
        let problem = "name is up to 64 letters, digits and _, begins with a letter, and is no word of Python's own";
        return Err(of("name")(problem.to_owned()));
    }
    check_description(&tool.description)?;
    let core = input_schema::core(&tool.input_schema).map_err(of("input_schema"))?;
    check_names(&tool.input_schema).map_err(of("input_schema"))?;
    app.schemas.check(&core)?.map_or(Ok(()), |problem| Err(of("input_schema")(problem)))?;
    tool_request::check(&tool.request, &tool.input_schema, app.config.development).map_err(of("request"))?;
    check_place(app, tool)?;
    let within = |number: Option<i64>, most| number.is_none_or(|number| (1..=most).contains(&number));
    let seconds_fit = within(tool.timeout_seconds, MOST_SECONDS);
    if !seconds_fit || !within(tool.max_bytes, MOST_BYTES) {
        let field = if seconds_fit { "max_bytes" } else { "timeout_seconds" };
        return Err(of(field)(format!(
            "timeout_seconds is a number up to {MOST_SECONDS} and max_bytes one up to {MOST_BYTES}; 0 is the setting"
        )));
    }
    Ok(())
}

/// # Errors
/// `invalid_request` for a text that is too long, or holds what no page shows.
pub(super) fn check_description(text: &str) -> Result<(), OAuthError> {
    let shown = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\t');
    if text.len() <= LONGEST_DESCRIPTION && text.chars().all(shown) {
        return Ok(());
    }
    let problem = "description has up to 4096 bytes, and no control characters but line breaks";
    Err(OAuthError::invalid_request(problem).field("description"))
}

/// A tool must not call ourselves, nor hide its own credentials.
fn check_place(app: &App, tool: &Tool) -> Result<(), OAuthError> {
    // Whatever stands in the path, scheme and host are these.
    fetch::allowed(&app.config, &tool.request.url.replace(['{', '}'], "x"))
        .map_err(|problem| OAuthError::invalid_request(format!("url {problem}")).field("request"))?;
    let header = tool.authentication.credential().and_then(|credential| credential.header.as_ref());
    if header.is_some_and(|header| tool.request.headers.keys().any(|name| name.eq_ignore_ascii_case(header))) {
        let problem = "the header of the API key is also one of the request's";
        return Err(OAuthError::invalid_request(problem).field("authentication"));
    }
    Ok(())
}
