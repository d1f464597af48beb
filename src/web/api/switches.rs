//! `/api/users/me/tools` and `/api/users/me/tool-groups`: a user's own switches. One handler for both, told by its path: each
//! more of them would be some kilobytes of the Worker.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{admit, admit_beside};
use crate::app::{App, Context};
use crate::model::tool::ToolSwitch;
use crate::model::tool_group::GroupSwitch;
use crate::protocol::error::OAuthError;
use crate::service::tools::switches::{self, Hand};
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

/// Whether the path is that of groups.
fn is_of_groups(request: &Request) -> bool {
    request.uri().path().starts_with("/api/users/me/tool-groups")
}

/// `GET`: everything there is, and how it stands for the token's user.
pub async fn list(State(app): State<Arc<App>>, context: Context, request: Request) -> Response {
    let groups = is_of_groups(&request);
    let look = |user_id: String| {
        let app = Arc::clone(&app);
        async move { all(&app, &user_id, groups).await }
    };
    match admit_beside(&app, &context, (request.headers(), SCOPE), look).await {
        Ok((_, all)) => Json(all).into_response(),
        Err(refusal) => refusal,
    }
}

async fn all(app: &App, user_id: &str, groups: bool) -> Result<Value, OAuthError> {
    Ok(if groups {
        let all = switches::groups(app, user_id).await?;
        json!({ "tool_groups": all.iter().map(shown_group).collect::<Vec<_>>() })
    } else {
        let all = switches::tools(app, user_id).await?;
        json!({ "tools": all.iter().map(shown_tool).collect::<Vec<_>>() })
    })
}

/// `PUT …/{name}` sets a switch, `DELETE …/{name}` takes it back; answers how it stands then.
pub async fn set(State(app): State<Arc<App>>, context: Context, Id(name): Id, request: Request) -> Response {
    let user_id = match admit(&app, &context, request.headers(), SCOPE).await {
        Ok(user_id) => user_id,
        Err(refusal) => return refusal,
    };
    let groups = is_of_groups(&request);
    let enabled = match wanted(request).await {
        Ok(enabled) => enabled,
        Err(error) => return error.into_response(),
    };
    if groups {
        let switch = switches::set_group(&app, &context, Hand::own(&user_id), &name, enabled).await;
        return switch.map(|switch| Json(shown_group(&switch))).into_response();
    }
    let switch = switches::set_tool(&app, &context, Hand::own(&user_id), &name, enabled).await;
    switch.map(|switch| Json(shown_tool(&switch))).into_response()
}

/// How the switch is to stand; `None`: as by itself.
async fn wanted(request: Request) -> Result<Option<bool>, OAuthError> {
    if request.method() == Method::DELETE {
        return Ok(None);
    }
    let Body(setting) = Body::<Setting>::from_request(request, &()).await?;
    Ok(Some(setting.enabled))
}
