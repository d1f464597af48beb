//! `/admin/api/scopes`

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administered, listed, page_request};
use crate::model::scope::{Scope, ScopeSettings};
use crate::protocol::error::OAuthError;
use crate::protocol::scope::BUILT_IN;
use crate::service::scope_table::{self, NewScope};
use crate::store::scopes::Dependents;
use crate::web::extract::{Id, Json as Body, Query};

fn shown(scope: &Scope) -> Value {
    json!({
        "name": scope.name,
        "description": scope.description,
        "open": scope.open,
        "claims": scope.claims,
        "built_in": BUILT_IN.iter().any(|built_in| built_in.name == scope.name),
    })
}

/// `POST /admin/api/scopes`
pub async fn create(
    Administered { app, context, actor }: Administered,
    Body(new): Body<NewScope>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let made = scope_table::create(&app, &context, &actor, new).await?;
    Ok((StatusCode::CREATED, Json(shown(&made))))
}

/// `GET /admin/api/scopes?after=&limit=`: scopes in the order of their names.
pub async fn list(Administered { app, .. }: Administered, Query(query): Query) -> Result<Json<Value>, OAuthError> {
    Ok(listed("scopes", &scope_table::list(&app, &page_request(&query)?).await?, shown))
}

/// `GET /admin/api/scopes/{name}`
pub async fn read(Administered { app, .. }: Administered, Id(name): Id) -> Result<Json<Value>, OAuthError> {
    Ok(Json(shown(&scope_table::find(&app, &name).await?)))
}

/// `GET /admin/api/scopes/{name}/dependents`: who has the scope.
pub async fn dependents(Administered { app, .. }: Administered, Id(name): Id) -> Result<Json<Dependents>, OAuthError> {
    scope_table::dependents(&app, &name).await.map(Json)
}

/// `PATCH /admin/api/scopes/{name}`
pub async fn edit(
    Administered { app, context, actor }: Administered,
    Id(name): Id,
    Body(settings): Body<ScopeSettings>,
) -> Result<Json<Value>, OAuthError> {
    let edited = scope_table::edit(&app, &context, &actor, &name, settings).await?;
    Ok(Json(shown(&edited)))
}

/// `DELETE /admin/api/scopes/{name}`
pub async fn remove(
    Administered { app, context, actor }: Administered,
    Id(name): Id,
) -> Result<StatusCode, OAuthError> {
    scope_table::remove(&app, &context, &actor, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}
