//! `/api/users/me/connections`: a user's accounts at providers, and never a token of them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::{admit, admit_beside};
use crate::app::{App, Context};
use crate::model::connection::Connection;
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::upstream::connections;

fn shown(connection: &Connection) -> Value {
    json!({
        "id": connection.id,
        "provider": connection.provider_id,
        "agent_id": Some(&connection.agent_id).filter(|id| !id.is_empty()),
        "provider_user_id": connection.provider_user_id,
        "email": connection.email,
        "name": connection.name,
        "scopes": connection.scopes.iter().collect::<Vec<_>>(),
        "status": connection.status,
        "expires_at": connection.expires_at.map(Timestamp::rfc3339),
        "created_at": connection.created_at.rfc3339(),
        "updated_at": connection.updated_at.rfc3339(),
        "last_used_at": connection.last_used_at.map(Timestamp::rfc3339),
    })
}

/// The last part of the path, where it is that of one.
fn id_of(request: &Request) -> Option<String> {
    request.uri().path().strip_prefix("/api/users/me/connections/").map(str::to_owned)
}

/// `GET`: all of them, or the one of the path.
pub async fn get(State(app): State<Arc<App>>, context: Context, request: Request) -> Response {
    let id = id_of(&request);
    let look = |user_id: String| {
        let (app, id) = (Arc::clone(&app), id.clone());
        async move {
            match id {
                Some(id) => connections::find(&app, &user_id, &id).await.map(|found| shown(&found)),
                None => connections::list(&app, &user_id).await.map(|all| listed(&all)),
            }
        }
    };
    match admit_beside(&app, &context, (request.headers(), Some("read:tools")), look).await {
        Ok((_, answer)) => Json(answer).into_response(),
        Err(refusal) => refusal,
    }
}

fn listed(all: &[Connection]) -> Value {
    json!({ "connections": all.iter().map(shown).collect::<Vec<_>>() })
}

/// `DELETE`: disconnects the one of the path.
pub async fn delete(State(app): State<Arc<App>>, context: Context, request: Request) -> Response {
    let user_id = match admit(&app, &context, request.headers(), Some("manage:tools")).await {
        Ok(user_id) => user_id,
        Err(refusal) => return refusal,
    };
    let removed: Result<(), OAuthError> =
        connections::remove(&app, &context, &user_id, &id_of(&request).unwrap_or_default()).await;
    removed.map_or_else(IntoResponse::into_response, |()| StatusCode::NO_CONTENT.into_response())
}
