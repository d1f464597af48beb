//! The pages of every kind of thing that administrators look after: its list, the form of one, and a secret that is shown once.

use askama::Template;

use super::control::Control;
use crate::web::pages::{Around, Brand, Moment};

/// A list.
#[derive(Clone, Debug, Template)]
#[template(path = "noun_list.html")]
pub struct NounListPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// What the list is called.
    pub title: &'a str,
    /// One of it, in words.
    pub one: &'a str,
    /// Its part of a path.
    pub path: &'a str,
    /// What is looked for, where it can be.
    pub q: Option<&'a str>,
    /// The page's rows.
    pub rows: &'a [NounRow],
    /// Whether this page is not the first.
    pub later: bool,
    /// The address of the next page.
    pub next: Option<&'a str>,
    /// What was done.
    pub done: Option<&'a str>,
}

/// One of a list.
#[derive(Clone, Debug)]
pub struct NounRow {
    /// Where it is shown.
    pub href: String,
    /// What people know it by.
    pub title: String,
    /// What programs know it by.
    pub id: String,
    /// What is not as usual.
    pub tags: Vec<String>,
    /// Since when it is there.
    pub made: Option<Moment>,
}

/// A form, of a new one or of one that is there.
#[derive(Clone, Debug, Template)]
#[template(path = "noun_form.html")]
pub struct NounFormPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// What it is called.
    pub title: &'a str,
    /// Where the form goes.
    pub action: &'a str,
    /// The revision that a change rests on.
    pub revision: Option<i64>,
    /// What its button says.
    pub button: &'a str,
    /// Where the list is.
    pub back: &'a str,
    /// What cannot be changed.
    pub facts: &'a [Fact],
    /// What can.
    pub controls: &'a [Control],
    /// What else can be done with it: address and label.
    pub links: &'a [(String, &'a str)],
    /// Where it is removed.
    pub removal: Option<&'a str>,
    /// What was done.
    pub done: Option<&'a str>,
    /// Why nothing was, when no single field is to blame.
    pub problem: Option<&'a str>,
}

/// What is shown, and cannot be changed.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What it is called.
    pub label: &'static str,
    /// What it is.
    pub shown: Shown,
}

/// How a fact is shown.
#[derive(Clone, Debug)]
pub enum Shown {
    /// A text as people write it.
    Text(String),
    /// What is copied rather than read.
    Code(String),
    /// A moment.
    Moment(Moment),
}

/// What is shown this once.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "noun_made.html")]
pub struct NounMadePage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// What was made.
    pub title: &'a str,
    /// Label and text of each.
    pub shown: &'a [(&'a str, &'a str)],
    /// Where to go on.
    pub back: &'a str,
}

/// What else is done with one, where something must be said for it.
#[derive(Clone, Debug, Template)]
#[template(path = "noun_action.html")]
pub struct NounActionPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// What is done with which.
    pub title: &'a str,
    /// What it means, in a sentence.
    pub meaning: &'a str,
    /// Where the form goes.
    pub action: &'a str,
    /// What its button says.
    pub button: &'a str,
    /// Where the one is.
    pub back: &'a str,
    /// What must be said.
    pub controls: &'a [Control],
    /// What came of it: name and text of each.
    pub answer: Option<Vec<(&'static str, String)>>,
    /// Why nothing came of it, when no single field is to blame.
    pub problem: Option<&'a str>,
}

/// `render` of each, as every page has it.
macro_rules! rendered {
    ($($page:ident),*) => {
        $(impl $page<'_> {
            /// The page as HTML.
            ///
            /// # Errors
            /// None that a template of ours is known to cause.
            pub fn render(&self) -> Result<String, askama::Error> {
                Template::render(self)
            }
        })*
    };
}

rendered!(NounListPage, NounFormPage, NounActionPage, NounMadePage);

impl NounListPage<'_> {
    fn is_narrowed(&self) -> bool {
        self.q.is_some_and(|q| !q.is_empty())
    }
}

impl NounActionPage<'_> {
    fn has_problem(&self) -> bool {
        self.problem.is_some() || self.controls.iter().any(|control| control.problem.is_some())
    }
}

impl NounFormPage<'_> {
    fn of(&self, rare: bool) -> impl Iterator<Item = &Control> {
        self.controls.iter().filter(move |control| control.rare == rare)
    }

    fn has_rare(&self) -> bool {
        self.of(true).next().is_some()
    }

    /// Whether something folded away is to be seen.
    fn is_open(&self) -> bool {
        self.of(true).any(|control| control.problem.is_some())
    }

    fn has_problem(&self) -> bool {
        self.problem.is_some() || self.controls.iter().any(|control| control.problem.is_some())
    }
}
