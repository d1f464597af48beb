//! The endpoints that every kind of thing has: `/admin/api/{noun}`, `…/{noun}/{id}`, `…/{id}/{more}`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::noun::{self, Action, Noun};
use super::{Administered, page_request};
use crate::app::App;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::service::listing::Page;
use crate::web::extract::{json_bytes, nothing_of_this_id};
use crate::web::root::method_not_allowed;

/// What an administrator's request is about. One extractor, since each makes every handler larger.
pub struct Asked {
    by: Administered,
    noun: &'static dyn Noun,
    id: String,
    more: String,
    query: Parameters,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked
where
    Arc<App>: FromRef<S>,
{
    type Rejection = OAuthError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, OAuthError> {
        let by = Administered::from_request_parts(parts, state).await?;
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| nothing_of_this_id())?;
        let part = |name| path.iter().find(|(key, _)| *key == name).map(|(_, text)| text).unwrap_or_default();
        Ok(Self {
            noun: noun::of_path(part("noun")).ok_or_else(nowhere)?,
            id: part("id").to_owned(),
            more: part("more").to_owned(),
            query: Parameters::parse(parts.uri.query().unwrap_or_default().as_bytes())?,
            by,
        })
    }
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is nothing here")
}

impl Asked {
    /// What is to be done with one.
    fn action(&self) -> Option<&'static Action> {
        self.noun.about().actions.iter().find(|action| action.name == self.more)
    }
}

/// The same with the JSON object that was sent, where one is wanted.
pub struct Sent {
    asked: Asked,
    body: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Sent
where
    Arc<App>: FromRef<S>,
{
    type Rejection = OAuthError;

    async fn from_request(request: Request, state: &S) -> Result<Self, OAuthError> {
        let (mut parts, body) = request.into_parts();
        let asked = Asked::from_request_parts(&mut parts, state).await?;
        let wanted =
            asked.more.is_empty() || (parts.method == Method::POST && asked.action().is_some_and(Action::has_input));
        let body = if wanted { json_bytes(Request::from_parts(parts, body)).await? } else { Bytes::new() };
        Ok(Self { asked, body })
    }
}

/// `GET /admin/api/{noun}?after=&limit=` and filters: a page of the list.
pub async fn list(asked: Asked) -> Result<Json<Value>, OAuthError> {
    let page = asked.noun.list(&asked.by.app, &asked.query, &page_request(&asked.query)?).await?;
    Ok(listed(asked.noun.about().list, page))
}

/// A list with its rows under `name`; `next`, the `after` of the next page, is there when this one is full.
pub fn listed(name: &str, Page { rows, next }: Page<Value>) -> Json<Value> {
    Json(json!({ name: Value::Array(rows), "next": next }))
}

/// `POST /admin/api/{noun}`
pub async fn create(Sent { asked, body }: Sent) -> Result<Response, OAuthError> {
    let made = asked.noun.create(&asked.by, &body).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

/// `GET /admin/api/{noun}/{id}`
pub async fn read(asked: Asked) -> Result<Json<Value>, OAuthError> {
    asked.noun.read(&asked.by.app, &asked.id).await.map(Json)
}

/// `PATCH /admin/api/{noun}/{id}`
pub async fn edit(Sent { asked, body }: Sent) -> Result<Json<Value>, OAuthError> {
    asked.noun.edit(&asked.by, &asked.id, &body).await.map(Json)
}

/// `DELETE /admin/api/{noun}/{id}`
pub async fn remove(asked: Asked) -> Result<StatusCode, OAuthError> {
    asked.noun.remove(&asked.by, &asked.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /admin/api/{noun}/{id}/dependents` and `POST /admin/api/{noun}/{id}/{action}`, of which most need no body. Which
/// there are differs from kind to kind, and so does what another method is told (RFC 9110 section 15.5.6).
pub async fn more(method: Method, Sent { asked, body }: Sent) -> Result<Response, OAuthError> {
    let about = asked.noun.about();
    let counts = asked.more == "dependents" && !about.dependents.is_empty();
    match (method, asked.action()) {
        (Method::GET | Method::HEAD, None) if counts => {
            Ok(Json(asked.noun.dependents(&asked.by.app, &asked.id).await?).into_response())
        }
        (Method::POST, Some(action)) => {
            Ok((action.status, Json(asked.noun.act(&asked.by, &asked.id, action, &body).await?)).into_response())
        }
        (_, None) if !counts => Err(nowhere()),
        (_, action) => {
            let allowed = if action.is_some() { "POST" } else { "GET,HEAD" };
            Ok(([(header::ALLOW, allowed)], method_not_allowed().await).into_response())
        }
    }
}
