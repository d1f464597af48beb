//! The admin API, by the operator's `ADMIN_TOKEN`.

pub mod clients;
pub mod initial_tokens;
pub mod password_link;
pub mod resources;
pub mod tool_groups;
pub mod tools;
pub mod users;

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use serde_json::{Value, json};

use super::bearer;
use crate::app::{App, Context};
use crate::model::audit::EventKind;
use crate::protocol::digest::{equal_in_constant_time, sha256};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::service::throttle;

/// Somebody who may administer: the request bore the operator's token, in `X-Admin-Token` or as a bearer token.
pub struct Administrator;

impl Administrator {
    /// Who did it, in events.
    pub const ACTOR: &str = "admin";
}

impl<S: Send + Sync> FromRequestParts<S> for Administrator
where
    Arc<App>: FromRef<S>,
{
    type Rejection = OAuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, OAuthError> {
        let app = Arc::<App>::from_ref(state);
        let header = parts.headers.get("x-admin-token").and_then(|token| token.to_str().ok());
        let Some(presented) = header.or_else(|| bearer::of_header(&parts.headers)) else {
            return Err(OAuthError::invalid_token("the admin API needs the admin token, in X-Admin-Token"));
        };
        if is_admin_token(&app, presented) {
            return Ok(Self);
        }
        if let Some(context) = parts.extensions.get::<Context>() {
            throttle::note_refusal(&app, context, EventKind::AdminRefused, "wrong admin token", None).await;
        }
        Err(OAuthError::invalid_token("this is not the admin token"))
    }
}

/// A request of an administrator's: one extractor in place of three, each of which is some hundred bytes in every handler.
pub struct Administered {
    /// Everything a request may touch.
    pub app: Arc<App>,
    /// The request.
    pub context: Context,
}

impl<S: Send + Sync> FromRequestParts<S> for Administered
where
    Arc<App>: FromRef<S>,
{
    type Rejection = OAuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, OAuthError> {
        let context = Context::from_request_parts(parts, state).await?;
        Administrator::from_request_parts(parts, state).await?;
        Ok(Self { app: Arc::from_ref(state), context })
    }
}

/// Whether `presented` is the operator's `ADMIN_TOKEN`; compared by hash, in constant time.
pub fn is_admin_token(app: &App, presented: &str) -> bool {
    let expected = app.config.admin_token.as_ref().map(|token| sha256(token.expose().as_bytes()));
    expected.is_some_and(|expected| equal_in_constant_time(&expected, &sha256(presented.as_bytes())))
}

/// What was made, with a secret that is shown this once.
pub(super) fn with_secret(mut shown: Value, secret: Option<String>) -> Value {
    if let (Some(members), Some(secret)) = (shown.as_object_mut(), secret) {
        members.insert("client_secret".into(), secret.into());
    }
    shown
}

/// A page of a list: everything after `after`, at most `limit` (1 to 200, by itself 100).
struct Page {
    after: String,
    limit: i64,
}

impl Page {
    fn of(query: &Parameters) -> Result<Self, OAuthError> {
        let limit = match query.optional("limit")? {
            None => Some(100),
            Some(text) => text.parse().ok().filter(|limit| (1..=200).contains(limit)),
        };
        let limit = limit.ok_or_else(|| OAuthError::invalid_request("limit is a number from 1 to 200"))?;
        Ok(Self { after: query.optional("after")?.unwrap_or_default().to_owned(), limit })
    }

    /// The answer with these rows under `name`; `next`, the `after` of the next page, is there when this one is full.
    fn answer<T>(&self, name: &str, rows: &[T], shown: fn(&T) -> Value, id: fn(&T) -> &str) -> Json<Value> {
        let full = i64::try_from(rows.len()) == Ok(self.limit);
        let next = rows.last().filter(|_| full).map(id);
        Json(json!({ name: rows.iter().map(shown).collect::<Vec<_>>(), "next": next }))
    }
}
