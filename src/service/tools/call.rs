//! A call of a tool: the arguments held against its schema, the request made, the answer told.

use std::time::Duration;

use log::Level;
use serde_json::{Value, json};

use super::answer::ToolAnswer;
use super::{authentication, by_connection, no_such_tool};
use crate::app::{App, Context, Happening, log_line};
use crate::model::audit::EventKind;
use crate::model::tool::{Authentication, Tool};
use crate::ports::{HttpLimits, HttpReply, HttpRequest, StorageError};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::input_schema;
use crate::protocol::tool_request::Filled;
use crate::protocol::violation::Violation;
use crate::service::{fetch, throttle};
use crate::store::{tool_switches, tools};

/// Why a call has no answer of the tool.
#[derive(Debug)]
pub enum CallError {
    /// There is no such tool, or it is off: nobody is told which.
    Unknown,
    /// The arguments do not fit.
    Arguments(Vec<Violation>),
    /// The tool's server cannot be had, or answered what is not passed on.
    Failed(String),
    /// The caller must connect an account elsewhere first: the address of our page for that.
    Pending(String),
    /// The tool's server took too long.
    TooSlow,
    /// The user called too much.
    TooMany(OAuthError),
    /// It is our fault.
    Storage(OAuthError),
}

impl From<OAuthError> for CallError {
    fn from(error: OAuthError) -> Self {
        Self::Storage(error)
    }
}

impl From<StorageError> for CallError {
    fn from(error: StorageError) -> Self {
        Self::Storage(error.into())
    }
}

impl From<CallError> for OAuthError {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Unknown => no_such_tool(),
            CallError::Arguments(violations) => Self::invalid_arguments(violations),
            CallError::Failed(why) => Self::new(ErrorCode::BadGateway, why),
            CallError::Pending(_) => Self::access_denied("the user must connect an account elsewhere first"),
            CallError::TooSlow => Self::new(ErrorCode::GatewayTimeout, "the tool's server took too long"),
            CallError::TooMany(error) | CallError::Storage(error) => error,
        }
    }
}

const AUTHORIZATION_REQUIRED: &str = "Authorization required";

/// What a caller is told who must connect an account first.
#[must_use]
pub fn pending(auth_url: &str) -> Value {
    json!({ "pending": true, "message": AUTHORIZATION_REQUIRED, "auth_url": auth_url })
}

/// Calls the tool of this name for a user.
///
/// # Errors
/// [`CallError`].
pub async fn call(
    app: &App,
    context: &Context,
    user_id: &str,
    name: &str,
    arguments: Value,
) -> Result<ToolAnswer, CallError> {
    let found = find(app, user_id, name).await?;
    call_found(app, context, user_id, found, arguments).await
}

/// The tool of this name, if it is on for the user. One hop; a caller makes it beside the check of the token.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn find(app: &App, user_id: &str, name: &str) -> Result<Option<Tool>, OAuthError> {
    Ok(tools::read(&app.database.run(tool_switches::select_called(user_id, name)).await?)?)
}

/// Calls what [`find`] found.
///
/// # Errors
/// [`CallError`].
pub async fn call_found(
    app: &App,
    context: &Context,
    user_id: &str,
    tool: Option<Tool>,
    arguments: Value,
) -> Result<ToolAnswer, CallError> {
    let caller = Caller { kind: EventKind::ToolCalled, actor: user_id, user_id };
    call_as(app, context, caller, tool, arguments).await
}

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller<'a> {
    /// What this is, in events.
    pub kind: EventKind,
    /// Who has it called, in events.
    pub actor: &'a str,
    /// For whom it is called.
    pub user_id: &'a str,
}

