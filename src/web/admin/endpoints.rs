//! The endpoints that every kind of thing has: `/admin/api/{noun}`, `…/{noun}/{id}`, `…/{id}/{more}`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRef, FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::noun::{self, Action, Noun, watch};
use super::{Administered, page_request};
use crate::app::App;
use crate::protocol::entity_tag;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::service::listing::Page;
use crate::store::versioned::Versioned;
use crate::web::extract::{json_bytes, nothing_of_this_id};
use crate::web::root::method_not_allowed;

/// What an administrator's request is about. One extractor, since each makes every handler larger.
pub struct Asked {
    by: Administered,
    noun: &'static dyn Noun,
    id: String,
    more: String,
    query: Parameters,
    /// The revisions that a change may rest on; `None`: any.
    expected: Option<Vec<i64>>,
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
            expected: expected(&parts.headers),
            by,
        })
    }
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is nothing here")
}

fn expected(headers: &HeaderMap) -> Option<Vec<i64>> {
    let lines: Vec<&str> =
        headers.get_all(header::IF_MATCH).iter().map(|line| line.to_str().unwrap_or_default()).collect();
    if lines.is_empty() { None } else { entity_tag::expected(&lines.join(",")) }
}

impl Asked {
    /// What is to be done with one.
    fn action(&self) -> Option<&'static Action> {
        self.noun.about().actions.iter().find(|action| action.name == self.more)
    }

    /// The one of this id.
    fn one(&self) -> Versioned {
        Versioned::one(self.by.app.database.clone(), self.noun.about().revisions, &self.id)
    }

    /// The same, and nothing is written unless the change rests on what still is so (`If-Match`, RFC 9110 section 13.1.1). What
    /// is nowhere has no tag, and is not found whatever is expected of it (section 13.2.1).
    async fn guard(&mut self) -> Result<Arc<Versioned>, OAuthError> {
        let row = self.one();
        let Some(expected) = self.expected.take() else { return Ok(watch(&mut self.by.app, row)) };
        let revision = row.look().await?.ok_or_else(nothing_of_this_id)?;
        if !expected.contains(&revision) {
            return Err(changed_meanwhile());
        }
        Ok(watch(&mut self.by.app, row.expecting(expected)))
    }
}

fn changed_meanwhile() -> OAuthError {
    OAuthError::new(ErrorCode::PreconditionFailed, "this is no longer what If-Match expects; read it again")
}

/// What became of a change: refused by the database, it may look like anything.
fn outcome<T>(row: &Versioned, changed: Result<T, OAuthError>) -> Result<T, OAuthError> {
    changed.map_err(|error| if row.was_refused() { changed_meanwhile() } else { error })
}

/// With the tag of the revision that is shown.
fn tagged(status: StatusCode, shown: Value, row: &Versioned) -> Response {
    let mut response = (status, Json(shown)).into_response();
    let tag = row.seen().map(entity_tag::of).and_then(|tag| HeaderValue::from_str(&tag).ok());
    if let Some(tag) = tag {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
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
pub async fn create(Sent { mut asked, body }: Sent) -> Result<Response, OAuthError> {
    let row = Versioned::new_one(asked.by.app.database.clone(), asked.noun.about().revisions);
    let row = watch(&mut asked.by.app, row);
    let made = asked.noun.create(&asked.by, &body).await?;
    Ok(tagged(StatusCode::CREATED, made, &row))
}

/// `GET /admin/api/{noun}/{id}`
pub async fn read(mut asked: Asked) -> Result<Response, OAuthError> {
    let row = asked.one();
    let row = watch(&mut asked.by.app, row);
    Ok(tagged(StatusCode::OK, asked.noun.read(&asked.by.app, &asked.id).await?, &row))
}

/// `PATCH /admin/api/{noun}/{id}`
pub async fn edit(Sent { mut asked, body }: Sent) -> Result<Response, OAuthError> {
    let row = asked.guard().await?;
    let edited = outcome(&row, asked.noun.edit(&asked.by, &asked.id, &body).await)?;
    Ok(tagged(StatusCode::OK, edited, &row))
}

/// `DELETE /admin/api/{noun}/{id}`
pub async fn remove(mut asked: Asked) -> Result<StatusCode, OAuthError> {
    let row = asked.guard().await?;
    outcome(&row, asked.noun.remove(&asked.by, &asked.id).await)?;
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
