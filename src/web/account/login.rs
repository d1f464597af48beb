//! `/login`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::app::{App, Context};
use crate::model::interaction::{Authorization, Interaction, OurPage, Presence, Purpose, Unread};
use crate::model::provider::is_connect_path;
use crate::protocol::error::OAuthError;
use crate::service::authorize::{self, SignInStep, Step, Visit, Waiting};
use crate::service::interactions;
use crate::service::login::{self, Login};
use crate::service::upstream::sign_in::{self, Aim};
use crate::web::admin_pages::destination::{admin_page, login_for};
use crate::web::cookies::Cookie;
use crate::web::extract::Query;
use crate::web::pages::LoginProblem;
use crate::web::visitor::{Arrival, OwnForm};
use crate::web::{redirect, render};

/// The sign-in page on its own; it leads to the page of ours that `page` names, to that of administrators that `admin` is, to
/// that before an account elsewhere is linked that `connect` is, or to the account page.
pub async fn get(
    State(app): State<Arc<App>>,
    context: Context,
    arrival: Arrival,
    Query(query): Query,
) -> Result<Response, OAuthError> {
    let visit = Visit { app: &app, context: &context, visitor: &arrival.visitor };
    let page = query.first("page").and_then(OurPage::named).unwrap_or(OurPage::Account);
    let connect = query.first("connect").filter(|path| is_connect_path(path));
    let purpose = match (query.first("admin").and_then(admin_page), connect) {
        (Some(path), _) => Purpose::Administration(path.to_owned()),
        (None, Some(path)) => Purpose::Connect(path.to_owned()),
        (None, None) => Purpose::Page(page),
    };
    let step = authorize::sign_in_for_page(visit, purpose).await?;
    render::step(visit, Ok(Step::SignIn(step)), arrival.new_browser.as_deref())
}

/// Checks name and password and goes on with the interaction.
pub async fn post(State(app): State<Arc<App>>, context: Context, form: OwnForm) -> Result<Response, OAuthError> {
    let OwnForm { fields, visitor } = form;
    let visit = Visit { app: &app, context: &context, visitor: &visitor };
    let interaction = fields.required("interaction")?;
    if fields.optional("action")? == Some("cancel") {
        let step = authorize::cancel(visit, interaction).await;
        return render::step(visit, step, None);
    }
    let opened = match interactions::open(&app, &context, &visitor.browser, interaction).await {
        Ok(opened) => opened,
        Err(unopened) => return render::step(visit, Err(unopened.into()), None),
    };
    if let Some(provider) = fields.optional("provider")? {
        let (aim, anew) = (Aim::GoOn(interaction.to_owned()), opened.purpose.wants_a_new_sign_in());
        return Ok(redirect::to_client(&sign_in::begin(visit, provider, &aim, anew).await?));
    }
    let name = fields.optional("username")?.unwrap_or_default();
    let password = fields.optional("password")?.unwrap_or_default();
    match login::sign_in(&app, &context, name, password, visitor.session.as_ref()).await? {
        Login::Done { cookie, presence } => signed_in(visit, opened, &cookie, presence).await,
        Login::Refused => again(visit, &opened.purpose, interaction, (name, LoginProblem::Wrong)).await,
        Login::Slowed { retry_after } => {
            let problem = LoginProblem::Slowed { seconds: retry_after };
            again(visit, &opened.purpose, interaction, (name, problem)).await
        }
    }
}

/// 303, so that loading the next page again does not send the password again. The interaction goes on knowing who has just
/// signed in for it.
pub async fn signed_in(
    visit: Visit<'_>,
    opened: Interaction,
    cookie: &str,
    presence: Presence,
) -> Result<Response, OAuthError> {
    let Visit { app, visitor, .. } = visit;
    let signed_in = Some(presence);
    let purpose = match opened.purpose {
        Purpose::Authorize(authorization) => {
            Purpose::Authorize(Box::new(Authorization { signed_in, ..*authorization }))
        }
        Purpose::Unread(unread) => Purpose::Unread(Unread { signed_in, ..unread }),
        Purpose::Page(page) => return Ok(leading_to(app, page.path(), cookie)),
        Purpose::Connect(path) => return Ok(leading_to(app, &path, cookie)),
        Purpose::Administration(path) => return Ok(leading_to(app, &login_for(&path), cookie)),
        Purpose::SignOut(_) => return Ok(leading_to(app, OurPage::Account.path(), cookie)),
    };
    let next = interactions::seal(app, &visitor.browser, &Interaction { purpose, ..opened }).await?;
    // Base64url and dots: nothing in a sealed interaction needs encoding.
    Ok(leading_to(app, &format!("/consent?interaction={next}"), cookie))
}

pub fn leading_to(app: &App, location: &str, cookie: &str) -> Response {
    let mut response = redirect::see_other(location);
    redirect::set_cookie(&mut response, Cookie::Session.set(&app.config.issuer, cookie));
    response
}

async fn again(
    visit: Visit<'_>,
    purpose: &Purpose,
    interaction: &str,
    problem: (&str, LoginProblem),
) -> Result<Response, OAuthError> {
    let waiting = match purpose {
        Purpose::Authorize(authorization) => Waiting::Client(authorization.client_name.clone()),
        Purpose::Unread(_) => Waiting::Unread,
        Purpose::Page(_) | Purpose::Connect(_) | Purpose::Administration(_) | Purpose::SignOut(_) => Waiting::Nobody,
    };
    let step = SignInStep::new(visit, interaction.to_owned(), waiting, String::new()).await;
    render::login_page(visit.app, visit.visitor, &step, Some(problem))
}
