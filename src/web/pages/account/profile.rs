//! `/account/profile`

use askama::Template;

use super::{Around, Field};
use crate::web::pages::Brand;

/// What a person says of themselves. The form goes to `POST /account/profile`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "profile.html")]
pub struct ProfilePage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// The fields.
    pub rows: &'a [Field<'a>],
    /// What was done.
    pub done: Option<&'a str>,
    /// Why nothing was, when no single field is to blame.
    pub problem: Option<&'a str>,
}

impl ProfilePage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    fn has_problem(&self) -> bool {
        self.problem.is_some() || self.rows.iter().any(|field| field.problem.is_some())
    }
}

/// A claim's label, the type of its input, and what a browser may fill in.
pub const PROFILE_FIELDS: [(&str, &str, &str, &str); 12] = [
    ("name", "Full name", "text", "name"),
    ("given_name", "Given name", "text", "given-name"),
    ("family_name", "Family name", "text", "family-name"),
    ("nickname", "Nickname", "text", "nickname"),
    ("email", "E-mail address", "email", "email"),
    ("phone_number", "Phone number", "tel", "tel"),
    ("website", "Website", "url", "url"),
    ("picture", "Address of a picture", "url", "photo"),
    ("birthdate", "Birthday", "text", "bday"),
    ("gender", "Gender", "text", "sex"),
    ("locale", "Language", "text", "language"),
    ("zoneinfo", "Time zone", "text", "off"),
];

const HINTS: [(&str, &str); 5] = [
    ("phone_number", "With its country code: +31 20 123 4567"),
    ("picture", "A whole address: https://…"),
    ("birthdate", "As year-month-day: 1990-12-31"),
    ("locale", "A language tag: en, nl-NL"),
    ("zoneinfo", "By its name: Europe/Amsterdam"),
];

/// How a claim is written, where that is not plain.
#[must_use]
pub fn profile_hint(claim: &str) -> Option<&'static str> {
    HINTS.iter().find(|(known, _)| *known == claim).map(|(_, hint)| *hint)
}

/// The fields of the form: of each claim, in order, what stands in it, what is said of it, and what is wrong with it.
#[must_use]
pub fn profile_fields<'a>(
    value: impl Fn(&str) -> &'a str,
    said: impl Fn(&str) -> Option<&'a str>,
    problem: impl Fn(&str) -> Option<&'a str>,
) -> Vec<Field<'a>> {
    let field = |(name, label, kind, autocomplete): (&'static str, &'static str, &'static str, &'static str)| Field {
        name,
        label,
        kind,
        value: value(name),
        autocomplete,
        longest: 500,
        required: false,
        problem: problem(name),
        hint: said(name).or_else(|| profile_hint(name)),
    };
    PROFILE_FIELDS.into_iter().map(field).collect()
}
