//! `/account/connections` and `/connect/{provider}`

use askama::Template;

use super::Around;
use crate::web::pages::{Brand, Moment, ScopeLine};

/// A person's accounts at providers.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "connections.html")]
pub struct ConnectionsPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// The accounts.
    pub rows: &'a [ConnectionRow<'a>],
    /// The agents.
    pub agents: &'a [AgentRow<'a>],
    /// The providers at which there may be one: id and name.
    pub providers: &'a [(&'a str, &'a str)],
    /// The accounts by which the person signs in.
    pub sign_ins: &'a [SignInRow<'a>],
    /// The providers at which there may be one of those: id and name.
    pub signing_in: &'a [(&'a str, &'a str)],
    /// What was done.
    pub done: Option<&'a str>,
}

/// An account at a provider by which the person signs in.
#[derive(Clone, Debug)]
pub struct SignInRow<'a> {
    /// The identity's id.
    pub id: &'a str,
    /// What the provider is called.
    pub provider: &'a str,
    /// What the account is called there.
    pub account: &'a str,
    /// Since when.
    pub since: Moment,
    /// When somebody last signed in by it.
    pub used: Option<Moment>,
}

/// An account at a provider.
#[derive(Clone, Debug)]
pub struct ConnectionRow<'a> {
    /// The connection's id.
    pub id: &'a str,
    /// What the provider is called.
    pub provider: &'a str,
    /// For which agent; empty: for the person.
    pub agent: &'a str,
    /// What the account is called there.
    pub account: &'a str,
    /// Whether it must be connected anew.
    pub is_over: bool,
    /// What was granted.
    pub scopes: Vec<&'a str>,
    /// Since when.
    pub since: Moment,
    /// When the access token is over.
    pub expires: Option<Moment>,
    /// When it was last used.
    pub used: Option<Moment>,
}

/// An agent of the person's.
#[derive(Clone, Debug)]
pub struct AgentRow<'a> {
    /// As it calls itself.
    pub id: &'a str,
    /// Since when it is known.
    pub since: Moment,
    /// When it last asked for something.
    pub seen: Moment,
}

/// An account was linked for an agent.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "agent_connected.html")]
pub struct AgentConnectedPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// What the provider is called.
    pub provider: &'a str,
    /// The agent.
    pub agent: &'a str,
    /// The provider's code.
    pub code: &'a str,
    /// Our state.
    pub state: &'a str,
}

/// Asks whether to link an account.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "connect.html")]
pub struct ConnectPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// Where the account is.
    pub provider: &'a str,
    /// For which agent; empty: for the person.
    pub agent: &'a str,
    /// What is asked for there.
    pub scopes: &'a [ScopeLine<'a>],
    /// Where the form goes.
    pub action: &'a str,
}

impl ConnectionsPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}

impl ConnectPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}

impl AgentConnectedPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
