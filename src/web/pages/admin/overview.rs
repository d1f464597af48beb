//! `/admin`

use askama::Template;

use crate::store::beginnings::Beginnings;
use crate::web::pages::{Around, Brand};

/// What there is to look after.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "admin.html")]
pub struct AdminOverviewPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// What there is already.
    pub there: Beginnings,
}

impl AdminOverviewPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
