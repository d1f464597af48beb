//! `/account/password`, and `/password/{ticket}`

use std::fmt;

use askama::Template;

use super::{Around, Field};
use crate::model::password::Unfit;
use crate::web::pages::Brand;

/// Asks for the password before and a new one. The form goes to `POST /account/password`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "password.html")]
pub struct PasswordPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// The fields; none for somebody who has no password.
    pub rows: &'a [Field<'a>],
    /// What was done.
    pub done: Option<&'a str>,
}

/// Asks whoever holds a link for a new password. The form goes to where the link leads.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "set_password.html")]
pub struct SetPasswordPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// Bound to the browser's cookie.
    pub csrf_token: &'a str,
    /// Whom the link is for.
    pub username: &'a str,
    /// Where it leads.
    pub action: &'a str,
    /// The fields.
    pub rows: &'a [Field<'a>],
    /// The providers whose accounts may be linked instead: id and name.
    pub providers: &'a [(String, String)],
}

/// Why a password is asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// The one before is not right.
    Wrong,
    /// Too many wrong ones before.
    Slowed {
        /// How long to wait.
        seconds: u64,
    },
    /// The new one cannot be.
    Unfit(Unfit),
    /// The new one was not typed the same twice.
    Different,
}

impl fmt::Display for PasswordProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong => f.write_str("This is not your password."),
            Self::Slowed { seconds: 1 } => f.write_str("Too many attempts. Try again in 1 second."),
            Self::Slowed { seconds } => write!(f, "Too many attempts. Try again in {seconds} seconds."),
            Self::Unfit(Unfit::Length) => f.write_str("Take at least 8 characters, and at most 1024."),
            Self::Unfit(Unfit::Common) => f.write_str("This is one of the first that are tried. Take another."),
            Self::Different => f.write_str("This is not the same as above."),
        }
    }
}

/// Which field of a password's form it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The password before.
    Current,
    /// The new one.
    New,
    /// The new one, again.
    Again,
}

impl Typed {
    /// The empty field, and what is wrong with it.
    #[must_use]
    pub const fn field(self, problem: Option<&str>) -> Field<'_> {
        let (name, label, autocomplete, hint) = match self {
            Self::Current => ("current_password", "Your password now", "current-password", None),
            Self::New => {
                ("new_password", "New password", "new-password", Some("At least 8 characters. Longer is better."))
            }
            Self::Again => ("repeat_password", "The new password again", "new-password", None),
        };
        Field { name, label, kind: "password", value: "", autocomplete, longest: 1024, required: true, problem, hint }
    }
}

impl PasswordPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    fn has_problem(&self) -> bool {
        self.rows.iter().any(|field| field.problem.is_some())
    }
}

impl SetPasswordPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    fn has_problem(&self) -> bool {
        self.rows.iter().any(|field| field.problem.is_some())
    }
}
