//! The question before something that cannot be taken back.

use askama::Template;

use super::Around;
use crate::web::pages::Brand;

/// Says what goes along, and asks.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "confirm.html")]
pub struct ConfirmPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// The question.
    pub title: &'a str,
    /// What goes along.
    pub lines: &'a [&'a str],
    /// Where the form goes.
    pub action: &'a str,
    /// What it carries, by name.
    pub hidden: &'a [(&'a str, &'a str)],
    /// What its button says.
    pub button: &'a str,
    /// Where a no leads.
    pub back: &'a str,
}

impl ConfirmPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
