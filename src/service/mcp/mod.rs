//! What an MCP client may ask for (Model Context Protocol): who we are, and the tools of the token's user.

mod identity;
mod result;

use futures_util::future::join_all;
use serde_json::{Map, Value, json};

use crate::app::{App, Context};
use crate::model::tool::{ListedTool, Tool};
use crate::protocol::error::OAuthError;
use crate::protocol::json::set;
use crate::protocol::json_rpc::{Error, INTERNAL_ERROR, INVALID_PARAMS, Response};
use crate::protocol::mcp::{Asked, Call, Cursor, Exchange, Failure, check_parameter_headers};
use crate::service::tools::{self, CallError};

/// Most tools on a page of the list.
const PAGE: usize = 100;

/// What is looked for while the token is checked.
#[derive(Debug)]
pub enum Found {
    /// Nothing was.
    Nothing,
    /// The tools after the cursor: one more than a page has, if there are so many.
    Tools(Vec<ListedTool>),
    /// The tool to call, if it is on for the user.
    Tool(Option<Box<Tool>>),
}

/// An answer, and why it is our fault if it is.
#[derive(Debug)]
pub struct Answer {
    /// HTTP's status, where it is the only answer.
    pub status: u16,
    /// The answer.
    pub response: Response,
    /// For the log.
    pub reported: Option<OAuthError>,
}

/// Looks for what the answers need. One hop for each.
///
/// # Errors
/// `temporarily_unavailable`.
pub async fn look(app: &App, user_id: &str, exchange: &Exchange) -> Result<Vec<Found>, OAuthError> {
    join_all(exchange.asked.iter().map(|asked| look_for(app, user_id, asked))).await.into_iter().collect()
}

async fn look_for(app: &App, user_id: &str, asked: &Asked) -> Result<Found, OAuthError> {
    match &asked.call {
        Ok(Call::ListTools(cursor)) => {
            let after = cursor.as_ref().map(|cursor| cursor.after.as_str());
            tools::page(app, user_id, after, PAGE + 1).await.map(Found::Tools)
        }
        Ok(Call::CallTool { name, .. }) => {
            tools::find(app, user_id, name).await.map(|tool| Found::Tool(tool.map(Box::new)))
        }
        _ => Ok(Found::Nothing),
    }
}

/// Answers all that was asked, in its order.
pub async fn answers(
    app: &App,
    context: &Context,
    user_id: &str,
    exchange: &Exchange,
    found: Vec<Found>,
) -> Vec<Answer> {
    let asker = Asker { app, context, user_id, exchange };
    join_all(exchange.asked.iter().zip(found).map(|(asked, found)| asker.answer(asked, found))).await
}

/// Who asks, and how.
struct Asker<'a> {
    app: &'a App,
    context: &'a Context,
    user_id: &'a str,
    exchange: &'a Exchange,
}

/// Why there is no result, and what of it is for the log.
type Refused = (Failure, Option<OAuthError>);

impl Asker<'_> {
    async fn answer(&self, asked: &Asked, found: Found) -> Answer {
        let outcome = match &asked.call {
            Ok(call) => self.result(call, found).await,
            Err(failure) => Err((failure.clone(), None)),
        };
        match (outcome, asked.id.clone()) {
            (Ok(result), Some(id)) => Answer { status: 200, response: Response::done(id, result), reported: None },
            // Nothing is asked without an id.
            (Ok(_), None) => Answer { status: 200, response: Response::failed(None, internal()), reported: None },
            (Err((Failure { status, error }, reported)), id) => {
                Answer { status, response: Response::failed(id, error), reported }
            }
        }
    }

    async fn result(&self, call: &Call, found: Found) -> Result<Value, Refused> {
        let version = self.exchange.version;
        let result = match (call, found) {
            (Call::Initialize(version), _) => identity::initialized(self.app, *version),
            (Call::Ping, _) => json!({}),
            (Call::Discover, _) => identity::discovered(),
            (Call::ListTools(_), Found::Tools(tools)) => page(tools, version.is_stateless()),
            (Call::CallTool { name, arguments }, Found::Tool(tool)) => self.call(name, arguments, tool).await?,
            (Call::ListTools(_) | Call::CallTool { .. }, _) => return Err((Failure::told(internal()), None)),
        };
        Ok(if version.is_stateless() { identity::signed(self.app, result) } else { result })
    }

    async fn call(
        &self,
        name: &str,
        arguments: &Map<String, Value>,
        tool: Option<Box<Tool>>,
    ) -> Result<Value, Refused> {
        let version = self.exchange.version;
        if let Some(tool) = tool.as_ref().filter(|_| version.is_stateless()) {
            let checked = check_parameter_headers(&tool.input_schema, arguments, &self.exchange.headers);
            checked.map_err(|error| (Failure::refused(error), None))?;
        }
        let arguments = Value::Object(arguments.clone());
        let tool = tool.map(|tool| *tool);
        match tools::call_found(self.app, self.context, self.user_id, tool, arguments).await {
            Ok(answer) => Ok(result::of_answer(version, &answer)),
            Err(CallError::Pending(url)) => Ok(result::of_pending(version, tools::pending(&url))),
            Err(CallError::Unknown) => {
                Err((Failure::told(Error::new(INVALID_PARAMS, format!("Unknown tool: {name}"))), None))
            }
            Err(CallError::Arguments(violations)) if !version.tells_the_model_of_arguments() => {
                let error = Error::new(INVALID_PARAMS, "the arguments do not fit the tool's schema");
                Err((Failure::told(error.data(json!({ "violations": violations }))), None))
            }
            Err(CallError::Storage(error)) => {
                Err((Failure { status: error.code.status(), error: internal() }, Some(error)))
            }
            Err(error) => Ok(result::of_error(&OAuthError::from(error))),
        }
    }
}

fn internal() -> Error {
    Error::new(INTERNAL_ERROR, "this server cannot answer at the moment")
}

/// A page of the list. It is the user's own, and a switch acts at once, so nobody may keep it (Caching).
fn page(mut tools: Vec<ListedTool>, says_how_long: bool) -> Value {
    let more = tools.len() > PAGE;
    tools.truncate(PAGE);
    let last = tools.last().filter(|_| more).map(|tool| Cursor { after: tool.name.clone() }.written());
    let told = |tool: &ListedTool| json!({ "name": tool.name, "description": tool.description, "inputSchema": tool.input_schema });
    let mut result = json!({ "tools": tools.iter().map(told).collect::<Vec<_>>() });
    if let Some(cursor) = last {
        set(&mut result, "nextCursor", cursor);
    }
    if says_how_long {
        set(&mut result, "ttlMs", 0);
        set(&mut result, "cacheScope", "private");
    }
    result
}
