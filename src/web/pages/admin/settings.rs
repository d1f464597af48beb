//! `/admin/settings`

use askama::Template;

use crate::web::pages::{Around, Brand};

/// The settings, as the server understood them.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "admin_settings.html")]
pub struct SettingsPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// This release.
    pub version: &'a str,
    /// Whether this is development.
    pub development: bool,
    /// Each setting and its value, if it has one.
    pub rows: &'a [(String, Option<String>)],
}

impl SettingsPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
