//! `/login`

use std::fmt;

use askama::Template;

use super::Brand;

/// Asks for name and password. The form goes to `POST /login`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "login.html")]
pub struct LoginPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// The sealed interaction that the sign-in belongs to.
    pub interaction: &'a str,
    /// Bound to the browser's cookie.
    pub csrf_token: &'a str,
    /// The client one signs in for, when it is known.
    pub client_name: Option<&'a str>,
    /// Whether a client waits for an answer, so that there is something to cancel.
    pub can_cancel: bool,
    /// The name that was typed before, or an empty text.
    pub username: &'a str,
    /// Why the page is shown again.
    pub problem: Option<LoginProblem>,
    /// By which providers one may sign in, too: id and name.
    pub providers: &'a [(String, String)],
}

/// Why a sign-in did not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginProblem {
    /// Unknown name or wrong password: one text for both, so that nobody learns which names exist.
    Wrong,
    /// Too many wrong ones before.
    Slowed {
        /// How long to wait.
        seconds: u64,
    },
}

impl fmt::Display for LoginProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong => f.write_str("That name or password is not right."),
            Self::Slowed { seconds: 1 } => f.write_str("Too many attempts. Try again in 1 second."),
            Self::Slowed { seconds } => write!(f, "Too many attempts. Try again in {seconds} seconds."),
        }
    }
}

impl LoginPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    fn is_wrong(&self) -> bool {
        self.problem == Some(LoginProblem::Wrong)
    }
}
