//! Who is signed in, for the pages of their own account: anybody else is sent to sign in, and comes back to that page.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequest, FromRequestParts, Request};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::query::encoded;
use super::redirect::see_other;
use super::visitor::{Arrival, OwnForm};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::model::provider::is_connect_path;
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::service::authorize::Visitor;
use crate::service::interactions::Browser;
use crate::service::sessions::{self, SessionCookie};
use crate::store::sessions::SignedIn;

/// A person who is signed in, in this browser.
pub struct Person {
    /// Their session, and whose it is.
    pub signed_in: SignedIn,
    /// The session's cookie.
    pub cookie: SessionCookie,
    /// The browser.
    pub browser: Browser,
    /// What the forms of their pages carry.
    pub csrf_token: String,
    /// The value of the binding cookie to set, when there was none.
    pub new_browser: Option<String>,
}

impl Person {
    /// Whose account it is.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.signed_in.session.user_id
    }

    /// Their browser.
    #[must_use]
    pub fn visitor(&self) -> Visitor {
        Visitor { browser: self.browser.clone(), session: Some(self.cookie.clone()) }
    }

    /// Who is signed in in a browser that arrives; `None`: nobody.
    ///
    /// # Errors
    /// `temporarily_unavailable` when the database fails.
    pub async fn arriving(app: &App, context: &Context, arrival: Arrival) -> Result<Option<Self>, OAuthError> {
        let Arrival { visitor, new_browser } = arrival;
        let csrf_token = visitor.browser.csrf_token();
        let Some(cookie) = visitor.session else { return Ok(None) };
        let found = sessions::find(app, context, &cookie).await?;
        Ok(found.map(|signed_in| Self { signed_in, cookie, browser: visitor.browser, csrf_token, new_browser }))
    }
}

/// Why there is nobody.
pub enum Nobody {
    /// The person must sign in first.
    SignIn(OurPage),
    /// The same, and then goes on to the page before an account elsewhere is linked: its path and query.
    Connect(String),
    /// It could not be looked at, or is refused.
    Refused(OAuthError),
}

impl From<OAuthError> for Nobody {
    fn from(error: OAuthError) -> Self {
        Self::Refused(error)
    }
}

impl IntoResponse for Nobody {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn(OurPage::Account) => see_other("/login"),
            Self::SignIn(page) => see_other(&format!("/login?page={}", page.name())),
            Self::Connect(address) => see_other(&format!("/login?connect={}", encoded(&address))),
            Self::Refused(error) => error.into_response(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Person
where
    Arc<App>: FromRef<S>,
{
    type Rejection = Nobody;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Nobody> {
        let (app, context) = (Arc::<App>::from_ref(state), Context::from_request_parts(parts, state).await?);
        let arrival = Arrival::from_request_parts(parts, state).await?;
        Self::arriving(&app, &context, arrival).await?.ok_or_else(|| nobody_at(&parts.uri))
    }
}

/// Where nobody goes who came to this address.
fn nobody_at(uri: &Uri) -> Nobody {
    match uri.path_and_query().map(ToString::to_string).filter(|address| is_connect_path(address)) {
        Some(address) => Nobody::Connect(address),
        None => Nobody::SignIn(OurPage::of_path(uri.path())),
    }
}

/// A form of a person who is signed in, from a page of this browser. The primary says whether the session still stands.
pub struct PersonForm {
    /// Who sends it.
    pub person: Person,
    /// Its fields.
    pub fields: Parameters,
}

impl<S: Send + Sync> FromRequest<S> for PersonForm
where
    Arc<App>: FromRef<S>,
{
    type Rejection = Nobody;

    async fn from_request(request: Request, state: &S) -> Result<Self, Nobody> {
        let app = Arc::<App>::from_ref(state);
        let uri = request.uri().clone();
        let (mut parts, body) = request.into_parts();
        let context = Context::from_request_parts(&mut parts, state).await?;
        let OwnForm { fields, visitor } = OwnForm::from_request(Request::from_parts(parts, body), state).await?;
        let csrf_token = visitor.browser.csrf_token();
        let cookie = visitor.session.ok_or_else(|| nobody_at(&uri))?;
        let found = sessions::find_surely(&app, &context, &cookie).await?;
        let signed_in = found.ok_or_else(|| nobody_at(&uri))?;
        Ok(Self {
            person: Person { signed_in, cookie, browser: visitor.browser, csrf_token, new_browser: None },
            fields,
        })
    }
}
