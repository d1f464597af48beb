//! From what a use case says to the page, redirect or cookie that the browser gets.

use std::borrow::Cow;
use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use url::form_urlencoded::byte_serialize;

use super::cookies::Cookie;
use super::headers::{Forms, content_security_policy};
use super::pages::{
    Brand, ClientLinks, ClientTrust, ConsentPage, Destination, FormPostPage, LoginPage, LoginProblem, MessagePage,
    ScopeLine, SelectAccountPage, SignOutPage, StartPage,
};
use super::redirect::{see_other, set_cookie, to_client};
use crate::app::{App, Happening};
use crate::model::audit::EventKind;
use crate::model::client::{Client, Origin};
use crate::protocol::authorize::{AuthorizationResponse, Delivery};
use crate::protocol::error::OAuthError;
use crate::protocol::{client_id_url, redirect_uri};
use crate::service::authorize::{
    AuthorizeError, ConsentStep, SelectAccountStep, SignInStep, Step, Visit, Visitor, Waiting,
};
use crate::service::logout::{LogoutQuestion, LogoutStep};

/// Shows the next step of an interaction. A browser that came for the first time is given its binding cookie.
///
/// # Errors
/// What must be said on a page of ours.
pub fn step(
    visit: Visit<'_>,
    step: Result<Step, AuthorizeError>,
    new_browser: Option<&str>,
) -> Result<Response, OAuthError> {
    let Visit { app, context, visitor } = visit;
    let mut response = match step {
        Ok(Step::Redirect(location)) => to_client(&location),
        Ok(Step::Deliver(delivery)) => deliver(app, &delivery)?,
        Ok(Step::SelectAccount(step)) => select_account_page(app, visitor, &step)?,
        Ok(Step::SignIn(step)) => login_page(app, visitor, &step, None)?,
        Ok(Step::Consent(step)) => consent_page(app, visitor, &step)?,
        Ok(Step::AnsweredBefore) => message(&MessagePage::answered(&brand(app)), StatusCode::CONFLICT)?,
        Err(AuthorizeError::Over) => message(&MessagePage::expired(&brand(app)), StatusCode::BAD_REQUEST)?,
        Err(AuthorizeError::Page(error)) => {
            context.record(Happening::refused(EventKind::AuthorizationRefused, error.to_string()));
            return Err(error);
        }
        Err(AuthorizeError::Redirect(destination, error)) => {
            context.record(Happening::refused(EventKind::AuthorizationRefused, error.to_string()));
            let response = AuthorizationResponse::Error(&error);
            let mut response = deliver(app, &destination.deliver(app.config.issuer.as_str(), response))?;
            if error.code.status() >= 500 {
                response.extensions_mut().insert(Redirected(Arc::new(error)));
            }
            response
        }
    };
    if let Some(value) = new_browser {
        set_cookie(&mut response, Cookie::Browser.set(&app.config.issuer, value));
    }
    Ok(response)
}

/// A failure of ours that the client was told of by redirect; the log hears of it, too.
#[derive(Clone, Debug)]
pub struct Redirected(pub Arc<OAuthError>);

