//! `/logout`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::{App, Context};
use crate::model::interaction::Purpose;
use crate::protocol::error::OAuthError;
use crate::service::authorize::{AuthorizeError, Visit};
use crate::service::logout::{self, LogoutStep};
use crate::service::sign_out::sign_out;
use crate::service::{interactions, sessions};
use crate::web::visitor::{Arrival, OwnForm};
use crate::web::{redirect, render};

/// Ends the session on the server and in the browser: by the button of the account page, or as an answer to the question
/// whether a client may have it so.
pub async fn post(State(app): State<Arc<App>>, context: Context, form: OwnForm) -> Result<Response, OAuthError> {
    let visit = Visit { app: &app, context: &context, visitor: &form.visitor };
    let Some(sealed) = form.fields.optional("interaction")? else {
        if let Some(cookie) = &form.visitor.session {
            sign_out(&app, &context, cookie).await?;
        }
        return render::logout(visit, LogoutStep::SignedOut(None), None);
    };
    let yes = match form.fields.required("action")? {
        "sign_out" => true,
        "stay" => false,
        _ => return Err(OAuthError::invalid_request("action is not one of this page's")),
    };
    match interactions::open(&app, &context, &form.visitor.browser, sealed).await.map(|opened| opened.purpose) {
        Ok(Purpose::SignOut(asked)) => render::logout(visit, logout::answer(visit, asked, yes).await?, None),
        Ok(_) => render::step(visit, Err(AuthorizeError::Over), None),
        Err(unopened) => render::step(visit, Err(unopened.into()), None),
    }
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
