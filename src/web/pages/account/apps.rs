//! `/account/apps`

use askama::Template;

use super::Around;
use crate::web::pages::{Brand, Moment, ScopeLine};

/// The apps that a person let in.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "apps.html")]
pub struct AppsPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// The apps.
    pub rows: &'a [AppRow<'a>],
    /// What was done.
    pub done: Option<&'a str>,
    /// Why nothing was.
    pub problem: Option<&'a str>,
}

/// An app.
#[derive(Clone, Debug)]
pub struct AppRow<'a> {
    /// Its client id, as the query of an address has it.
    pub encoded_id: String,
    /// What it is called.
    pub name: &'a str,
    /// Whether an administrator knows it.
    pub is_vouched_for: bool,
    /// Whether it has access now; else only a yes is remembered.
    pub has_access: bool,
    /// What it may do, or need not ask for.
    pub scopes: Vec<ScopeLine<'a>>,
    /// Since when.
    pub since: Moment,
    /// When it last got tokens.
    pub used: Option<Moment>,
}

impl AppsPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
