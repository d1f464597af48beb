//! `GET` and `POST /admin/{noun}/{id}`

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};

use super::form::{Form, mended, page, status_of};
use super::text::{Problem, of_change};
use super::{Stranger, Told, Wanted};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::store::versioned::Versioned;
use crate::web::admin::noun::watch;
use crate::web::redirect::see_other;

const CONFLICT: &str = "Somebody else changed this meanwhile, so nothing was saved. What you wrote still stands below, and \
                        beside it what is there now. Save again to put yours in its place.";

/// One, with the form to change it.
pub async fn read(mut wanted: Wanted) -> Result<Response, Stranger> {
    let (object, row) = current(&mut wanted, None).await?;
    Ok(page(&wanted, &Form { object: Some(&object), revision: row.seen(), ..Form::new(StatusCode::OK) })?)
}

/// Changes one, unless somebody else did since the form was shown. A form that does not say on what it rests is of an older
/// version of ours.
pub async fn change(Told { mut wanted, fields }: Told) -> Result<Response, Stranger> {
    let expected: Option<i64> = fields.first("revision").and_then(|revision| revision.parse().ok());
    let (object, row) = current(&mut wanted, expected).await?;
    let refused = |status, problem| {
        let form = Form { object: Some(&object), revision: expected, typed: Some(&fields), ..Form::new(status) };
        Ok(page(&wanted, &Form { problem: Some(problem), ..form })?)
    };
    let change = match of_change(wanted.noun.about().fields, &fields, &object) {
        Ok(change) => change,
        Err(problem) => return refused(StatusCode::BAD_REQUEST, problem),
    };
    let saved = see_other(&format!("{}?done=saved", wanted.one(&wanted.id)));
    // Nothing changed is nothing to write, and nothing to audit.
    if change.as_object().is_some_and(Map::is_empty) {
        return Ok(saved);
    }
    if expected.is_some() && expected != row.seen() {
        return conflict(wanted, &fields).await;
    }
    match wanted.noun.edit(&wanted.by(), &wanted.id, change.to_string().as_bytes()).await {
        Ok(_) => Ok(saved),
        Err(_) if row.was_refused() => conflict(wanted, &fields).await,
        Err(error) => refused(status_of(&error), mended(wanted.noun.about(), error)?),
    }
}

/// Says so, and what is there now; what was typed may be saved in its place.
async fn conflict(mut wanted: Wanted, fields: &Parameters) -> Result<Response, Stranger> {
    let (object, row) = current(&mut wanted, None).await?;
    let form = Form {
        object: Some(&object),
        revision: row.seen(),
        typed: Some(fields),
        problem: Some(Problem { field: "", text: CONFLICT.to_owned() }),
        conflict: true,
        ..Form::new(StatusCode::CONFLICT)
    };
    Ok(page(&wanted, &form)?)
}

/// One as it is now; from then on it is changed only while it is of the revision that is expected.
async fn current(wanted: &mut Wanted, expected: Option<i64>) -> Result<(Value, Arc<Versioned>), OAuthError> {
    let app = &mut wanted.page.app;
    let row = Versioned::one(app.database.clone(), wanted.noun.about().revisions, &wanted.id);
    let row = watch(app, row.expecting(expected.into_iter().collect()));
    Ok((wanted.noun.read(app, &wanted.id).await?, row))
}
