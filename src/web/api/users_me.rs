//! `GET /api/users/me`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use super::admit_beside;
use crate::app::{App, Context};
use crate::model::tool::ListedTool;
use crate::protocol::python_module::{self, PythonTool};
use crate::service::tools;

/// What a program that saves the module should call it, for it is imported by that name.
const FILE: &str = "attachment; filename=\"external_tool_agents.py\"";

/// The tools that are on for the token's user, as a Python module.
pub async fn get(State(app): State<Arc<App>>, context: Context, headers: HeaderMap) -> Response {
    let look = |user_id: String| {
        let app = Arc::clone(&app);
        async move { tools::listed(&app, &user_id).await }
    };
    let listed = match admit_beside(&app, &context, (&headers, Some("read:tools")), look).await {
        Ok((_, listed)) => listed,
        Err(refusal) => return refusal,
    };
    as_module(&app, &listed)
}

/// These tools as a module, to be saved under its name.
pub fn as_module(app: &App, listed: &[ListedTool]) -> Response {
    let tools = listed.iter().map(|tool| PythonTool {
        name: &tool.name,
        description: &tool.description,
        input_schema: &tool.input_schema,
    });
    let module = python_module::write(app.config.issuer.as_str(), &tools.collect::<Vec<_>>());
    // Plain text to a browser, whatever stands in it.
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CONTENT_DISPOSITION, FILE)], module).into_response()
}
