//! `/consent`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::authorize::{self, Answer, Visit};
use crate::web::extract::Query;
use crate::web::render;
use crate::web::visitor::{Arrival, OwnForm};

/// Goes on with an interaction, after a sign-in.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    arrival: Arrival,
    Query(query): Query,
) -> Result<Response, OAuthError> {
    let sealed = query.required("interaction")?;
    let visit = Visit { app: &app, context: &context, visitor: &arrival.visitor };
    let step = authorize::resume(visit, sealed).await;
    render::step(visit, step, arrival.new_browser.as_deref())
}

/// Takes the person's answer.
pub async fn post(State(app): State<Arc<App>>, context: Context, form: OwnForm) -> Result<Response, OAuthError> {
    let answer = match form.fields.required("action")? {
        "approve" => Answer::Approve,
        "deny" => Answer::Deny,
        "switch_account" => Answer::SwitchAccount,
        "keep_account" => Answer::KeepAccount,
        _ => return Err(OAuthError::invalid_request("action is not one of this page's")),
    };
    let sealed = form.fields.required("interaction")?;
    let visit = Visit { app: &app, context: &context, visitor: &form.visitor };
    let step = authorize::answer(visit, sealed, answer).await;
    render::step(visit, step, None)
}
