//! `/admin/audit`

use askama::Template;

use crate::model::audit::AuditRow;
use crate::web::pages::{Around, Brand, Field, Moment};

/// What was done, newest first. The filter goes to `GET /admin/audit`.
#[derive(Clone, Copy, Debug, Template)]
#[template(path = "admin_audit.html")]
pub struct AuditPage<'a> {
    /// Whose server this is.
    pub brand: &'a Brand<'a>,
    /// What is around it.
    pub around: Around<'a>,
    /// What the events are looked for by.
    pub fields: &'a [Field<'a>],
    /// Each kind of event, and whether it is the one that is looked for.
    pub kinds: &'a [(&'a str, bool)],
    /// The outcome that is looked for: `success`, `failure` or any.
    pub outcome: &'a str,
    /// Whether they are looked for by anything.
    pub filtered: bool,
    /// The events.
    pub rows: &'a [(Moment, AuditRow)],
    /// Where older ones are.
    pub older: Option<&'a str>,
    /// Why nothing is shown.
    pub problem: Option<&'a str>,
}

impl AuditPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// None that a template of ours is known to cause.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    fn has_problem(&self) -> bool {
        self.problem.is_some() || self.fields.iter().any(|field| field.problem.is_some())
    }

    /// The events of which this is so.
    fn with(name: &str, value: &str) -> String {
        let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        format!("/admin/audit?{name}={value}")
    }
}
