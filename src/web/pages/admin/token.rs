//! `/admin/token`

use askama::Template;

use crate::web::pages::{Around, Brand};

/// Asks whether to make a new admin token. The form goes to `POST /admin/token`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "admin_token.html")]
pub struct AdminTokenPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// Whether the secret `ADMIN_TOKEN` is the token, so that none can be made here.
    pub is_secret: bool,
}

impl AdminTokenPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
