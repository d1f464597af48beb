//! `/dev/client`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::check_caller;
use crate::app::{App, Context};
use crate::model::client::GrantType;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::{ADMIN, ScopeSet};
use crate::service::clients::{self, ClientSettings, NewClient};
use crate::web::admin::clients::shown;
use crate::web::admin::with_secret;
use crate::web::extract::Json as Body;

/// What to make; everything may be left out.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DevClient {
    name: Option<String>,
    redirect_uris: Option<Vec<String>>,
    #[serde(default)]
    public: bool,
    scope: Option<String>,
}

/// `GET /dev/client`: a client with defaults.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    headers: HeaderMap,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    make(&app, &context, &headers, DevClient::default()).await
}

/// `POST /dev/client` `{name, redirect_uris, public, scope}`: the client, with its secret.
pub async fn post(
    State(app): State<Arc<App>>,
    context: Context,
    headers: HeaderMap,
    Body(wanted): Body<DevClient>,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    make(&app, &context, &headers, wanted).await
}

async fn make(
    app: &App,
    context: &Context,
    headers: &HeaderMap,
    wanted: DevClient,
) -> Result<(StatusCode, Json<Value>), OAuthError> {
    check_caller(app, headers).await?;
    let scope = ScopeSet::parse(wanted.scope.as_deref().unwrap_or("read:tools call:tools"))?;
    if scope.contains(ADMIN) {
        return Err(OAuthError::invalid_scope("the scope admin is given by the admin API only"));
    }
    let mut grant_types = vec![GrantType::AuthorizationCode, GrantType::RefreshToken];
    if !wanted.public {
        grant_types.push(GrantType::ClientCredentials);
    }
    let new = NewClient {
        client_id: None,
        public: wanted.public,
        settings: ClientSettings {
            client_name: Some(wanted.name.unwrap_or_else(|| "Development client".to_owned())),
            redirect_uris: Some(
                wanted.redirect_uris.unwrap_or_else(|| vec!["http://localhost:3000/callback".to_owned()]),
            ),
            grant_types: Some(grant_types),
            scope: Some(scope),
            ..ClientSettings::default()
        },
    };
    let (client, secret) = clients::create(app, context, "development", new).await?;
    Ok((StatusCode::CREATED, Json(with_secret(shown(&client), secret))))
}
