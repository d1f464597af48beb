//! `GET /account`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::sessions;
use crate::web::visitor::Arrival;
use crate::web::{redirect, render};

/// Who is signed in, and the way out; to anybody else, the way in.
pub async fn get(State(app): State<Arc<App>>, context: Context, arrival: Arrival) -> Result<Response, OAuthError> {
    let person = match &arrival.visitor.session {
        Some(cookie) => sessions::find(&app, &context, cookie).await?,
        None => None,
    };
    match person {
        Some(person) => render::account_page(&app, &arrival.visitor, &person.username, arrival.new_browser.as_deref()),
        None => Ok(redirect::see_other("/login")),
    }
}
