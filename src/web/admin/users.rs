//! `/admin/api/users`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administrator, Page, with_secret};
use crate::app::{App, Context};
use crate::model::user::{User, user_client_id};
use crate::protocol::error::OAuthError;
use crate::service::users::{self, NewUser, UserSettings};
use crate::store;
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
    State(app): State<Arc<App>>,
    context: Context,
    administrator: Administrator,
    Body(new): Body<NewUser>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let (user, secret) = users::create(&app, &context, administrator.actor(), new).await?;
    Ok((StatusCode::CREATED, Json(with_secret(shown(&user), Some(secret)))))
}

/// `GET /admin/api/users?after=&limit=`: users in the order of their ids; `next` is the `after` of the next page.
pub async fn list(
    State(app): State<Arc<App>>,
    _: Administrator,
    Query(query): Query,
) -> Result<Json<Value>, OAuthError> {
    let page = Page::of(&query)?;
    let users = store::users::list(&*app.database, &page.after, page.limit).await?;
    Ok(page.answer("users", &users, shown, |user| &user.id))
}

/// `PATCH /admin/api/users/{id}`
pub async fn edit(
    State(app): State<Arc<App>>,
    context: Context,
    administrator: Administrator,
    Id(id): Id,
    Body(settings): Body<UserSettings>,
) -> Result<Json<Value>, OAuthError> {
    let user = users::edit(&app, &context, administrator.actor(), &id, settings).await?;
    Ok(Json(shown(&user)))
}
