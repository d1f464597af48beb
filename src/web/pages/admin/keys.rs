//! `/admin/keys`

use askama::Template;

use crate::web::pages::{Around, Brand, Moment};

/// What tokens are signed with.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "keys.html")]
pub struct KeysPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// The keys.
    pub rows: &'a [KeyRow<'a>],
    /// What was done.
    pub done: Option<&'a str>,
    /// Why nothing was.
    pub problem: Option<&'a str>,
}

/// A key.
#[derive(Clone, Debug)]
pub struct KeyRow<'a> {
    /// Its name.
    pub kid: &'a str,
    /// What it is used with.
    pub algorithm: &'a str,
    /// What it does, in a word.
    pub state: &'a str,
    /// Whether it signs.
    pub signs: bool,
    /// The setting that holds it.
    pub slot: Option<&'a str>,
    /// Since when it is so.
    pub since: Moment,
    /// When the last token that it signed is over.
    pub until: Option<Moment>,
    /// What that means.
    pub explanation: &'a str,
    /// Where it is promoted, if it may be.
    pub promote: Option<String>,
    /// Where it is retired, if it may be.
    pub retire: Option<String>,
}

impl KeysPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
