//! What a person sees who comes back from a provider by which they sign in.

use axum::http::StatusCode;
use axum::response::Response;

use super::login::{leading_to, signed_in};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::parameters::Parameters;
use crate::service::authorize::Visit;
use crate::service::errors::log_refusal;
use crate::service::upstream::sign_in::{self, Aim, Finished, Unfinished};
use crate::web::error_page::sentence;
use crate::web::pages::{Link, MessagePage};
use crate::web::redirect::see_other;
use crate::web::render::{brand, html};
use crate::web::visitor::Arrival;

/// Goes on as after a password, or says why not.
pub async fn callback(
    app: &App,
    context: &Context,
    arrival: Arrival,
    (provider, answer): (&str, &Parameters),
) -> Result<Response, OAuthError> {
    let visit = Visit { app, context, visitor: &arrival.visitor };
    match sign_in::finish(visit, provider, answer).await {
        Ok(Finished::SignedIn { cookie, presence, interaction: Some(interaction) }) => {
            signed_in(visit, interaction, &cookie, presence).await
        }
        Ok(Finished::SignedIn { cookie, .. }) => Ok(leading_to(app, OurPage::Account.path(), &cookie)),
        Ok(Finished::Linked) => Ok(see_other("/account/connections?done=linked")),
        Err(Unfinished { error, .. }) if error.code == ErrorCode::TemporarilyUnavailable => Err(error),
        Err(unfinished) => refused(app, context, unfinished),
    }
}

/// With a way on for whoever has another.
fn refused(app: &App, context: &Context, Unfinished { error, way_back }: Unfinished) -> Result<Response, OAuthError> {
    let (title, way) = match way_back {
        // Base64url and dots: nothing in a sealed interaction needs encoding.
        Some(Aim::GoOn(sealed)) => {
            ("You are not signed in", Some((format!("/consent?interaction={sealed}"), "Sign in another way")))
        }
        Some(Aim::Link(_)) => {
            ("Nothing is linked", Some((OurPage::Connections.path().to_owned(), "Back to your connections")))
        }
        Some(Aim::Ticket(_)) => ("Nothing is linked", None),
        None => return Err(error),
    };
    // This page is its own, so nothing around it sees the error.
    log_refusal(&error);
    let link = way.as_ref().map(|(href, text)| Link { href, text });
    let brand = brand(app);
    let page = MessagePage {
        error_code: Some(error.code.as_str()),
        request_id: Some(context.request_id()),
        link,
        ..MessagePage::new(&brand, title, sentence(&error.description))
    };
    let status = StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST);
    html(status, page.render())
}
