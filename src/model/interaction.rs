//! What stands between a request that needs a person and its answer: sealed, bound to one browser, and carried by
//! the page's forms, so that nothing is stored and nothing can be swapped.

use std::time::Duration;

use serde::{Deserialize, Serialize};

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
    /// One of our own pages is shown.
    Page(OurPage),
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
    /// For which resources.
    pub resources: Vec<String>,
    /// The client's own value, returned unchanged.
    pub state: Option<String>,
    /// The S256 challenge.
    pub code_challenge: Option<String>,
    /// The grant this will open.
    pub grant_id: String,
    /// The code it will be opened with; worth nothing before its row is written.
    pub code: String,
    /// Set once consent is shown: to whom, so that nobody else can answer.
    pub shown_to: Option<ShownTo>,
}

/// To whom a consent page was shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownTo {
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
}

impl OurPage {
    /// The page's path.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Account => "/account",
        }
    }
}

impl Interaction {
    /// Whether the person took too long.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.began_at + LIFETIME
    }
}
