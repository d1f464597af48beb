//! `/admin/api/resources`

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administered, listed, page_request};
use crate::model::resource::Resource;
use crate::protocol::error::OAuthError;
use crate::service::resources::{self, NewResource, ResourceSettings};
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
    Administered { app, context, actor }: Administered,
    Body(new): Body<NewResource>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let made = resources::create(&app, &context, &actor, new).await?;
    Ok((StatusCode::CREATED, Json(shown(&made))))
}

/// `GET /admin/api/resources?after=&limit=`
pub async fn list(Administered { app, .. }: Administered, Query(query): Query) -> Result<Json<Value>, OAuthError> {
    Ok(listed("resources", &resources::list(&app, &page_request(&query)?).await?, shown))
}

/// `GET /admin/api/resources/{id}`
pub async fn read(Administered { app, .. }: Administered, Id(id): Id) -> Result<Json<Value>, OAuthError> {
    Ok(Json(shown(&resources::find(&app, &id).await?)))
}

/// `PATCH /admin/api/resources/{id}`
pub async fn edit(
    Administered { app, context, actor }: Administered,
    Id(id): Id,
    Body(settings): Body<ResourceSettings>,
) -> Result<Json<Value>, OAuthError> {
    let edited = resources::edit(&app, &context, &actor, &id, settings).await?;
    Ok(Json(shown(&edited)))
}

/// `DELETE /admin/api/resources/{id}`
pub async fn remove(Administered { app, context, actor }: Administered, Id(id): Id) -> Result<StatusCode, OAuthError> {
    resources::remove(&app, &context, &actor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
