//! `/.well-known/openid-configuration` (OpenID Connect Discovery), `/.well-known/oauth-authorization-server` (RFC 8414) and
//! `/.well-known/jwks.json` (RFC 7517)

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{Uri, header};
use axum::response::IntoResponse;
use serde_json::json;

use crate::app::{App, Context};
use crate::protocol::discovery::{self, Coming};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::scope::{BUILT_IN, OPENID};
use crate::service::registration;
use crate::service::resources::OWN;
use crate::service::signing_keys;

const CACHED: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "public, max-age=300")];

/// What this server can do, the same at both addresses. Asks no store: the scopes open to clients are the built-in ones and
/// the operator's.
pub async fn provider(State(app): State<Arc<App>>) -> impl IntoResponse {
    let built_in = |name: &str| BUILT_IN.iter().any(|scope| scope.name == name);
    let open = BUILT_IN.iter().filter(|scope| scope.open).map(|scope| scope.name.to_owned());
    let added = app.config.valid_scopes.iter().filter(|name| !built_in(name)).map(str::to_owned);
    let algorithms = [Algorithm::Es256, Algorithm::Rs256];
    let algorithms = algorithms.into_iter().filter(|algorithm| app.config.signing_keys.has(*algorithm));
    let (issuer, scopes) = (app.config.issuer.as_str(), open.chain(added).collect());
    let coming = Coming {
        by_registration: registration::is_offered(&app),
        by_document: registration::document::is_offered(&app),
    };
    (CACHED, Json(discovery::provider_metadata(issuer, scopes, algorithms.collect(), coming)))
}

/// What a client must know to get tokens for an API of ours (RFC 9728): `/.well-known/oauth-protected-resource/…`.
pub async fn protected_resource(State(app): State<Arc<App>>, uri: Uri) -> Result<impl IntoResponse, OAuthError> {
    let path = uri.path().strip_prefix("/.well-known/oauth-protected-resource").unwrap_or_default();
    let issuer = &app.config.issuer;
    let own = OWN.iter().find(|own| own.path == path);
    if own.is_none() && !path.is_empty() {
        return Err(OAuthError::not_found("there is no API of this server at this path"));
    }
    let name =
        own.map_or_else(|| app.config.brand.name.clone(), |own| format!("{} {}", app.config.brand.name, own.name));
    let scopes: Vec<&str> = own.map_or(OPENID, |own| own.scope).split(' ').collect();
    let metadata = json!({
        "resource": format!("{}{path}", issuer.as_str()),
        "authorization_servers": [issuer.as_str()],
        "bearer_methods_supported": ["header"],
        "scopes_supported": scopes,
        "resource_name": name,
    });
    Ok((CACHED, Json(metadata)))
}

/// The public halves of the signing keys. A set that may lack some is not to be kept.
pub async fn jwks(State(app): State<Arc<App>>, context: Context) -> impl IntoResponse {
    let (keys, is_whole) = signing_keys::published(&app, context.now()).await;
    let caching = if is_whole { CACHED } else { [(header::CACHE_CONTROL, "no-store")] };
    (caching, Json(json!({ "keys": keys })))
}
