//! `GET /api/oauth/clients/me`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::admit;
use crate::app::{App, Context};
use crate::model::client::{Client, GrantType};
use crate::service::standing;

#[derive(Serialize)]
struct OwnClient<'a> {
    client_id: &'a str,
    client_name: &'a str,
    redirect_uris: &'a [String],
    grant_types: &'a [GrantType],
    created_at: String,
}

impl<'a> From<&'a Client> for OwnClient<'a> {
    fn from(client: &'a Client) -> Self {
        Self {
            client_id: &client.id,
            client_name: &client.name,
            redirect_uris: &client.redirect_uris,
            grant_types: &client.grant_types,
            created_at: client.created_at.rfc3339(),
        }
    }
}

/// The clients of the token's user, for any live token of theirs.
pub async fn get(State(app): State<Arc<App>>, context: Context, headers: HeaderMap) -> Response {
    let user_id = match admit(&app, &context, &headers, None).await {
        Ok(user_id) => user_id,
        Err(refusal) => return refusal,
    };
    match standing::clients_of(&app, &context, &user_id).await {
        Ok(clients) => {
            Json(clients.iter().map(|client| OwnClient::from(&**client)).collect::<Vec<_>>()).into_response()
        }
        Err(error) => error.into_response(),
    }
}
