//! `/setup`, and the admin token as it is shown once.

use askama::Template;

use crate::web::pages::Brand;

/// Makes the admin token. The form goes to `POST /setup`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "setup.html")]
pub struct SetupPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// Bound to the browser's cookie.
    pub csrf_token: &'a str,
    /// Whether the code of `SETUP_CODE` is asked for.
    pub asks_code: bool,
    /// Why the page is shown again.
    pub problem: Option<&'a str>,
}

/// The admin token, this once.
#[derive(Clone, Copy, Template)]
#[template(path = "admin_token_made.html")]
pub struct AdminTokenMadePage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// The token.
    pub token: &'a str,
}

impl SetupPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}

impl AdminTokenMadePage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
