//! `GET /admin/new/{noun}` and `POST /admin/{noun}`, and the form of one that is there.

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::claims;
use super::controls::control;
use super::text::{Problem, instead, of_new, stored, typed};
use super::{Stranger, Told, Wanted};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::web::admin::noun::{About, Field, FieldKind};
use crate::web::admin_pages::frame::{around, show};
use crate::web::error_page::sentence;
use crate::web::pages::{Control, Fact, Moment, NounFormPage, NounMadePage, Shown};
use crate::web::query::{done, encoded};
use crate::web::redirect::see_other;
use crate::web::render::brand;

const DONE: [(&str, &str); 2] = [("saved", "Saved."), ("made", "Made.")];

/// Members of an answer that are shown once, with what they are called.
pub(super) const SECRETS: [(&str, &str); 5] = [
    ("client_id", "Client id"),
    ("client_secret", "Secret"),
    ("token", "Token"),
    ("url", "Link"),
    ("result", "Result"),
];

/// An empty form.
pub async fn new(wanted: Wanted) -> Result<Response, Stranger> {
    Ok(page(&wanted, &Form::new(StatusCode::OK))?)
}

/// Makes one. A secret of it is shown this once.
pub async fn create(Told { wanted, fields }: Told) -> Result<Response, Stranger> {
    let refused = |problem| Form { typed: Some(&fields), problem: Some(problem), ..Form::new(StatusCode::BAD_REQUEST) };
    let object = match of_new(wanted.noun.about().fields, &fields) {
        Ok(object) => object,
        Err(problem) => return Ok(page(&wanted, &refused(problem))?),
    };
    let made = match wanted.noun.create(&wanted.by(), object.to_string().as_bytes()).await {
        Ok(made) => made,
        Err(error) => {
            let status = status_of(&error);
            return Ok(page(&wanted, &Form { status, ..refused(mended(wanted.noun.about(), error)?) })?);
        }
    };
    let id = text(&made, wanted.noun.about().id);
    if made.get("client_secret").or(made.get("token")).is_some() {
        let title = format!("{} is made", text(&made, wanted.noun.about().title));
        return Ok(shown_once(&wanted, &title, &made, &wanted.one(id))?);
    }
    Ok(see_other(&format!("{}?done=made", wanted.one(id))))
}

pub(super) fn status_of(error: &OAuthError) -> StatusCode {
    StatusCode::from_u16(error.code.status()).unwrap_or(StatusCode::BAD_REQUEST)
}

/// What is wrong, beside the member that it is about. What no form can mend is a page of its own.
pub(super) fn mended(about: &About, error: OAuthError) -> Result<Problem, OAuthError> {
    if matches!(error.code.status(), 400 | 409) { Ok(problem_of(about.fields, &error)) } else { Err(error) }
}

/// In words, beside the field that it is about.
pub(super) fn problem_of(fields: &[Field], error: &OAuthError) -> Problem {
    let about = if error.violations.is_empty() { error.field.as_deref() } else { Some("arguments") };
    let named = fields.iter().find(|field| about == Some(field.name));
    let mut text = sentence(&error.description);
    for violation in &error.violations {
        text.extend([" ", &violation.pointer, ": ", violation.message.trim_end_matches('.'), "."]);
    }
    Problem { field: named.map_or("", |field| field.name), text }
}

/// Where the audit log tells of one.
fn happened(by: &str, id: &str) -> (String, &'static str) {
    (format!("/admin/audit?{by}={}", encoded(id)), "What happened")
}

pub(super) fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Shows what nobody can be shown again.
pub(super) fn shown_once(wanted: &Wanted, title: &str, made: &Value, back: &str) -> Result<Response, OAuthError> {
    let list = wanted.list();
    let members = SECRETS.iter().map(|(name, label)| (*label, text(made, name)));
    let shown: Vec<(&str, &str)> = members.filter(|(_, text)| !text.is_empty()).collect();
    let made = NounMadePage {
        brand: &brand(&wanted.page.app),
        around: around(&wanted.page, &list),
        title,
        shown: &shown,
        back,
    };
    show(&wanted.page, StatusCode::OK, made.render())
}

