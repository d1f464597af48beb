//! `/admin/api/tool-groups`

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administered, listed, page_request};
use crate::model::tool_group::ToolGroup;
use crate::protocol::error::OAuthError;
use crate::service::listing::Page;
use crate::service::tools::groups::{self, ToolGroupSettings};
use crate::store;
use crate::web::extract::{Id, Json as Body, Query};

fn shown(group: &ToolGroup) -> Value {
    json!({
        "id": group.id,
        "name": group.name,
        "description": group.description,
        "tools": group.tools,
        "default_enabled": group.default_enabled,
        "created_at": group.created_at.rfc3339(),
        "updated_at": group.updated_at.rfc3339(),
    })
}

/// `POST /admin/api/tool-groups`
pub async fn create(
    Administered { app, context, actor }: Administered,
    Body(settings): Body<ToolGroupSettings>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let made = groups::create(&app, &context, &actor, settings).await?;
    Ok((StatusCode::CREATED, Json(shown(&made))))
}

/// `GET /admin/api/tool-groups?after=&limit=`
pub async fn list(Administered { app, .. }: Administered, Query(query): Query) -> Result<Json<Value>, OAuthError> {
    let request = page_request(&query)?;
    let found = store::tool_groups::list(&*app.database, &request.after, request.limit).await?;
    Ok(listed("tool_groups", &Page::of(found, &request, |group| group.id.clone()), shown))
}

/// `GET /admin/api/tool-groups/{id}`
pub async fn read(Administered { app, .. }: Administered, Id(id): Id) -> Result<Json<Value>, OAuthError> {
    Ok(Json(shown(&groups::find(&app, &id).await?)))
}

/// `PATCH /admin/api/tool-groups/{id}`
pub async fn edit(
    Administered { app, context, actor }: Administered,
    Id(id): Id,
    Body(settings): Body<ToolGroupSettings>,
) -> Result<Json<Value>, OAuthError> {
    let group = groups::edit(&app, &context, &actor, &id, settings).await?;
    Ok(Json(shown(&group)))
}

/// `DELETE /admin/api/tool-groups/{id}`
pub async fn remove(Administered { app, context, actor }: Administered, Id(id): Id) -> Result<StatusCode, OAuthError> {
    groups::remove(&app, &context, &actor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
