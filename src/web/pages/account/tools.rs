//! `/account/tools`

use askama::Template;

use super::Around;
use crate::web::pages::Brand;

/// What a person's agents may call. The forms go to `POST /account/tools`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "tools.html")]
pub struct ToolsPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// Tools that are switched together.
    pub groups: &'a [GroupRow<'a>],
    /// The tools.
    pub tools: &'a [ToolRow<'a>],
    /// What was done.
    pub done: Option<&'a str>,
    /// Why nothing was.
    pub problem: Option<&'a str>,
}

/// A group of tools.
#[derive(Clone, Copy, Debug)]
pub struct GroupRow<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What is told of it.
    pub description: &'a str,
    /// Its tools.
    pub tools: &'a [String],
    /// Whether it is on.
    pub is_on: bool,
}

/// A tool.
#[derive(Clone, Copy, Debug)]
pub struct ToolRow<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What is told of it.
    pub description: &'a str,
    /// Whether it is on.
    pub is_on: bool,
    /// Whether the person said so of this very tool; else its groups decide.
    pub is_own: bool,
    /// The groups by which it is on.
    pub groups: &'a [String],
}

impl ToolsPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    /// How many tools are on.
    fn on(&self) -> usize {
        self.tools.iter().filter(|tool| tool.is_on).count()
    }
}