pub(super) async fn call_as(
    app: &App,
    context: &Context,
    caller: Caller<'_>,
    tool: Option<Tool>,
    arguments: Value,
) -> Result<ToolAnswer, CallError> {
    let tool = tool.ok_or(CallError::Unknown)?;
    let answer = answered(app, context, caller.user_id, &tool, &arguments).await;
    let happening = match &answer {
        Ok(answer) => Happening::done(caller.kind).because(format!("{}: {}", tool.name, answer.status)),
        Err(error) => Happening::refused(caller.kind, format!("{}: {}", tool.name, reason(error))),
    };
    context.record(happening.by(caller.actor).to(caller.user_id));
    answer
}

async fn answered(
    app: &App,
    context: &Context,
    user_id: &str,
    tool: &Tool,
    arguments: &Value,
) -> Result<ToolAnswer, CallError> {
    throttle::allows_user(app, "calls of tools", user_id).await.map_err(CallError::TooMany)?;
    let request = filled(app, tool, arguments)?;
    let mut request =
        HttpRequest { method: request.method.as_str(), url: request.url, headers: request.headers, body: request.body };
    let limits = limits(app, tool);
    let reply = if let Authentication::Connection(elsewhere) = &tool.authentication {
        by_connection::send(app, context, (user_id, elsewhere), request, limits).await?
    } else {
        request.headers.extend(authentication::header(app, tool).await?);
        app.http.send(request, limits).await.map_err(|error| unanswered(&error))?
    };
    passed_on(reply)
}

/// The request of these arguments, once they fit the schema.
fn filled(app: &App, tool: &Tool, arguments: &Value) -> Result<Filled, CallError> {
    let core = input_schema::core(&tool.input_schema)
        .map_err(|problem| OAuthError::server_error("the tool's schema cannot be used").detail(problem))?;
    let violations = app.schemas.validate(&core, arguments)?;
    if !violations.is_empty() {
        return Err(CallError::Arguments(violations.into_iter().map(Violation::shortened).collect()));
    }
    let Value::Object(arguments) = arguments else {
        return Err(CallError::Arguments(vec![Violation::of_all("arguments are an object")]));
    };
    let request = tool.request.fill(arguments).map_err(|violation| CallError::Arguments(vec![violation]))?;
    // It was so when the tool was saved; the settings may be others since.
    fetch::allowed(&app.config, &request.url)
        .map_err(|problem| CallError::Failed(format!("the tool's URL {problem}")))?;
    Ok(request)
}

fn limits(app: &App, tool: &Tool) -> HttpLimits {
    let given = |number: Option<i64>| number.and_then(|number| u64::try_from(number).ok());
    HttpLimits {
        deadline: given(tool.timeout_seconds).map_or(app.config.tool_timeout, Duration::from_secs),
        bytes: given(tool.max_bytes).and_then(|most| usize::try_from(most).ok()).unwrap_or(app.config.tool_max_bytes),
    }
}

/// The adapter's own words are for the log: they may tell of the inside of a network.
pub(super) fn unanswered(error: &StorageError) -> CallError {
    log_line(Level::Info, "tool_unanswered", json!({ "problem": error.to_string() }));
    if error.late {
        return CallError::TooSlow;
    }
    CallError::Failed("the tool's server cannot be reached, or answered too much".to_owned())
}

/// No redirect is followed, since it leads where no administrator said.
fn passed_on(reply: HttpReply) -> Result<ToolAnswer, CallError> {
    match reply.status {
        200..=299 | 400..=499 => Ok(reply.into()),
        300..=399 => Err(CallError::Failed(format!("the tool's server answered with a redirect ({})", reply.status))),
        status => Err(CallError::Failed(format!("the tool's server answered with status {status}"))),
    }
}

fn reason(error: &CallError) -> String {
    match error {
        CallError::Unknown => "unknown".to_owned(),
        CallError::Arguments(_) => "the arguments do not fit".to_owned(),
        CallError::Failed(why) => why.clone(),
        CallError::Pending(_) => "authorization required".to_owned(),
        CallError::TooSlow => "too slow".to_owned(),
        CallError::TooMany(error) | CallError::Storage(error) => error.description.clone(),
    }
}
