//! `/logout`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::service::sessions;
use crate::web::cookies::Cookie;
use crate::web::visitor::{Arrival, OwnForm};
use crate::web::{redirect, render};

/// Ends the session on the server and in the browser.
pub async fn post(State(app): State<Arc<App>>, context: Context, form: OwnForm) -> Result<Response, OAuthError> {
    if let Some(cookie) = &form.visitor.session {
        sessions::sign_out(&app, &context, cookie).await?;
    }
    let mut response = redirect::see_other("/logout");
    redirect::set_cookie(&mut response, Cookie::Session.clear(&app.config.issuer));
    Ok(response)
}

/// Says that it is done; for whoever is still signed in, the account page has the button.
pub async fn get(State(app): State<Arc<App>>, context: Context, arrival: Arrival) -> Result<Response, OAuthError> {
    let person = match &arrival.visitor.session {
        Some(cookie) => sessions::find(&app, &context, cookie).await?,
        None => None,
    };
    match person {
        Some(_) => Ok(redirect::see_other("/account")),
        None => render::signed_out_page(&app),
    }
}
