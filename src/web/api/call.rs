//! `POST /api/tools/{name}/call`

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::admit_beside;
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::tools::{self, CallError};
use crate::web::extract::{Id, Json as Body};

/// Calls a tool of the token's user; the body is the arguments. The tool is looked for while the token is checked. Who may not
/// come in is not told what is wrong with their arguments, so those are read afterwards.
pub async fn post(State(app): State<Arc<App>>, context: Context, Id(name): Id, request: Request) -> Response {
    let look = |user_id: String| {
        let (app, name) = (Arc::clone(&app), name.clone());
        async move { tools::find(&app, &user_id, &name).await }
    };
    let headers = request.headers().clone();
    let (user_id, tool) = match admit_beside(&app, &context, (&headers, Some("call:tools")), look).await {
        Ok(admitted) => admitted,
        Err(refusal) => return refusal,
    };
    let arguments = match Body::<Map<String, Value>>::from_request(request, &()).await {
        Ok(Body(arguments)) => Value::Object(arguments),
        Err(error) => return error.into_response(),
    };
    match tools::call_found(&app, &context, &user_id, tool, arguments).await {
        Ok(answer) => Json(answer).into_response(),
        Err(CallError::Pending(url)) => Json(tools::pending(&url)).into_response(),
        Err(error) => OAuthError::from(error).into_response(),
    }
}
