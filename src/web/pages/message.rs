//! Pages that only say something: errors and notices.

use std::borrow::Cow;

use askama::Template;

use super::Brand;

/// Something a person should know, and where to go on.
#[derive(Clone, Debug, Template)]
#[template(path = "message.html")]
pub struct MessagePage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What happened, in a few words.
    pub title: &'a str,
    /// What it means and what to do.
    pub text: Cow<'a, str>,
    /// The code of the error in the protocol, for those who look for it.
    pub error_code: Option<&'a str>,
    /// By which the operator finds the log lines.
    pub request_id: Option<&'a str>,
    /// Where to go on.
    pub link: Option<Link<'a>>,
}

/// A link to one of our own pages. Never give it an address from a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'a> {
    /// The path.
    pub href: &'a str,
    /// What it says.
    pub text: &'a str,
}

impl<'a> MessagePage<'a> {
    /// Just a title and a text.
    #[must_use]
    pub fn new(brand: &'a Brand<'a>, title: &'a str, text: impl Into<Cow<'a, str>>) -> Self {
        Self { brand, title, text: text.into(), error_code: None, request_id: None, link: None }
    }

    /// An authorization request that can't be answered at the client: the public `description` of the error.
    #[must_use]
    pub fn authorize_error(brand: &'a Brand<'a>, description: &'a str) -> Self {
        let text = format!("The app that sent you here asked in a wrong way: {description}.");
        Self::new(brand, "This request can’t be answered", text)
    }

    /// An interaction or a form that is over, or belongs to another browser.
    #[must_use]
    pub fn expired(brand: &'a Brand<'a>) -> Self {
        Self::new(brand, "This page has expired", "This page was open too long. Start again from the app.")
    }

    /// An interaction that was answered before (a second tab, the back button).
    #[must_use]
    pub fn answered(brand: &'a Brand<'a>) -> Self {
        Self::new(brand, "Already answered", "You have answered this already. Start again from the app.")
    }

    /// After logout.
    #[must_use]
    pub fn signed_out(brand: &'a Brand<'a>) -> Self {
        Self::new(brand, "Signed out", "You are signed out.")
            .with_link(Link { href: "/account", text: "Sign in again" })
    }

    /// After a password was set by a link.
    #[must_use]
    pub fn password_set(brand: &'a Brand<'a>) -> Self {
        Self::new(brand, "Your password is set", "Sign in with it from now on.")
            .with_link(Link { href: "/account", text: "Sign in" })
    }

    /// After an account at a provider was linked.
    #[must_use]
    pub fn connected(brand: &'a Brand<'a>, title: &'a str) -> Self {
        Self::new(brand, title, "Authorization successful! You can close this window.")
            .with_link(Link { href: "/account/connections", text: "See your connections" })
    }

    /// A link that sets no password (any more).
    #[must_use]
    pub fn password_link_over(brand: &'a Brand<'a>) -> Self {
        let text = "It was used already, or is older than a day. Ask whoever sent it to you for a new one.";
        Self::new(brand, "This link is over", text).with_link(Link { href: "/account", text: "Sign in" })
    }

    /// The admin token was made before.
    #[must_use]
    pub fn setup_done(brand: &'a Brand<'a>) -> Self {
        let text = "The admin token was made already, and shown to whoever made it. If it is lost, an administrator makes \
                    a new one, or whoever runs this server takes the old one out of the database.";
        Self::new(brand, "Set-up is done", text).with_link(Link { href: "/admin/login", text: "Sign in" })
    }

    /// The admin token is a secret of the operator's.
    #[must_use]
    pub fn setup_unneeded(brand: &'a Brand<'a>) -> Self {
        let text = "The admin token of this server is its secret ADMIN_TOKEN. Sign in with that.";
        Self::new(brand, "No set-up is needed", text).with_link(Link { href: "/admin/login", text: "Sign in" })
    }

    /// A setting that can't be used; `problem` names it and never holds the value of a secret.
    #[must_use]
    pub fn settings_wrong(problem: &'a str) -> Self {
        let text = format!("This server can’t work before whoever runs it has mended a setting: {problem}");
        Self::new(&Brand::OSTIARY, "A setting is wrong", text)
    }

    /// No such page.
    #[must_use]
    pub fn not_found(brand: &'a Brand<'a>) -> Self {
        Self::new(brand, "Page not found", "There is nothing at this address.")
            .with_link(Link { href: "/", text: "To the start page" })
    }

    /// Storage, or a part of the server, does not answer.
    #[must_use]
    pub fn unavailable(brand: &'a Brand<'a>) -> Self {
        Self::new(brand, "Just a moment", "Something did not answer in time. Nothing is lost: try again in a moment.")
    }

    /// Too many requests came from this network.
    #[must_use]
    pub fn too_many(brand: &'a Brand<'a>) -> Self {
        let text = "Too many requests came from your network within a minute. Wait a minute, then load this page again: \
                    nothing is lost. If you did nothing unusual, it was somebody else in the same network, as at a company, \
                    a school or a mobile carrier; if it goes on, tell whoever looks after that network, or use another.";
        Self::new(brand, "Too many requests", text)
    }

    /// The operator has switched the server off.
    #[must_use]
    pub fn switched_off(brand: &'a Brand<'a>) -> Self {
        Self::new(brand, "Closed for now", "This server is switched off for now. Try again later.")
    }

    /// The same with an error code.
    #[must_use]
    pub fn with_error_code(mut self, code: &'a str) -> Self {
        self.error_code = Some(code);
        self
    }

    /// The same with the request's id.
    #[must_use]
    pub fn with_request_id(mut self, request_id: &'a str) -> Self {
        self.request_id = Some(request_id);
        self
    }

    /// The same with a link.
    #[must_use]
    pub fn with_link(mut self, link: Link<'a>) -> Self {
        self.link = Some(link);
        self
    }

    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
