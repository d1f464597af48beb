//! Whether to sign out, because a client wants it.

use askama::Template;

use super::Brand;

/// Asks whether to sign out. The form goes to `POST /logout`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "sign_out.html")]
pub struct SignOutPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// The sealed interaction.
    pub interaction: &'a str,
    /// Bound to the browser's cookie.
    pub csrf_token: &'a str,
    /// Who asks, when that is proven.
    pub client_name: Option<&'a str>,
    /// Who is signed in.
    pub username: &'a str,
}

impl SignOutPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
