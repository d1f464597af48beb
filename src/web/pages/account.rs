//! `/account`

use askama::Template;

use super::Brand;

/// Who is signed in, and the way out: the form goes to `POST /logout`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "account.html")]
pub struct AccountPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// Bound to the browser's cookie.
    pub csrf_token: &'a str,
    /// Who is signed in.
    pub username: &'a str,
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
