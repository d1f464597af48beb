//! `/admin/api/users`

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administered, listed, one_of, page_request, parameter, with_secret};
use crate::model::user::{Role, User, user_client_id};
use crate::protocol::error::OAuthError;
use crate::service::users::{self, NewUser, UserFilter, UserSettings};
use crate::store::users::Dependents;
use crate::web::extract::{Id, Json as Body, Query};

/// A user as the admin API shows it; never a password's hash.
fn shown(user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name,
        "role": user.role.as_str(),
        "has_password": user.password_hash.is_some(),
        "disabled": user.disabled_at.is_some(),
        "client_id": user_client_id(&user.id),
        "claims": user.claims,
        "created_at": user.created_at.rfc3339(),
        "updated_at": user.updated_at.rfc3339(),
    })
}

/// `POST /admin/api/users`: makes a user and the user client, whose secret is shown this once.
pub async fn create(
    Administered { app, context, actor }: Administered,
    Body(new): Body<NewUser>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let (user, secret) = users::create(&app, &context, &actor, new).await?;
    Ok((StatusCode::CREATED, Json(with_secret(shown(&user), Some(secret)))))
}

/// `GET /admin/api/users?q=&role=&after=&limit=`: users in the order of their ids, or by `q` those whose names begin so, in the
/// order of their names; `next` is the `after` of the next page.
pub async fn list(Administered { app, .. }: Administered, Query(query): Query) -> Result<Json<Value>, OAuthError> {
    let prefix = parameter(&query, "q")?.map(str::to_owned);
    let filter = UserFilter { prefix, role: one_of(&query, "role", Role::parse)? };
    Ok(listed("users", &users::list(&app, &filter, &page_request(&query)?).await?, shown))
}

/// `GET /admin/api/users/{id}`
pub async fn read(Administered { app, .. }: Administered, Id(id): Id) -> Result<Json<Value>, OAuthError> {
    Ok(Json(shown(&users::find(&app, &id).await?)))
}

/// `GET /admin/api/users/{id}/dependents`: what goes with the user.
pub async fn dependents(Administered { app, .. }: Administered, Id(id): Id) -> Result<Json<Dependents>, OAuthError> {
    users::dependents(&app, &id).await.map(Json)
}

/// `PATCH /admin/api/users/{id}`
pub async fn edit(
    Administered { app, context, actor }: Administered,
    Id(id): Id,
    Body(settings): Body<UserSettings>,
) -> Result<Json<Value>, OAuthError> {
    let user = users::edit(&app, &context, &actor, &id, settings).await?;
    Ok(Json(shown(&user)))
}

/// `DELETE /admin/api/users/{id}`
pub async fn remove(Administered { app, context, actor }: Administered, Id(id): Id) -> Result<StatusCode, OAuthError> {
    users::remove(&app, &context, &actor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /admin/api/users/{id}/secret`: a new secret of the user client, shown this once. It works at once; an isolate that knows
/// the old one may take it for 30 s more.
pub async fn replace_secret(
    Administered { app, context, actor }: Administered,
    Id(id): Id,
) -> Result<Json<Value>, OAuthError> {
    let (client_id, secret) = users::replace_secret(&app, &context, &actor, &id).await?;
    Ok(Json(json!({ "client_id": client_id, "client_secret": secret })))
}