/// The sign-in page.
///
/// # Errors
/// `server_error` when the template fails.
pub fn login_page(
    app: &App,
    visitor: &Visitor,
    step: &SignInStep,
    problem: Option<(&str, LoginProblem)>,
) -> Result<Response, OAuthError> {
    let page = LoginPage {
        brand: &brand(app),
        interaction: &step.interaction,
        csrf_token: &visitor.browser.csrf_token(),
        client_name: match &step.waiting {
            Waiting::Client(name) => Some(name),
            Waiting::Unread | Waiting::Nobody => None,
        },
        can_cancel: step.waiting != Waiting::Nobody,
        username: problem.map_or(&step.username, |(name, _)| name),
        problem: problem.map(|(_, problem)| problem),
        providers: &step.providers,
    };
    let status = match page.problem {
        Some(LoginProblem::Slowed { .. }) => StatusCode::TOO_MANY_REQUESTS,
        // Not 401: that would owe a challenge (RFC 9110 15.5.2), and a form is none.
        Some(LoginProblem::Wrong) => StatusCode::FORBIDDEN,
        None => StatusCode::OK,
    };
    let mut response = html(status, page.render())?;
    if let Some(LoginProblem::Slowed { seconds }) = page.problem {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(with_policy(app, response, Forms::LeadToClients))
}

/// An answer on its way to the client. The page that posts it learns nothing of our address line either.
fn deliver(app: &App, delivery: &Delivery) -> Result<Response, OAuthError> {
    let form = match delivery {
        Delivery::Redirect(location) => return Ok(to_client(location)),
        Delivery::FormPost(form) => form,
    };
    let page = FormPostPage { brand: &brand(app), action: &form.action, fields: &form.fields };
    let mut response = html(StatusCode::OK, page.render())?;
    // With `no-referrer` the browser would send `Origin: null`, which a client may hold against it.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    Ok(with_policy(app, response, Forms::PostByScript))
}

fn select_account_page(app: &App, visitor: &Visitor, step: &SelectAccountStep) -> Result<Response, OAuthError> {
    let page = SelectAccountPage {
        brand: &brand(app),
        interaction: &step.interaction,
        csrf_token: &visitor.browser.csrf_token(),
        client_name: &step.client_name,
        username: &step.username,
    };
    Ok(with_policy(app, html(StatusCode::OK, page.render())?, Forms::LeadToClients))
}

/// What comes of a client's wish that a person be signed out.
///
/// # Errors
/// `server_error` when the template fails.
pub fn logout(visit: Visit<'_>, step: LogoutStep, new_browser: Option<&str>) -> Result<Response, OAuthError> {
    let Visit { app, visitor, .. } = visit;
    let mut response = match step {
        LogoutStep::Ask(question) => sign_out_page(app, visitor, &question)?,
        LogoutStep::Stay => see_other("/account"),
        LogoutStep::SignedOut(destination) => {
            let mut response = destination.map_or_else(|| see_other("/logout"), |location| to_client(&location));
            set_cookie(&mut response, Cookie::Session.clear(&app.config.issuer));
            response
        }
    };
    if let Some(value) = new_browser {
        set_cookie(&mut response, Cookie::Browser.set(&app.config.issuer, value));
    }
    Ok(response)
}

fn sign_out_page(app: &App, visitor: &Visitor, question: &LogoutQuestion) -> Result<Response, OAuthError> {
    let page = SignOutPage {
        brand: &brand(app),
        interaction: &question.interaction,
        csrf_token: &visitor.browser.csrf_token(),
        client_name: question.client_name.as_deref(),
        username: &question.username,
    };
    Ok(with_policy(app, html(StatusCode::OK, page.render())?, Forms::LeadToClients))
}

fn consent_page(app: &App, visitor: &Visitor, step: &ConsentStep) -> Result<Response, OAuthError> {
    let scopes: Vec<ScopeLine<'_>> =
        step.scopes.iter().map(|scope| ScopeLine { name: &scope.name, sentence: &scope.description }).collect();
    let host = redirect_uri::host(&step.redirect_uri);
    let described_at = client_id_url::host(&step.client.id, app.config.development);
    let destination = if redirect_uri::is_impersonable(&step.redirect_uri) {
        Destination::ThisDevice(&host)
    } else {
        Destination::Site(&host)
    };
    let logo = step.client.links.logo.as_ref().map(|_| client_logo_path(&step.client.id));
    let page = ConsentPage {
        brand: &brand(app),
        interaction: &step.interaction,
        csrf_token: &visitor.browser.csrf_token(),
        client_name: &step.client.name,
        logo: logo.as_deref(),
        links: ClientLinks {
            home: step.client.links.home.as_deref(),
            terms: step.client.links.terms.as_deref(),
            privacy: step.client.links.policy.as_deref(),
        },
        trust: trust(&step.client, described_at.as_deref()),
        destination,
        scopes: &scopes,
        resources: &step.resources,
        username: &step.username,
        remembered: step.remembered,
    };
    Ok(with_policy(app, html(StatusCode::OK, page.render())?, Forms::LeadToClients))
}

/// Letters, digits and what separates them stand for themselves; an id that is a URL is one segment of the path all the same.
fn client_logo_path(client_id: &str) -> String {
    format!("/client-logo/{}", byte_serialize(client_id.as_bytes()).collect::<String>())
}

/// Who vouches for a client's name.
fn trust<'a>(client: &Client, described_at: Option<&'a str>) -> ClientTrust<'a> {
    match (&client.origin, described_at) {
        (Origin::Document(_), Some(host)) => ClientTrust::Described(host),
        (Origin::Document(_) | Origin::Registration(_), _) => ClientTrust::Unverified,
        (Origin::Administrator, _) if client.first_party => ClientTrust::FirstParty,
        (Origin::Administrator, _) => ClientTrust::Administrator,
    }
}

/// After signing out.
///
/// # Errors
/// `server_error` when the template fails.
pub fn signed_out_page(app: &App) -> Result<Response, OAuthError> {
    message(&MessagePage::signed_out(&brand(app)), StatusCode::OK)
}

/// `GET /` for a person.
///
/// # Errors
/// `server_error` when the template fails.
pub fn start_page(app: &App, version: &str) -> Result<Response, OAuthError> {
    let page = StartPage {
        brand: &brand(app),
        version,
        issuer: app.config.issuer.as_str(),
        development: app.config.development,
    };
    html(StatusCode::OK, page.render())
}

pub(super) fn brand(app: &App) -> Brand<'_> {
    let brand = &app.config.brand;
    Brand {
        name: &brand.name,
        logo_url: brand.logo_url.as_deref(),
        terms_url: brand.terms_url.as_deref(),
        has_colors: true,
    }
}

fn message(page: &MessagePage<'_>, status: StatusCode) -> Result<Response, OAuthError> {
    html(status, page.render())
}

pub(super) fn html(status: StatusCode, page: Result<String, askama::Error>) -> Result<Response, OAuthError> {
    let page = page.map_err(|error| OAuthError::server_error("the page cannot be written").source(error))?;
    Ok((status, Html(Cow::<'static, str>::from(page))).into_response())
}

pub(super) fn with_policy(app: &App, mut response: Response, forms: Forms) -> Response {
    if let Some(policy) = content_security_policy(&app.config.brand, forms) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
