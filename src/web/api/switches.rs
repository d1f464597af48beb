//! `/api/users/me/tools` and `/api/users/me/tool-groups`: a user's own switches.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{admit, admit_beside};
use crate::app::{App, Context};
use crate::model::tool::ToolSwitch;
use crate::model::tool_group::GroupSwitch;
use crate::protocol::error::OAuthError;
use crate::service::tools::switches;
use crate::web::extract::{Id, Json as Body};

const SCOPE: Option<&str> = Some("manage:tools");

/// How a switch is to stand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    enabled: bool,
}

fn shown_tool(switch: &ToolSwitch) -> Value {
    json!({
        "name": switch.name,
        "description": switch.description,
        "enabled": switch.enabled,
        "own": switch.own,
        "groups": switch.groups,
    })
}

fn shown_group(switch: &GroupSwitch) -> Value {
    json!({
        "name": switch.name,
        "description": switch.description,
        "tools": switch.tools,
        "enabled": switch.enabled,
    })
}

/// `GET /api/users/me/tools`: all tools, and how they stand for the token's user.
pub async fn tools(State(app): State<Arc<App>>, context: Context, headers: HeaderMap) -> Response {
    let look = |user_id: String| {
        let app = Arc::clone(&app);
        async move { switches::tools(&app, &user_id).await }
    };
    match admit_beside(&app, &context, (&headers, SCOPE), look).await {
        Ok((_, all)) => Json(json!({ "tools": all.iter().map(shown_tool).collect::<Vec<_>>() })).into_response(),
        Err(refusal) => refusal,
    }
}

/// `GET /api/users/me/tool-groups`: all groups, and how they stand for the token's user.
pub async fn groups(State(app): State<Arc<App>>, context: Context, headers: HeaderMap) -> Response {
    let look = |user_id: String| {
        let app = Arc::clone(&app);
        async move { switches::groups(&app, &user_id).await }
    };
    match admit_beside(&app, &context, (&headers, SCOPE), look).await {
        Ok((_, all)) => Json(json!({ "tool_groups": all.iter().map(shown_group).collect::<Vec<_>>() })).into_response(),
        Err(refusal) => refusal,
    }
}

/// `PUT /api/users/me/tools/{name}`
pub async fn put_tool(State(app): State<Arc<App>>, context: Context, Id(name): Id, request: Request) -> Response {
    let (user_id, enabled) = match admitted(&app, &context, request).await {
        Ok(admitted) => admitted,
        Err(refusal) => return refusal,
    };
    tool_answer(switches::set_tool(&app, &context, &user_id, &name, Some(enabled)).await)
}

/// `DELETE /api/users/me/tools/{name}`
pub async fn delete_tool(State(app): State<Arc<App>>, context: Context, Id(name): Id, headers: HeaderMap) -> Response {
    match admit(&app, &context, &headers, SCOPE).await {
        Ok(user_id) => tool_answer(switches::set_tool(&app, &context, &user_id, &name, None).await),
        Err(refusal) => refusal,
    }
}

/// `PUT /api/users/me/tool-groups/{name}`
pub async fn put_group(State(app): State<Arc<App>>, context: Context, Id(name): Id, request: Request) -> Response {
    let (user_id, enabled) = match admitted(&app, &context, request).await {
        Ok(admitted) => admitted,
        Err(refusal) => return refusal,
    };
    group_answer(switches::set_group(&app, &context, &user_id, &name, Some(enabled)).await)
}

/// `DELETE /api/users/me/tool-groups/{name}`
pub async fn delete_group(State(app): State<Arc<App>>, context: Context, Id(name): Id, headers: HeaderMap) -> Response {
    match admit(&app, &context, &headers, SCOPE).await {
        Ok(user_id) => group_answer(switches::set_group(&app, &context, &user_id, &name, None).await),
        Err(refusal) => refusal,
    }
}

/// Whose switch, and how it is to stand.
async fn admitted(app: &App, context: &Context, request: Request) -> Result<(String, bool), Response> {
    let user_id = admit(app, context, request.headers(), SCOPE).await?;
    match Body::<Setting>::from_request(request, &()).await {
        Ok(Body(setting)) => Ok((user_id, setting.enabled)),
        Err(error) => Err(error.into_response()),
    }
}

fn tool_answer(switch: Result<ToolSwitch, OAuthError>) -> Response {
    switch.map(|switch| Json(shown_tool(&switch))).into_response()
}

fn group_answer(switch: Result<GroupSwitch, OAuthError>) -> Response {
    switch.map(|switch| Json(shown_group(&switch))).into_response()
}