/// What stands in a form, and what is said above it.
pub(super) struct Form<'a> {
    pub status: StatusCode,
    /// One that is there, as it is now.
    pub object: Option<&'a Value>,
    /// The revision that a change rests on.
    pub revision: Option<i64>,
    pub typed: Option<&'a Parameters>,
    pub problem: Option<Problem>,
    /// Whether it is said beside each control what is there now, where that is not what was typed.
    pub conflict: bool,
}

impl Form<'_> {
    pub const fn new(status: StatusCode) -> Self {
        Self { status, object: None, revision: None, typed: None, problem: None, conflict: false }
    }

    /// What is said beside a control, of which this is the text.
    fn problem(&self, field: &Field, text: &str) -> Option<String> {
        let problem = self.problem.as_ref().filter(|problem| problem.field == field.name);
        let now = self.object.filter(|_| self.conflict);
        problem.map(|problem| problem.text.clone()).or_else(|| instead(field, text, now?))
    }
}

pub(super) fn page(wanted: &Wanted, form: &Form<'_>) -> Result<Response, OAuthError> {
    let (page, about, list) = (&wanted.page, wanted.noun.about(), wanted.list());
    let title = match form.object {
        Some(object) => text(object, about.title).to_owned(),
        None => format!("New {}", about.one),
    };
    let action = form.object.map_or_else(|| list.clone(), |_| wanted.one(&wanted.id));
    let links: Vec<(String, &str)> = match form.object {
        Some(object) => {
            let offered = about.actions.iter().filter(|what| wanted.noun.offers(object, what));
            let offered = offered.map(|what| (format!("{action}/{}", what.name), what.label));
            offered.chain(about.audited.map(|by| happened(by, &wanted.id))).collect()
        }
        None => Vec::new(),
    };
    let problem = form.problem.as_ref().filter(|problem| problem.field.is_empty());
    let removal = form.object.map(|_| format!("{action}/remove"));
    let shown = NounFormPage {
        brand: &brand(&page.app),
        around: around(page, &list),
        title: &title,
        action: &action,
        revision: form.revision,
        button: if form.object.is_some() { "Save" } else { "Create" },
        back: &list,
        facts: &facts(wanted, form.object),
        controls: &controls(about, form),
        links: &links,
        removal: removal.as_deref(),
        done: done(&page.query, &DONE),
        problem: problem.map(|problem| problem.text.as_str()),
    };
    show(page, form.status, shown.render())
}

/// The controls of what may be said now: what was typed, else what is, else what an empty form says.
fn controls(about: &About, form: &Form<'_>) -> Vec<Control> {
    let asked = |field: &&Field| if form.object.is_some() { field.edited } else { field.created };
    let text = |field: &Field| match (form.typed, form.object) {
        (Some(fields), _) => typed(field, fields),
        (None, Some(object)) => stored(field, object),
        (None, None) => field.initial.to_owned(),
    };
    let shown = |field: &'static Field| {
        let text = text(field);
        let problem = form.problem(field, &text);
        if field.kind == FieldKind::Claims {
            return claims::controls(field, known_claims(field, form), problem);
        }
        vec![control(field, text, problem)]
    };
    about.fields.iter().filter(asked).flat_map(shown).collect()
}

fn known_claims<'a>(field: &Field, form: &Form<'a>) -> claims::From<'a> {
    match (form.typed, form.object) {
        (Some(fields), _) => claims::From::Form(fields),
        (None, object) => {
            claims::From::Object(object.and_then(|object| object.get(field.name)).unwrap_or(&Value::Null))
        }
    }
}

fn facts(wanted: &Wanted, object: Option<&Value>) -> Vec<Fact> {
    let Some(object) = object else { return Vec::new() };
    let about = wanted.noun.about();
    let fixed = about.fields.iter().filter(|field| field.shown && !field.edited);
    let fact = |field: &'static Field| {
        let text = stored(field, object);
        let moment = Timestamp::parse_rfc3339(&text).filter(|_| field.kind == FieldKind::Moment);
        let shown = match (field.kind, moment) {
            (_, Some(moment)) => Shown::Moment(Moment::new(moment, wanted.page.context.now())),
            (FieldKind::Flag, None) => Shown::Text(if text.is_empty() { "No" } else { "Yes" }.to_owned()),
            (FieldKind::Text | FieldKind::Url, None) if !text.is_empty() => Shown::Code(text),
            (_, None) => Shown::Text(if text.is_empty() { "—".to_owned() } else { text }),
        };
        Fact { label: field.label, shown }
    };
    fixed.map(fact).collect()
}
