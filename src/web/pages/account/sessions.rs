//! `/account/sessions`

use askama::Template;

use super::Around;
use crate::web::pages::{Brand, Moment};

/// Where a person is signed in. The forms go to `POST /account/sessions/end`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "sessions.html")]
pub struct SessionsPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// The sessions, this one first.
    pub rows: &'a [SessionRow<'a>],
    /// What was done.
    pub done: Option<&'a str>,
    /// Why nothing was.
    pub problem: Option<&'a str>,
}

/// A session.
#[derive(Clone, Debug)]
pub struct SessionRow<'a> {
    /// Its name.
    pub sid: &'a str,
    /// Browser and system.
    pub device: &'a str,
    /// Where it was last used from.
    pub place: Option<&'a str>,
    /// When it was last used.
    pub last_seen: Moment,
    /// When the password was last given.
    pub signed_in: Moment,
    /// Whether it is this one.
    pub is_this: bool,
}

impl SessionsPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
