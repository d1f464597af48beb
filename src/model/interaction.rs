//! What stands between a request that needs a person and its answer: sealed, bound to one browser, and carried by
//! the page's forms, so that nothing is stored and nothing can be swapped.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::protocol::authentication::{AuthenticationRequest, Prompt};
use crate::protocol::authorize::ResponseMode;
use crate::protocol::parameters::Parameters;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// How long a person may take.
pub const LIFETIME: Duration = Duration::from_mins(30);

/// A request of a person in the making.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interaction {
    /// When it began.
    pub began_at: Timestamp,
    /// What happens when it is answered.
    pub purpose: Purpose,
}

/// What happens when an interaction is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// A client gets a code.
    Authorize(Box<Authorization>),
    /// Somebody signs in for a client that is not read before; then the request is checked.
    Unread(Unread),
    /// One of our own pages is shown.
    Page(OurPage),
    /// The page before an account elsewhere is linked: its path, and its query.
    Connect(String),
    /// A person signs out because a client asked for it.
    SignOut(SignOut),
    /// A page of administrators is shown, to whoever may go on as one: its path, and its query.
    Administration(String),
}

impl Purpose {
    /// Whether the person must show anew who they are, though they may still be known.
    #[must_use]
    pub fn wants_a_new_sign_in(&self) -> bool {
        let wants = |asked: &AuthenticationRequest| asked.prompts(Prompt::Login) || asked.max_age.is_some();
        match self {
            Self::Authorize(authorization) => wants(&authorization.authentication),
            Self::Unread(unread) => Parameters::parse(unread.parameters.as_bytes())
                .and_then(|parameters| AuthenticationRequest::parse(&parameters))
                .is_ok_and(|asked| wants(&asked)),
            Self::Administration(_) => true,
            Self::Page(_) | Self::Connect(_) | Self::SignOut(_) => false,
        }
    }
}

/// An authorization request of which nothing is checked yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Its parameters, encoded as they came.
    pub parameters: String,
    /// Set once somebody gave their password for it: who.
    pub signed_in: Option<Presence>,
}

/// Where a person goes after signing out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOut {
    /// The client's own page, proven to be registered by it; none: our own.
    pub destination: Option<String>,
    /// The session that may end: the one that was asked about, not one that begins meanwhile.
    pub sid: String,
}

/// A validated authorization request and the grant it will open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// Who asks.
    pub client_id: String,
    /// What that client was called when it asked.
    pub client_name: String,
    /// Where the answer goes; proven to be the client's.
    pub redirect_uri: String,
    /// Whether the request named it.
    pub redirect_uri_sent: bool,
    /// What is asked.
    pub scope: ScopeSet,
    /// What the person is asked about: that, and for claims by name the scopes that release them.
    pub consent_scope: ScopeSet,
    /// For which resources.
    pub resources: Vec<String>,
    /// What people are shown of them, a name each.
    pub resource_names: Vec<String>,
    /// The client's own value, returned unchanged.
    pub state: Option<String>,
    /// The S256 challenge.
    pub code_challenge: Option<String>,
    /// The grant this will open.
    pub grant_id: String,
    /// The code it will be opened with; worth nothing before its row is written.
    pub code: String,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// How the person is to be authenticated.
    pub authentication: AuthenticationRequest,
    /// Set once somebody gave their password for it: who.
    pub signed_in: Option<Presence>,
    /// Set once somebody chose to go on with the account they are signed in with: who.
    pub chosen: Option<Presence>,
    /// Set once consent is shown: to whom, so that nobody else can answer.
    pub shown_to: Option<Presence>,
}

/// A person in one session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The user.
    pub user_id: String,
    /// The session.
    pub sid: String,
}

/// Pages of ours that a sign-in may lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OurPage {
    /// `/account`
    Account,
    /// `/account/profile`
    Profile,
    /// `/account/password`
    Password,
    /// `/account/sessions`
    Sessions,
    /// `/account/apps`
    Apps,
    /// `/account/tools`
    Tools,
    /// `/account/connections`
    Connections,
    /// `/account/client`
    Client,
}

impl OurPage {
    /// All of them, in the order of the navigation.
    pub const ALL: [Self; 8] = [
        Self::Account,
        Self::Profile,
        Self::Password,
        Self::Sessions,
        Self::Apps,
        Self::Tools,
        Self::Connections,
        Self::Client,
    ];

    /// The page's path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Account => "/account",
            Self::Profile => "/account/profile",
            Self::Password => "/account/password",
            Self::Sessions => "/account/sessions",
            Self::Apps => "/account/apps",
            Self::Tools => "/account/tools",
            Self::Connections => "/account/connections",
            Self::Client => "/account/client",
        }
    }

    /// Its name where an address says to which page a sign-in leads.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Profile => "profile",
            Self::Password => "password",
            Self::Sessions => "sessions",
            Self::Apps => "apps",
            Self::Tools => "tools",
            Self::Connections => "connections",
            Self::Client => "client",
        }
    }

    /// Reads [`OurPage::name`] back.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.name() == name)
    }

    /// The page that a path below `/account` belongs to.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        let below =
            |page: &Self| path.strip_prefix(page.path()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        Self::ALL.into_iter().rev().find(below).unwrap_or(Self::Account)
    }
}

impl Interaction {
    /// Whether the person took too long.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.began_at + LIFETIME
    }
}
