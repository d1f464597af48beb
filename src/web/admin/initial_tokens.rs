//! `/admin/api/initial-access-tokens`

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administered, listed, page_request};
use crate::model::initial_token::InitialToken;
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::registration::initial_tokens::{self, InitialTokenSettings, NewInitialToken};
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
    Administered { app, context, actor }: Administered,
    Body(new): Body<NewInitialToken>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let (made, token) = initial_tokens::create(&app, &context, &actor, new).await?;
    let mut shown = shown(&made);
    if let Some(members) = shown.as_object_mut() {
        members.insert("token".into(), token.into());
    }
    Ok((StatusCode::CREATED, Json(shown)))
}

/// `GET /admin/api/initial-access-tokens?after=&limit=`
pub async fn list(Administered { app, .. }: Administered, Query(query): Query) -> Result<Json<Value>, OAuthError> {
    Ok(listed("initial_access_tokens", &initial_tokens::list(&app, &page_request(&query)?).await?, shown))
}

/// `GET /admin/api/initial-access-tokens/{id}`
pub async fn read(Administered { app, .. }: Administered, Id(id): Id) -> Result<Json<Value>, OAuthError> {
    Ok(Json(shown(&initial_tokens::find(&app, &id).await?)))
}

/// `PATCH /admin/api/initial-access-tokens/{id}`
pub async fn edit(
    Administered { app, context, actor }: Administered,
    Id(id): Id,
    Body(settings): Body<InitialTokenSettings>,
) -> Result<Json<Value>, OAuthError> {
    let edited = initial_tokens::edit(&app, &context, &actor, &id, settings).await?;
    Ok(Json(shown(&edited)))
}

/// `DELETE /admin/api/initial-access-tokens/{id}`
pub async fn end(Administered { app, context, actor }: Administered, Id(id): Id) -> Result<StatusCode, OAuthError> {
    initial_tokens::end(&app, &context, &actor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
