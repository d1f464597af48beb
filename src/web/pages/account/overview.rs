//! `/account`

use askama::Template;

use super::Around;
use crate::web::pages::Brand;

/// Who is signed in, and what there is.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "account.html")]
pub struct AccountPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// In how many browsers the person is signed in, this one among them.
    pub sessions: usize,
    /// How many apps they let in.
    pub apps: usize,
}

impl AccountPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
