//! Between a member of a JSON object and the text that stands in a form: every control of a form says a text, so that what was
//! typed can be shown again as it was.

use serde_json::{Map, Value};

use super::claims;
use crate::protocol::json::from_text;
use crate::protocol::parameters::Parameters;
use crate::web::admin::noun::{Field, FieldKind};

/// What a ticked box says.
pub const ON: &str = "on";

/// Why a text is not taken.
pub struct Problem {
    /// The member.
    pub field: &'static str,
    /// In words.
    pub text: String,
}

/// The text of a member as it is.
pub fn stored(field: &Field, object: &Value) -> String {
    let value = object.get(field.name).unwrap_or(&Value::Null);
    match (field.kind, value) {
        (FieldKind::Flag, value) => if value.as_bool() == Some(true) { ON } else { "" }.to_owned(),
        (FieldKind::Choices(_), Value::Array(words)) => joined(words, " "),
        (FieldKind::Lines, Value::Array(lines)) => joined(lines, "\n"),
        (FieldKind::Claims, Value::Object(all)) => claims::written(all.clone()),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Null) => String::new(),
        (_, value) => format!("{value:#}"),
    }
}

fn joined(texts: &[Value], between: &str) -> String {
    texts.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(between)
}

/// The text of a member as it came from a form.
pub fn typed(field: &Field, form: &Parameters) -> String {
    match field.kind {
        FieldKind::Flag => form.first(field.name).map(|_| ON).unwrap_or_default().to_owned(),
        FieldKind::Choices(words) => {
            let ticked = words.iter().filter(|word| form.first(&box_name(field, word)).is_some());
            ticked.copied().collect::<Vec<_>>().join(" ")
        }
        FieldKind::Claims => claims::typed(field, form),
        FieldKind::Password => form.first(field.name).unwrap_or_default().to_owned(),
        // Browsers end the lines of a text area with CR LF.
        _ => form.first(field.name).unwrap_or_default().trim().replace("\r\n", "\n"),
    }
}

/// The name of one box of several.
pub fn box_name(field: &Field, word: &str) -> String {
    format!("{}.{word}", field.name)
}

/// The object that makes a new one: what was typed, and what an empty form does not leave to the server.
pub fn of_new(fields: &'static [Field], form: &Parameters) -> Result<Value, Problem> {
    let mut object = Map::new();
    for field in fields.iter().filter(|field| field.created) {
        let text = typed(field, form);
        if field.required && text.is_empty() {
            return Err(Problem { field: field.name, text: "Write something here.".to_owned() });
        }
        if !text.is_empty() || !field.initial.is_empty() {
            object.insert(field.name.to_owned(), value(field, &text)?);
        }
    }
    Ok(object.into())
}

/// The object that changes `before`: what was typed otherwise, so that nobody else's change is undone.
pub fn of_change(fields: &'static [Field], form: &Parameters, before: &Value) -> Result<Value, Problem> {
    let mut object = Map::new();
    for field in fields.iter().filter(|field| field.edited) {
        let text = typed(field, form);
        if text != stored(field, before) {
            object.insert(field.name.to_owned(), value(field, &text)?);
        }
    }
    Ok(object.into())
}

/// What is there now instead of what was typed, in words.
pub fn instead(field: &Field, text: &str, now: &Value) -> Option<String> {
    let now = stored(field, now);
    match (field.kind, now.as_str()) {
        (FieldKind::Password, _) => (!text.is_empty()).then(|| "Write it again.".to_owned()),
        (_, same) if same == text => None,
        (FieldKind::Flag, ON) => Some("It is switched on now.".to_owned()),
        (FieldKind::Flag, _) => Some("It is switched off now.".to_owned()),
        (_, "") => Some("It is empty now.".to_owned()),
        (_, now) => Some(["It is now: ", now].concat()),
    }
}

fn value(field: &Field, text: &str) -> Result<Value, Problem> {
    let refused = |text: &str| Problem { field: field.name, text: text.to_owned() };
    Ok(match field.kind {
        FieldKind::Flag => Value::Bool(text == ON),
        FieldKind::Choices(_) => text.split_whitespace().collect(),
        FieldKind::Lines => text.lines().map(str::trim).filter(|line| !line.is_empty()).collect(),
        FieldKind::Number(..) if text.is_empty() => 0.into(),
        FieldKind::Number(..) => text.parse::<i64>().map_err(|_| refused("Write a whole number."))?.into(),
        FieldKind::Object | FieldKind::Claims if text.is_empty() => Value::Object(Map::new()),
        FieldKind::Authentication if text.is_empty() || text == "none" => "none".into(),
        FieldKind::Object | FieldKind::Claims | FieldKind::Authentication => from_text(text).map_err(|error| {
            refused(&format!("This is no JSON, from line {}, column {} on.", error.line(), error.column()))
        })?,
        _ => text.into(),
    })
}
