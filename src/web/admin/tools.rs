//! `/admin/api/tools`

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administered, listed, page_request};
use crate::model::tool::Tool;
use crate::protocol::error::OAuthError;
use crate::service::listing::Page;
use crate::service::tools::manage::{self, ToolSettings};
use crate::store;
use crate::web::extract::{Id, Json as Body, Query};

/// A tool as the admin API shows it; of a secret only that there is one.
fn shown(tool: &Tool) -> Value {
    json!({
        "id": tool.id,
        "name": tool.name,
        "description": tool.description,
        "input_schema": tool.input_schema,
        "request": tool.request,
        "authentication": tool.authentication.clone().with_secret(None),
        "has_secret": tool.authentication.credential().is_some(),
        "timeout_seconds": tool.timeout_seconds,
        "max_bytes": tool.max_bytes,
        "default_enabled": tool.default_enabled,
        "created_at": tool.created_at.rfc3339(),
        "updated_at": tool.updated_at.rfc3339(),
    })
}

/// `POST /admin/api/tools`
pub async fn create(
    Administered { app, context, actor }: Administered,
    Body(settings): Body<ToolSettings>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let made = manage::create(&app, &context, &actor, settings).await?;
    Ok((StatusCode::CREATED, Json(shown(&made))))
}

/// `GET /admin/api/tools?after=&limit=`
pub async fn list(Administered { app, .. }: Administered, Query(query): Query) -> Result<Json<Value>, OAuthError> {
    let request = page_request(&query)?;
    let tools = store::tools::list(&*app.database, &request.after, request.limit).await?;
    Ok(listed("tools", &Page::of(tools, &request, |tool| tool.id.clone()), shown))
}

/// `GET /admin/api/tools/{id}`
pub async fn read(Administered { app, .. }: Administered, Id(id): Id) -> Result<Json<Value>, OAuthError> {
    Ok(Json(shown(&manage::find(&app, &id).await?)))
}

/// `PATCH /admin/api/tools/{id}`
pub async fn edit(
    Administered { app, context, actor }: Administered,
    Id(id): Id,
    Body(settings): Body<ToolSettings>,
) -> Result<Json<Value>, OAuthError> {
    let tool = manage::edit(&app, &context, &actor, &id, settings).await?;
    Ok(Json(shown(&tool)))
}

/// `DELETE /admin/api/tools/{id}`
pub async fn remove(Administered { app, context, actor }: Administered, Id(id): Id) -> Result<StatusCode, OAuthError> {
    manage::remove(&app, &context, &actor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
