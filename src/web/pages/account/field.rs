//! A field of a form, with what is wrong with it beside it.

use askama::Template;

/// One line that a person fills in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "_field.html")]
pub struct Field<'a> {
    /// Its name in the form, and its id.
    pub name: &'a str,
    /// What it is called.
    pub label: &'a str,
    /// The `type` of the input.
    pub kind: &'a str,
    /// What stands in it; never a password.
    pub value: &'a str,
    /// What a browser may fill in.
    pub autocomplete: &'a str,
    /// How many UTF-16 units it takes.
    pub longest: u32,
    /// Whether it may not be left empty.
    pub required: bool,
    /// Why it is asked for again.
    pub problem: Option<&'a str>,
    /// What to write.
    pub hint: Option<&'a str>,
}

impl Field<'_> {
    /// The ids of what is said of it.
    fn described_by(&self) -> Option<String> {
        let name = self.name;
        let problem = self.problem.map(|_| format!("{name}-problem"));
        let hint = self.hint.map(|_| format!("{name}-hint"));
        let ids: Vec<String> = [problem, hint].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}
