//! `/`, for browsers.

use askama::Template;

use super::Brand;

/// Says what this server is and where to go.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "start.html")]
pub struct StartPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// The version that runs.
    pub version: &'a str,
    /// The issuer, byte for byte.
    pub issuer: &'a str,
    /// Whether the development endpoints are there to be told of.
    pub development: bool,
}

impl StartPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
