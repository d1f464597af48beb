//! `GET /account`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::join;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::protocol::error::OAuthError;
use crate::service::account::{apps, sessions};
use crate::web::pages::AccountPage;
use crate::web::person::Person;
use crate::web::render::brand;

/// Who is signed in, and what there is.
pub async fn get(State(app): State<Arc<App>>, context: Context, person: Person) -> Result<Response, OAuthError> {
    let (sessions, apps) = join!(
        sessions::list(&app, &context, person.user_id(), person.cookie.hash()),
        apps::count(&app, person.user_id())
    );
    let page = AccountPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Account),
        sessions: sessions?.len(),
        apps: apps?,
    };
    show(&app, &person, StatusCode::OK, page.render())
}
