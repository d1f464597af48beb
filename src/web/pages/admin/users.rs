//! `/users`

use askama::Template;

use crate::web::pages::account::Switches;
use crate::web::pages::{Around, Brand, GroupRow, ToolRow};

/// The users, and what the current one has switched on. The forms go to `/users/select` and `/users/switch`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "users.html")]
pub struct UsersPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// What is looked for.
    pub q: &'a str,
    /// The page's rows.
    pub rows: &'a [UserRow],
    /// Whether this page is not the first.
    pub later: bool,
    /// The address of the next page.
    pub next: Option<&'a str>,
    /// Whose switches are shown.
    pub current: Option<CurrentUser<'a>>,
    /// Their groups.
    pub groups: &'a [GroupRow<'a>],
    /// Their tools.
    pub tools: &'a [ToolRow<'a>],
    /// What was done.
    pub done: Option<&'a str>,
}

/// A user of the list.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether it is the current one.
    pub is_current: bool,
    /// Whether the user is switched off.
    pub is_off: bool,
}

/// The user that is selected.
#[derive(Clone, Copy, Debug)]
pub struct CurrentUser<'a> {
    /// The id.
    pub id: &'a str,
    /// The name.
    pub name: &'a str,
    /// The id of their own client.
    pub client_id: &'a str,
}

/// The form of a new user. It goes to `POST /users`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "new_user.html")]
pub struct NewUserPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// What was typed.
    pub name: &'a str,
    /// What may be on at first.
    pub ticks: &'a [Tick],
    /// Why nobody was made.
    pub problem: Option<&'a str>,
}

/// A box to tick.
#[derive(Clone, Debug)]
pub struct Tick {
    /// The box's name.
    pub box_name: String,
    /// What it says.
    pub label: String,
    /// Whether it is ticked.
    pub on: bool,
}

impl UsersPage<'_> {
    fn switches<'a>(&'a self, user_id: &'a str) -> Switches<'a> {
        let csrf_token = self.around.csrf_token;
        Switches { action: "/users/switch", csrf_token, user_id, groups: self.groups, tools: self.tools }
    }

    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}

impl NewUserPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }
}
