//! From a page of somebody's account to the answer that their browser gets.

use axum::http::StatusCode;
use axum::response::Response;

use crate::app::App;
use crate::model::interaction::OurPage;
use crate::protocol::error::OAuthError;
use crate::web::cookies::Cookie;
use crate::web::headers::Forms;
use crate::web::pages::Around;
use crate::web::person::Person;
use crate::web::redirect::set_cookie;
use crate::web::render::{html, with_policy};

/// The navigation.
const SECTIONS: [(&str, &str); 8] = [
    (OurPage::Account.path(), "Overview"),
    (OurPage::Profile.path(), "Profile"),
    (OurPage::Password.path(), "Password"),
    (OurPage::Sessions.path(), "Sessions"),
    (OurPage::Apps.path(), "Apps"),
    (OurPage::Tools.path(), "Tools"),
    (OurPage::Connections.path(), "Connections"),
    (OurPage::Client.path(), "Your own client"),
];

/// What is around `page`.
pub fn around(person: &Person, page: OurPage) -> Around<'_> {
    Around {
        csrf_token: &person.csrf_token,
        username: &person.signed_in.username,
        label: "Your account",
        sections: &SECTIONS,
        current: page.path(),
        sign_out: "/logout",
    }
}

/// The page, for a browser that may be here for the first time.
///
/// # Errors
/// `server_error` when the template failed.
pub fn show(
    app: &App,
    person: &Person,
    status: StatusCode,
    page: Result<String, askama::Error>,
) -> Result<Response, OAuthError> {
    Ok(kept(app, person, with_policy(app, html(status, page)?, Forms::StayWithComfort)))
}

/// Shows a page of an account whose form leads to another provider.
///
/// # Errors
/// As [`show`].
pub fn show_way_out(app: &App, person: &Person, page: Result<String, askama::Error>) -> Result<Response, OAuthError> {
    Ok(kept(app, person, with_policy(app, html(StatusCode::OK, page)?, Forms::LeadOutWithComfort)))
}

/// With the browser's cookie, to which the forms are bound.
fn kept(app: &App, person: &Person, mut response: Response) -> Response {
    if let Some(value) = &person.new_browser {
        set_cookie(&mut response, Cookie::Browser.set(&app.config.issuer, value));
    }
    response
}
