//! With which account to go on (`prompt=select_account`).

use askama::Template;

use super::Brand;

/// Asks whether to go on with the account that is signed in. The form goes to `POST /consent`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "select_account.html")]
pub struct SelectAccountPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// The sealed interaction.
    pub interaction: &'a str,
    /// Bound to the browser's cookie.
    pub csrf_token: &'a str,
    /// Who asks.
    pub client_name: &'a str,
    /// Who is signed in.
    pub username: &'a str,
}

impl SelectAccountPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
