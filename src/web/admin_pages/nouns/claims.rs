//! What apps may learn of a person, in a form: a control for each claim that most people have (OpenID Connect Core 5.1), named as on
//! the person's own page, and JSON for all others.

use serde_json::{Map, Value};

use crate::protocol::json::from_text;
use crate::protocol::parameters::Parameters;
use crate::web::admin::noun::Field;
use crate::web::pages::{Control, ControlKind, PROFILE_FIELDS, profile_hint};

/// The controls, by their names. What stands behind the sixth is folded away.
const CONTROLS: [&str; 14] = [
    "claims.name",
    "claims.given_name",
    "claims.family_name",
    "claims.email",
    "claims.email_verified",
    "claims.phone_number",
    "claims.phone_number_verified",
    "claims.nickname",
    "claims.picture",
    "claims.website",
    "claims.birthdate",
    "claims.gender",
    "claims.locale",
    "claims.zoneinfo",
];
const SHOWN: usize = 6;
const FLAGS: [&str; 3] = ["", "true", "false"];

fn claim(control: &str) -> &str {
    control.strip_prefix("claims.").unwrap_or(control)
}

fn is_flag(control: &str) -> bool {
    control.ends_with("_verified")
}

fn confirmed(control: &str) -> &'static str {
    if control.contains("email") { "E-mail address is confirmed" } else { "Phone number is confirmed" }
}

/// Where what stands in the controls comes from.
#[derive(Clone, Copy)]
pub enum From<'a> {
    /// It was typed.
    Form(&'a Parameters),
    /// It is so.
    Object(&'a Value),
}

impl From<'_> {
    fn of(self, control: &str) -> String {
        match self {
            Self::Form(form) => form.first(control).unwrap_or_default().to_owned(),
            Self::Object(claims) => match claims.get(claim(control)) {
                Some(Value::String(text)) => text.clone(),
                Some(value) => value.to_string(),
                None => String::new(),
            },
        }
    }

    fn others(self, field: &Field) -> String {
        match self {
            Self::Form(form) => form.first(field.name).unwrap_or_default().to_owned(),
            Self::Object(claims) => {
                let mut others = claims.as_object().cloned().unwrap_or_default();
                others.retain(|name, _| !CONTROLS.iter().any(|control| claim(control) == name));
                written(others)
            }
        }
    }
}

/// Claims as one text; none is an empty one.
pub fn written(claims: Map<String, Value>) -> String {
    if claims.is_empty() { String::new() } else { format!("{:#}", Value::Object(claims)) }
}

/// The controls of all claims.
pub fn controls(field: &'static Field, from: From<'_>, problem: Option<String>) -> Vec<Control> {
    let control =
        |name, label, hint, kind| Control { name, label, hint, required: false, rare: true, problem: None, kind };
    let one = |(at, name): (usize, &&'static str)| {
        let text = from.of(name);
        let (label, kind) = if is_flag(name) {
            (confirmed(name), ControlKind::Select(FLAGS.iter().map(|word| (*word, *word == text)).collect()))
        } else {
            let known = PROFILE_FIELDS.iter().find(|(known, ..)| *known == claim(name));
            let (label, kind) = known.map_or((*name, "text"), |(_, label, kind, _)| (*label, *kind));
            (label, ControlKind::Line { kind, value: text })
        };
        Control { rare: at >= SHOWN, ..control(name, label, profile_hint(claim(name)).unwrap_or_default(), kind) }
    };
    let others = ControlKind::Area { value: from.others(field), rows: 6, code: true };
    let others = Control { problem, ..control(field.name, "Other claims", field.hint, others) };
    CONTROLS.iter().enumerate().map(one).chain([others]).collect()
}

/// The text of all claims, as they were typed: where the others are JSON, with those that have a control of their own.
pub fn typed(field: &Field, form: &Parameters) -> String {
    let others = form.first(field.name).unwrap_or_default().trim().replace("\r\n", "\n");
    let Ok(Value::Object(mut claims)) = from_text(if others.is_empty() { "{}" } else { &others }) else {
        return others;
    };
    for name in CONTROLS {
        let text = form.first(name).unwrap_or_default().trim();
        if !text.is_empty() {
            let value = if is_flag(name) { Value::Bool(text == "true") } else { text.into() };
            claims.insert(claim(name).to_owned(), value);
        }
    }
    written(claims)
}
