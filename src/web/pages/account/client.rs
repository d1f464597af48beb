//! `/account/client`

use askama::Template;

use super::Around;
use crate::web::pages::Brand;

/// The client that acts for a person. The form goes to `POST /account/client`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "client.html")]
pub struct ClientPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// Its id.
    pub client_id: &'a str,
    /// What it is called.
    pub client_name: &'a str,
    /// What it may ask for.
    pub scopes: &'a [&'a str],
    /// Whether it has a secret.
    pub has_secret: bool,
    /// Where it may be answered, one on a line.
    pub redirect_uris: &'a str,
    /// Why these cannot be.
    pub redirect_problem: Option<&'a str>,
    /// What was done.
    pub done: Option<&'a str>,
    /// Why nothing was.
    pub problem: Option<&'a str>,
}

/// A new secret, this once.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "client_secret.html")]
pub struct ClientSecretPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// The client's id.
    pub client_id: &'a str,
    /// The secret.
    pub secret: &'a str,
}

impl ClientPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}

impl ClientSecretPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
