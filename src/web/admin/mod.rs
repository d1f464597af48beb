//! The admin API.

pub mod audit;
pub mod clients;
pub mod endpoints;
mod initial_tokens;
pub mod keys;
pub mod metrics;
pub mod noun;
pub mod openapi;
mod providers;
mod resources;
mod scopes;
pub mod settings;
pub mod stats;
mod tool_groups;
mod tools;
mod users;

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use serde_json::Value;

use super::bearer;
use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::service::administration::token::is_admin_token;
use crate::service::administration::{self, OPERATOR};
use crate::service::listing::PageRequest;

/// Somebody who may administer: the request bore the operator's token, in `X-Admin-Token` or as a bearer token, or an access
/// token with the scope `admin` of a user who is an administrator.
pub struct Administrator {
    actor: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Administrator
where
    Arc<App>: FromRef<S>,
{
    type Rejection = OAuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, OAuthError> {
        let app = Arc::<App>::from_ref(state);
        let context = Context::from_request_parts(parts, state).await?;
        let bearer = bearer::of_header(&parts.headers);
        let (actor, looked_at) = match (parts.headers.get("x-admin-token"), bearer) {
            (Some(token), _) => (by_operator_token(&app, token.to_str().unwrap_or_default()).await, None),
            (None, Some(token)) => (by_bearer_token(&app, &context, token).await, bearer),
            (None, None) => return Err(no_token()),
        };
        if let Err(error) = &actor
            && error.code.status() < 500
        {
            administration::note_refused(&app, &context, looked_at, error).await;
        }
        actor.map(|actor| Self { actor })
    }
}

/// A request of an administrator's: one extractor in place of three, each of which is some hundred bytes in every handler.
pub struct Administered {
    /// Everything a request may touch.
    pub app: Arc<App>,
    /// The request.
    pub context: Context,
    /// Who did it, in events: `admin` for the operator's token, else the user's id.
    pub actor: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Administered
where
    Arc<App>: FromRef<S>,
{
    type Rejection = OAuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, OAuthError> {
        let context = Context::from_request_parts(parts, state).await?;
        let Administrator { actor } = Administrator::from_request_parts(parts, state).await?;
        Ok(Self { app: Arc::from_ref(state), context, actor })
    }
}

async fn by_operator_token(app: &App, presented: &str) -> Result<String, OAuthError> {
    if is_admin_token(app, presented).await? {
        return Ok(OPERATOR.to_owned());
    }
    Err(OAuthError::invalid_token("this is not the admin token").as_guess())
}

/// An access token is a JWT, and an admin token that `/setup` made is none: the database need not be asked about it.
async fn by_bearer_token(app: &App, context: &Context, presented: &str) -> Result<String, OAuthError> {
    let may_be_operator = app.config.admin_token.is_some() || !presented.contains('.');
    if may_be_operator && is_admin_token(app, presented).await? {
        return Ok(OPERATOR.to_owned());
    }
    administration::admit(app, context, presented).await
}

fn no_token() -> OAuthError {
    OAuthError::invalid_token("the admin API needs the admin token in X-Admin-Token, or a bearer token")
}

/// What was made, with a secret that is shown this once.
pub(super) fn with_secret(mut shown: Value, secret: Option<String>) -> Value {
    if let (Some(members), Some(secret)) = (shown.as_object_mut(), secret) {
        members.insert("client_secret".into(), secret.into());
    }
    shown
}

/// Which page of a list is wanted: everything after `after`, at most `limit` (1 to 200, by itself 100).
pub(super) fn page_request(query: &Parameters) -> Result<PageRequest, OAuthError> {
    let limit = match parameter(query, "limit")? {
        None => Some(100),
        Some(text) => text.parse().ok().filter(|limit| (1..=200).contains(limit)),
    };
    let limit = limit.ok_or_else(|| OAuthError::invalid_request("limit is a number from 1 to 200").field("limit"))?;
    Ok(PageRequest { after: parameter(query, "after")?.unwrap_or_default().to_owned(), limit })
}

/// A filter that is one of a few words.
fn one_of<T>(query: &Parameters, name: &'static str, read: fn(&str) -> Option<T>) -> Result<Option<T>, OAuthError> {
    let Some(text) = parameter(query, name)? else { return Ok(None) };
    let unknown = || OAuthError::invalid_request(format!("{name} is not one of those there are")).field(name);
    read(text).ok_or_else(unknown).map(Some)
}

/// A parameter of the query that may be left out.
fn parameter<'a>(query: &'a Parameters, name: &'static str) -> Result<Option<&'a str>, OAuthError> {
    query.optional(name).map_err(|error| error.field(name))
}
