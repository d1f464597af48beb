//! Who comes to the authorization endpoint, what they ask, and what they see next.

use std::sync::Arc;

use super::Destination;
use crate::app::{App, Context};
use crate::model::client::Client;
use crate::model::interaction::{Authorization, Interaction, Presence, Purpose};
use crate::model::scope::Scope;
use crate::protocol::authorize::Delivery;
use crate::protocol::time::Timestamp;
use crate::service::interactions::Browser;
use crate::service::providers;
use crate::service::sessions::SessionCookie;

/// The browser a person came with.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Its binding cookie.
    pub browser: Browser,
    /// Its session cookie, if it has one.
    pub session: Option<SessionCookie>,
}

/// A person's browser at the authorization endpoint, and what it may touch.
#[derive(Clone, Copy)]
pub struct Visit<'a> {
    /// The application.
    pub app: &'a App,
    /// The request.
    pub context: &'a Context,
    /// The browser.
    pub visitor: &'a Visitor,
}

/// A checked request on its way to an answer.
pub(super) struct Asked {
    pub(super) began_at: Timestamp,
    pub(super) authorization: Authorization,
    pub(super) destination: Destination,
}

impl Asked {
    pub(super) fn into_interaction(self, shown_to: Option<Presence>) -> Interaction {
        let authorization = Authorization { shown_to, ..self.authorization };
        Interaction { began_at: self.began_at, purpose: Purpose::Authorize(Box::new(authorization)) }
    }
}

/// What the person sees next.
#[derive(Debug)]
pub enum Step {
    /// Off to this page of ours.
    Redirect(String),
    /// Off to the client.
    Deliver(Delivery),
    /// The sign-in page.
    SignIn(SignInStep),
    /// The page that asks with which account to go on.
    SelectAccount(SelectAccountStep),
    /// The consent page.
    Consent(Box<ConsentStep>),
    /// A page of ours that says that this was answered before.
    AnsweredBefore,
}

/// What the sign-in page needs.
#[derive(Debug)]
pub struct SignInStep {
    /// The sealed interaction.
    pub interaction: String,
    /// Who waits for an answer.
    pub waiting: Waiting,
    /// The name that is filled in already.
    pub username: String,
    /// By which providers the person may sign in, too: id and name.
    pub providers: Arc<Vec<(String, String)>>,
}

impl SignInStep {
    /// With the providers that there are.
    pub async fn new(visit: Visit<'_>, interaction: String, waiting: Waiting, username: String) -> Self {
        let providers = providers::signing_in(visit.app, visit.context).await;
        Self { interaction, waiting, username, providers }
    }
}

/// Who waits for an answer while somebody signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Nobody: the person goes on to a page of ours.
    Nobody,
    /// A client that describes itself and is not read yet.
    Unread,
    /// The client of this name.
    Client(String),
}

/// What the page needs that asks with which account to go on.
#[derive(Debug)]
pub struct SelectAccountStep {
    /// The sealed interaction.
    pub interaction: String,
    /// For which client.
    pub client_name: String,
    /// Who is signed in.
    pub username: String,
}

/// What the consent page needs.
#[derive(Debug)]
pub struct ConsentStep {
    /// The sealed interaction, now bound to this person and session.
    pub interaction: String,
    /// Who asks.
    pub client: Client,
    /// Where the answer will be sent.
    pub redirect_uri: String,
    /// What for.
    pub scopes: Vec<Scope>,
    /// For which APIs, by what people call them; none: this server's own.
    pub resources: Vec<String>,
    /// Who is asked.
    pub username: String,
    /// Whether a yes spares the question next time.
    pub remembered: bool,
}

/// What a person says on the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Approve,
    /// No.
    Deny,
    /// Somebody else wants to answer.
    SwitchAccount,
    /// To go on with the account that is signed in.
    KeepAccount,
}
