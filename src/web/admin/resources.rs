//! `/admin/api/resources`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administrator, Page};
use crate::app::{App, Context};
use crate::model::resource::Resource;
use crate::protocol::error::OAuthError;
use crate::service::resources::{self, NewResource};
use crate::store;
use crate::web::extract::{Id, Json as Body, Query};

fn shown(resource: &Resource) -> Value {
    json!({
        "id": resource.id,
        "resource": resource.uri,
        "name": resource.name,
        "scope": resource.scopes,
        "created_at": resource.created_at.rfc3339(),
    })
}

/// `POST /admin/api/resources`
pub async fn create(
    State(app): State<Arc<App>>,
    context: Context,
    administrator: Administrator,
    Body(new): Body<NewResource>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let made = resources::create(&app, &context, administrator.actor(), new).await?;
    Ok((StatusCode::CREATED, Json(shown(&made))))
}

/// `GET /admin/api/resources?after=&limit=`
pub async fn list(
    State(app): State<Arc<App>>,
    _: Administrator,
    Query(query): Query,
) -> Result<Json<Value>, OAuthError> {
    let page = Page::of(&query)?;
    let resources = store::resources::list(&*app.database, &page.after, page.limit).await?;
    Ok(page.answer("resources", &resources, shown, |resource| &resource.id))
}

/// `DELETE /admin/api/resources/{id}`
pub async fn remove(
    State(app): State<Arc<App>>,
    context: Context,
    administrator: Administrator,
    Id(id): Id,
) -> Result<StatusCode, OAuthError> {
    resources::remove(&app, &context, administrator.actor(), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
