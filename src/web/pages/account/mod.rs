//! The pages of a person's own account. All have the same around them: who is signed in, the way out, and the way from one to
//! the other.

mod apps;
mod client;
mod confirm;
mod connections;
mod field;
mod overview;
mod password;
mod profile;
mod sessions;
mod tools;

use askama::Template;

pub use self::apps::{AppRow, AppsPage};
pub use self::client::{ClientPage, ClientSecretPage};
pub use self::confirm::ConfirmPage;
pub use self::connections::{AgentConnectedPage, AgentRow, ConnectPage, ConnectionRow, ConnectionsPage, SignInRow};
pub use self::field::Field;
pub use self::overview::AccountPage;
pub use self::password::{PasswordPage, PasswordProblem, SetPasswordPage, Typed};
pub use self::profile::{PROFILE_FIELDS, ProfilePage, profile_fields, profile_hint};
pub use self::sessions::{SessionRow, SessionsPage};
pub(super) use self::tools::Switches;
pub use self::tools::{GroupRow, ToolRow, ToolsPage};
use crate::web::pages::Brand;

/// What is around the page itself (`wide.html`).
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// Bound to the browser's cookie.
    pub csrf_token: &'a str,
    /// Who is signed in.
    pub username: &'a str,
    /// What the navigation is called.
    pub label: &'a str,
    /// The pages that it leads to: path and title.
    pub sections: &'a [(&'a str, &'a str)],
    /// The path of the one that this page belongs to.
    pub current: &'a str,
    /// Where the form goes that signs out.
    pub sign_out: &'a str,
}

impl<'a> Around<'a> {
    /// What stands above the page.
    pub(in crate::web::pages) fn top(&'a self, brand: &'a Brand<'a>) -> Top<'a> {
        Top { brand, around: self }
    }
}

/// A template of its own, so that it is compiled once, not for each page.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "_top.html")]
pub(in crate::web::pages) struct Top<'a> {
    brand: &'a Brand<'a>,
    around: &'a Around<'a>,
}

impl Top<'_> {
    /// That of `/account/apps` is `nav-account-apps`.
    fn link_id(path: &str) -> String {
        format!("nav{}", path.replace('/', "-"))
    }
}
