//! `/password/{ticket}`: a link by which a person sets a password. Looking at the page uses nothing up, for a program may
//! look at a link that was sent before the person does.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::password::{new_password, status_of};
use crate::app::{App, Context};
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::service::account::tickets;
use crate::service::authorize::{Visit, Visitor};
use crate::service::providers;
use crate::service::upstream::sign_in::{self, Aim};
use crate::store::passwords::Holder;
use crate::web::cookies::Cookie;
use crate::web::extract::Id;
use crate::web::gate::Guessed;
use crate::web::headers::Forms;
use crate::web::pages::{MessagePage, PasswordProblem, SetPasswordPage, Typed};
use crate::web::redirect::{see_other, set_cookie, to_client};
use crate::web::render::{brand, html, with_policy};
use crate::web::visitor::{Arrival, OwnForm};

/// The form, while the link is good.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    arrival: Arrival,
    Id(ticket): Id,
) -> Result<Response, OAuthError> {
    let Some(holder) = tickets::holder(&app, &context, &ticket).await? else { return over(&app) };
    let mut response = page(&app, &arrival.visitor, (&holder, &ticket), None).await?;
    if let Some(value) = &arrival.new_browser {
        set_cookie(&mut response, Cookie::Browser.set(&app.config.issuer, value));
    }
    Ok(response)
}

/// Sets the password, and uses the link up; or goes on to the provider whose account is to sign the person in.
pub async fn post(
    State(app): State<Arc<App>>,
    context: Context,
    Id(ticket): Id,
    form: OwnForm,
) -> Result<Response, OAuthError> {
    if let Some(provider) = form.fields.optional("provider")? {
        let visit = Visit { app: &app, context: &context, visitor: &form.visitor };
        if tickets::holder(&app, &context, &ticket).await?.is_none() {
            return over(&app);
        }
        let aim = Aim::Ticket(sha256_base64url(&ticket));
        return Ok(to_client(&sign_in::begin(visit, provider, &aim, false).await?));
    }
    let new = match new_password(&form.fields)? {
        Ok(new) => new,
        Err(problem) => {
            let Some(holder) = tickets::holder(&app, &context, &ticket).await? else { return over(&app) };
            return page(&app, &form.visitor, (&holder, &ticket), Some(problem)).await;
        }
    };
    if tickets::redeem(&app, &context, &ticket, new).await? { Ok(see_other("/password/done")) } else { over(&app) }
}

/// `GET /password/done`
pub async fn done(State(app): State<Arc<App>>) -> Result<Response, OAuthError> {
    html(StatusCode::OK, MessagePage::password_set(&brand(&app)).render())
}

fn over(app: &App) -> Result<Response, OAuthError> {
    let mut response = html(StatusCode::GONE, MessagePage::password_link_over(&brand(app)).render())?;
    response.extensions_mut().insert(Guessed);
    Ok(response)
}

async fn page(
    app: &App,
    visitor: &Visitor,
    (holder, ticket): (&Holder, &str),
    problem: Option<(Typed, PasswordProblem)>,
) -> Result<Response, OAuthError> {
    let text = problem.map(|(_, problem)| problem.to_string());
    let field = |which: Typed| which.field(text.as_deref().filter(|_| problem.is_some_and(|(at, _)| at == which)));
    let providers = providers::inviting(app).await;
    let page = SetPasswordPage {
        brand: &brand(app),
        csrf_token: &visitor.browser.csrf_token(),
        username: &holder.name,
        action: &format!("/password/{ticket}"),
        rows: &[field(Typed::New), field(Typed::Again)],
        providers: &providers,
    };
    let response = html(status_of(problem.map(|(_, problem)| problem)), page.render())?;
    Ok(with_policy(app, response, if providers.is_empty() { Forms::StayHere } else { Forms::LeadToClients }))
}
