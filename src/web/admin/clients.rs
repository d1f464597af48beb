//! `/admin/api/clients`

use axum::Json;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Administered, listed, page_request, parameter, with_secret};
use crate::model::client::{Client, Origin};
use crate::model::client_keys::ClientKeys;
use crate::protocol::error::OAuthError;
use crate::service::clients::{self, ClientFilter, ClientSettings, NewClient};
use crate::store::clients::Dependents;
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
        "origin": match client.origin {
            Origin::Administrator => "administrator",
            Origin::Registration(_) => "registration",
            Origin::Document(_) => "document",
        },
        "owner": client.owner.as_ref().map(|owner| &owner.user_id),
        "disabled": client.disabled_at.is_some(),
        "created_at": client.created_at.rfc3339(),
    })
}

/// `POST /admin/api/clients`
pub async fn create(
    Administered { app, context, actor }: Administered,
    Body(new): Body<NewClient>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    let (client, secret) = clients::create(&app, &context, &actor, new).await?;
    Ok((StatusCode::CREATED, Json(with_secret(shown(&client), secret))))
}

/// `GET /admin/api/clients?q=&owner=&after=&limit=`: clients in the order of their ids; with `owner` those of that user or, with
/// `none`, of nobody; by `q` those of nobody whose names begin so, in the order of their names. `next` is the `after` of
/// the next page.
pub async fn list(Administered { app, .. }: Administered, Query(query): Query) -> Result<Json<Value>, OAuthError> {
    let filter = match (parameter(&query, "q")?, parameter(&query, "owner")?) {
        (None, None) => ClientFilter::All,
        (None, Some("none")) => ClientFilter::WithoutOwner,
        (None, Some(owner)) => ClientFilter::OfUser(owner.to_owned()),
        (Some(prefix), None | Some("none")) => ClientFilter::Named(prefix.to_owned()),
        (Some(_), Some(_)) => return Err(OAuthError::invalid_request("q looks for clients of nobody only").field("q")),
    };
    Ok(listed("clients", &clients::list(&app, &filter, &page_request(&query)?).await?, shown))
}

/// `GET /admin/api/clients/{id}`
pub async fn read(Administered { app, .. }: Administered, Id(id): Id) -> Result<Json<Value>, OAuthError> {
    Ok(Json(shown(&clients::find(&app, &id).await?)))
}

/// `GET /admin/api/clients/{id}/dependents`: what goes with the client.
pub async fn dependents(Administered { app, .. }: Administered, Id(id): Id) -> Result<Json<Dependents>, OAuthError> {
    clients::dependents(&app, &id).await.map(Json)
}

/// `DELETE /admin/api/clients/{id}`
pub async fn remove(Administered { app, context, actor }: Administered, Id(id): Id) -> Result<StatusCode, OAuthError> {
    clients::remove(&app, &context, &actor, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `PATCH /admin/api/clients/{id}`
pub async fn edit(
    Administered { app, context, actor }: Administered,
    Id(id): Id,
    Body(settings): Body<ClientSettings>,
) -> Result<Json<Value>, OAuthError> {
    let client = clients::edit(&app, &context, &actor, &id, settings).await?;
    Ok(Json(shown(&client)))
}

/// `POST /admin/api/clients/{id}/secret`: a new secret, shown this once. It works at once; an isolate that knows the old one
/// may take it for 30 s more.
pub async fn replace_secret(
    Administered { app, context, actor }: Administered,
    Id(id): Id,
) -> Result<Json<Value>, OAuthError> {
    let secret = clients::replace_secret(&app, &context, &actor, &id).await?;
    Ok(Json(json!({ "client_id": id, "client_secret": secret })))
}
