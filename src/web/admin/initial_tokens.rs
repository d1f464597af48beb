//! `/admin/api/initial-access-tokens`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administrator, Page};
use crate::app::{App, Context};
use crate::model::initial_token::InitialToken;
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::registration::initial_tokens::{self, NewInitialToken};
use crate::store;
use crate::web::extract::{Id, Json as Body, Query};

fn shown(token: &InitialToken) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "created_at": token.created_at.rfc3339(),
        "expires_at": token.expires_at.map(Timestamp::rfc3339),
    })
}

/// `POST /admin/api/initial-access-tokens`: a token by which clients may be registered, shown this once.
pub async fn create(
    State(app): State<Arc<App>>,
    context: Context,
    administrator: Administrator,
    Body(new): Body<NewInitialToken>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let (made, token) = initial_tokens::create(&app, &context, administrator.actor(), new).await?;
    let mut shown = shown(&made);
    if let Some(members) = shown.as_object_mut() {
        members.insert("token".into(), token.into());
    }
    Ok((StatusCode::CREATED, Json(shown)))
}

/// `GET /admin/api/initial-access-tokens?after=&limit=`
pub async fn list(
    State(app): State<Arc<App>>,
    _: Administrator,
    Query(query): Query,
) -> Result<Json<Value>, OAuthError> {
    let page = Page::of(&query)?;
    let tokens = store::initial_tokens::list(&*app.database, &page.after, page.limit).await?;
    Ok(page.answer("initial_access_tokens", &tokens, shown, |token| &token.id))
}

/// `DELETE /admin/api/initial-access-tokens/{id}`
pub async fn end(
    State(app): State<Arc<App>>,
    context: Context,
    administrator: Administrator,
    Id(id): Id,
) -> Result<StatusCode, OAuthError> {
    initial_tokens::end(&app, &context, administrator.actor(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
