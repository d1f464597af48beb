//! `/admin/api/keys`, `/admin/api/encryption-keys`

use axum::Json;
use serde_json::{Value, json};

use super::{Administered, parameter};
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::resealing;
use crate::service::signing_keys::manage::{self, ShownKey};
use crate::web::extract::{Id, Query};

fn shown(key: &ShownKey) -> Value {
    json!({
        "kid": key.kid,
        "alg": key.algorithm,
        "state": key.state.as_str(),
        "slot": key.slot,
        "since": key.since.rfc3339(),
        "until": key.until.map(Timestamp::rfc3339),
        "promotable_from": key.promotable_from.map(Timestamp::rfc3339),
        "explanation": key.explanation,
        "public_key": key.public_key,
    })
}

/// `GET /admin/api/keys`: the signing keys by their public halves, and what each does.
pub async fn list(Administered { app, context, .. }: Administered) -> Result<Json<Value>, OAuthError> {
    let keys = manage::list(&app, &context).await?;
    Ok(Json(json!({ "keys": keys.iter().map(shown).collect::<Vec<_>>() })))
}

/// `POST /admin/api/keys/{kid}/promote`: the key signs from now on.
pub async fn promote(
    Administered { app, context, actor }: Administered,
    Id(kid): Id,
) -> Result<Json<Value>, OAuthError> {
    Ok(Json(shown(&manage::promote(&app, &context, &actor, &kid).await?)))
}

/// `POST /admin/api/keys/{kid}/retire`: the key is taken back.
pub async fn retire(
    Administered { app, context, actor }: Administered,
    Id(kid): Id,
) -> Result<Json<Value>, OAuthError> {
    Ok(Json(shown(&manage::retire(&app, &context, &actor, &kid).await?)))
}

/// `POST /admin/api/encryption-keys/reseal`: what older keys sealed is sealed by the one that seals, a part of it at a time.
pub async fn reseal(
    Administered { app, context, actor }: Administered,
    Query(query): Query,
) -> Result<Json<Value>, OAuthError> {
    let after = parameter(&query, "after")?.unwrap_or_default();
    let part = resealing::reseal(&app, &context, &actor, after).await?;
    Ok(Json(json!({ "resealed": part.resealed, "unopened": part.unopened, "next": part.next })))
}
