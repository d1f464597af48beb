//! An answer that the browser posts to the client (OAuth 2.0 Form Post Response Mode).

use askama::Template;

use super::Brand;

/// Hands an answer on to a client, by script or by its button.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "form_post.html")]
pub struct FormPostPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// The client's redirect URI.
    pub action: &'a str,
    /// What the client is told.
    pub fields: &'a [(&'static str, String)],
}

impl FormPostPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
