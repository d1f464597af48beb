//! `/admin/login`

use askama::Template;

use crate::service::administration::sessions::Offer;
use crate::web::pages::Brand;

/// Asks for the admin token, or whether to go on as who is signed in. The forms go to `POST /admin/login`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "admin_login.html")]
pub struct AdminLoginPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// Bound to the browser's cookie.
    pub csrf_token: &'a str,
    /// The path of the page that it leads to.
    pub to: &'a str,
    /// Who is signed in here as a person.
    pub person: Option<SignedInHere<'a>>,
    /// Whether there is an admin token.
    pub has_token: bool,
    /// Whether `/setup` is there to make one.
    pub has_setup: bool,
    /// Why the page is shown again.
    pub problem: Option<&'a str>,
}

/// Who is signed in, and what they may do about it.
#[derive(Clone, Copy, Debug)]
pub struct SignedInHere<'a> {
    /// Their name.
    pub name: &'a str,
    /// What they may do.
    pub offer: Offer,
}

impl AdminLoginPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    /// The sign-in page of people, which leads back here.
    fn person_login(&self) -> String {
        format!("/login?admin={}", url::form_urlencoded::byte_serialize(self.to.as_bytes()).collect::<String>())
    }
}
