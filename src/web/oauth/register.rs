//! `POST /oauth/register` (RFC 7591), `GET`, `PUT`, `DELETE /oauth/register/{client_id}` (RFC 7592)

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::app::{App, Context};
use crate::model::client::{Client, ClientAuthentication};
use crate::model::client_keys::ClientKeys;
use crate::protocol::error::OAuthError;
use crate::service::registration;
use crate::web::bearer;
use crate::web::extract::{Id, Json as Body};

/// Registers a client.
pub async fn post(
    State(app): State<Arc<App>>,
    context: Context,
    headers: HeaderMap,
    Body(sent): Body<Map<String, Value>>,
) -> Result<Response, OAuthError> {
    let registered = registration::register(&app, &context, bearer::of_header(&headers), sent).await?;
    let mut shown = with_token(shown(&app, &registered.client), &registered.access_token);
    if let Some(secret) = registered.secret {
        shown.insert("client_secret".into(), secret.into());
    }
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// What is known of a client, to whoever holds its registration access token. The secret was shown once.
pub async fn get(State(app): State<Arc<App>>, headers: HeaderMap, Id(id): Id) -> Result<Response, OAuthError> {
    let Some(token) = bearer::of_header(&headers) else { return Ok(bearer::missing()) };
    let client = registration::find(&app, &id, token).await?;
    Ok(Json(with_token(shown(&app, &client), token)).into_response())
}

/// RFC 7592 section 3: the token is in each answer; only its hash is stored, but the client has just sent it.
fn with_token(mut shown: Map<String, Value>, token: &str) -> Map<String, Value> {
    shown.insert("registration_access_token".into(), token.into());
    shown
}

/// Replaces what is known of a client.
pub async fn put(
    State(app): State<Arc<App>>,
    context: Context,
    headers: HeaderMap,
    Id(id): Id,
    Body(sent): Body<Map<String, Value>>,
) -> Result<Response, OAuthError> {
    let Some(token) = bearer::of_header(&headers) else { return Ok(bearer::missing()) };
    let client = registration::update(&app, &context, &id, token, sent).await?;
    Ok(Json(with_token(shown(&app, &client), token)).into_response())
}

/// Removes a client.
pub async fn delete(
    State(app): State<Arc<App>>,
    context: Context,
    headers: HeaderMap,
    Id(id): Id,
) -> Result<Response, OAuthError> {
    let Some(token) = bearer::of_header(&headers) else { return Ok(bearer::missing()) };
    registration::remove(&app, &context, &id, token).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The client information response (RFC 7591 3.2.1). What is empty is left out.
fn shown(app: &App, client: &Client) -> Map<String, Value> {
    let mut shown = client.registration().map(|registration| registration.metadata.clone()).unwrap_or_default();
    let own = json!({
        "client_id": client.id,
        "client_id_issued_at": client.created_at.seconds(),
        "client_secret_expires_at": matches!(client.authentication, ClientAuthentication::Secret(_)).then_some(0),
        "token_endpoint_auth_method": auth_method(client),
        "jwks": client.keys().and_then(ClientKeys::jwks),
        "jwks_uri": client.keys().and_then(ClientKeys::jwks_uri),
        "token_endpoint_auth_signing_alg": client.keys().and_then(|keys| keys.algorithm),
        "registration_client_uri": app.config.issuer.url(&format!("/oauth/register/{}", client.id)),
        "client_name": client.name,
        "client_uri": client.links.home,
        "logo_uri": client.links.logo,
        "policy_uri": client.links.policy,
        "tos_uri": client.links.terms,
        "redirect_uris": client.redirect_uris,
        "scope": client.scopes,
        "grant_types": client.grant_types,
        "id_token_signed_response_alg": client.relying_party.id_token_alg,
        "userinfo_signed_response_alg": client.relying_party.userinfo_alg,
        "post_logout_redirect_uris": client.relying_party.post_logout_redirect_uris,
        "backchannel_logout_uri": client.relying_party.backchannel_logout_uri,
        "subject_type": "public",
    });
    let Value::Object(own) = own else { return shown };
    let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
    shown.extend(own.into_iter().filter(|(_, value)| !empty(value)));
    shown
}

/// As the client said it; unless an administrator has changed it since then.
fn auth_method(client: &Client) -> &str {
    let said = client.registration().and_then(|kept| kept.metadata.get("token_endpoint_auth_method")?.as_str());
    match (&client.authentication, said) {
        (ClientAuthentication::Secret(_), Some("client_secret_post")) => "client_secret_post",
        _ => client.auth_method(),
    }
}
