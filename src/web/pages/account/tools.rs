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

/// The switches of groups and tools, here and on `/users`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "_switches.html")]
pub(in crate::web::pages) struct Switches<'a> {
    /// Where the forms go.
    pub action: &'a str,
    /// Bound to the browser's cookie.
    pub csrf_token: &'a str,
    /// Whose they are; empty where the session says that.
    pub user_id: &'a str,
    /// Tools that are switched together.
    pub groups: &'a [GroupRow<'a>],
    /// The tools.
    pub tools: &'a [ToolRow<'a>],
}

impl ToolsPage<'_> {
    fn switches(&self) -> Switches<'_> {
        let csrf_token = self.around.csrf_token;
        Switches { action: "/account/tools", csrf_token, user_id: "", groups: self.groups, tools: self.tools }
    }

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
