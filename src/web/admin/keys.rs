//! `/admin/api/keys`

use axum::Json;
use serde_json::{Value, json};

use super::Administered;

/// `GET /admin/api/keys`: the signing keys of `SIGNING_KEYS` and `SIGNING_KEYS_NEXT`, by their public halves. All are published; of
/// each algorithm one signs.
pub async fn list(Administered { app, .. }: Administered) -> Json<Value> {
    let keys = &app.config.signing_keys;
    let signs = |kid: &str, algorithm| keys.active(algorithm).is_some_and(|active| active.kid == kid);
    let shown = keys.iter().map(|key| {
        json!({
            "kid": key.kid,
            "alg": key.algorithm,
            "state": if signs(&key.kid, key.algorithm) { "signing" } else { "published" },
            "public_key": key.public,
        })
    });
    Json(json!({ "keys": shown.collect::<Vec<_>>() }))
}
