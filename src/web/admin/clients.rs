//! `/admin/api/clients`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administrator, Page, with_secret};
use crate::app::{App, Context};
use crate::model::client::Client;
use crate::model::client_keys::ClientKeys;
use crate::protocol::error::OAuthError;
use crate::service::clients::{self, ClientSettings, NewClient};
use crate::store;
use crate::web::extract::{Id, Json as Body, Query};

/// A client as the admin API shows it; never a secret's hash.
pub fn shown(client: &Client) -> Value {
    json!({
        "client_id": client.id,
        "client_name": client.name,
        "client_uri": client.links.home,
        "logo_uri": client.links.logo,
        "policy_uri": client.links.policy,
        "tos_uri": client.links.terms,
        "public": client.is_public(),
        "token_endpoint_auth_method": client.auth_method(),
        "jwks": client.keys().and_then(ClientKeys::jwks),
        "jwks_uri": client.keys().and_then(ClientKeys::jwks_uri),
        "token_endpoint_auth_signing_alg": client.keys().and_then(|keys| keys.algorithm),
        "redirect_uris": client.redirect_uris,
        "grant_types": client.grant_types,
        "scope": client.scopes,
        "consent_policy": client.consent_policy,
        "require_pkce": client.require_pkce,
        "first_party": client.first_party,
        "resource_server": client.resource_server,
        "resources": client.resources,
        "id_token_signed_response_alg": client.relying_party.id_token_alg,
        "userinfo_signed_response_alg": client.relying_party.userinfo_alg,
        "post_logout_redirect_uris": client.relying_party.post_logout_redirect_uris,
        "backchannel_logout_uri": client.relying_party.backchannel_logout_uri,
        "owner": client.owner.as_ref().map(|owner| &owner.user_id),
        "disabled": client.disabled_at.is_some(),
        "created_at": client.created_at.rfc3339(),
    })
}

/// `POST /admin/api/clients`
pub async fn create(
    State(app): State<Arc<App>>,
    context: Context,
    administrator: Administrator,
    Body(new): Body<NewClient>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let (client, secret) = clients::create(&app, &context, administrator.actor(), new).await?;
    Ok((StatusCode::CREATED, Json(with_secret(shown(&client), secret))))
}

/// `GET /admin/api/clients?after=&limit=`: clients in the order of their ids; `next` is the `after` of the next page.
pub async fn list(
    State(app): State<Arc<App>>,
    _: Administrator,
    Query(query): Query,
) -> Result<Json<Value>, OAuthError> {
    let page = Page::of(&query)?;
    let clients = store::clients::list(&*app.database, &page.after, page.limit).await?;
    Ok(page.answer("clients", &clients, shown, |client| &client.id))
}

/// `PATCH /admin/api/clients/{id}`
pub async fn edit(
    State(app): State<Arc<App>>,
    context: Context,
    administrator: Administrator,
    Id(id): Id,
    Body(settings): Body<ClientSettings>,
) -> Result<Json<Value>, OAuthError> {
    let client = clients::edit(&app, &context, administrator.actor(), &id, settings).await?;
    Ok(Json(shown(&client)))
}

/// `POST /admin/api/clients/{id}/secret`: a new secret, shown this once. It works at once; an isolate that knows the old one
/// may take it for 30 s more.
pub async fn replace_secret(
    State(app): State<Arc<App>>,
    context: Context,
    administrator: Administrator,
    Id(id): Id,
) -> Result<Json<Value>, OAuthError> {
    let secret = clients::replace_secret(&app, &context, administrator.actor(), &id).await?;
    Ok(Json(json!({ "client_id": id, "client_secret": secret })))
}
