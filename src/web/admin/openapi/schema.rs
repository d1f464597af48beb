//! Members of a kind of thing as JSON Schema (2020-12, which OpenAPI 3.1 speaks), as text.

use super::{list, quoted};
use crate::web::admin::noun::{About, Action, Field, FieldKind};

/// What an object is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It is shown.
    Shown,
    /// It makes one.
    New,
    /// It changes one.
    Changed,
}

/// What one of a kind is called in the document: `initial_access_token`.
pub fn name(about: &About) -> String {
    about.one.replace(' ', "_")
}

/// Adds what is shown of one, also when it was just made, and what makes and changes one. `frame` has what is said of single
/// members beside what they say themselves, under `<list>.<member>`.
pub fn add(schemas: &mut String, about: &About, frame: &str) {
    let name = name(about);
    for (prefix, used) in [("", Use::Shown), ("new_", Use::New), ("changed_", Use::Changed)] {
        let object = object(about.fields, about.list, frame, used);
        *schemas += &["\"", prefix, &name, "\":", &object, ","].concat();
    }
    let once = r#"{"type":"string","description":"Shown this once; not there where there is none"}"#;
    let secret = about.secret.map(|secret| ["\"", secret, "\":", once].concat()).unwrap_or_default();
    let shown = reference(&name);
    *schemas +=
        &["\"made_", &name, r#"":{"allOf":[{"#, &shown, r#"},{"type":"object","properties":{"#, &secret, "}}]},"]
            .concat();
}

/// What must be said to have something done with one.
pub fn of_input(about: &About, action: &Action, frame: &str) -> String {
    object(action.input, about.list, frame, Use::New)
}

pub fn reference(name: &str) -> String {
    ["\"$ref\":\"#/components/schemas/", name, "\""].concat()
}

/// An object that has these members, each of them so.
pub fn of_members(names: &[&str], each: &str) -> String {
    let members: Vec<String> = names.iter().map(|name| ["\"", name, "\":", each].concat()).collect();
    of_properties(&members, &list(names), "")
}

fn of_properties(properties: &[String], required: &str, rest: &str) -> String {
    ["{\"type\":\"object\",\"required\":", required, ",\"properties\":{", &properties.join(","), "}", rest, "}"]
        .concat()
}

fn object(fields: &[Field], list_name: &str, frame: &str, used: Use) -> String {
    let (mut properties, mut required) = (Vec::new(), Vec::new());
    for field in fields {
        let (is_there, is_required) = match used {
            Use::Shown => (field.shown, true),
            Use::New => (field.created, field.required),
            Use::Changed => (field.edited, false),
        };
        if is_there && is_required {
            required.push(field.name);
        }
        if is_there {
            let may_be_null = if used == Use::Shown { field.nullable } else { !is_required };
            let refined = [list_name, ".", field.name].concat();
            let schema = if frame.contains(&refined) {
                or_null(&refined, may_be_null)
            } else if field.kind == FieldKind::Authentication {
                or_null("authentication", may_be_null)
            } else {
                let empty = if used != Use::Shown && field.clearable { ",\"\"" } else { "" };
                of_kind(field.kind, if may_be_null { ",null" } else { "" }, empty)
            };
            properties.push(described(field, &schema));
        }
    }
    // What is not known is refused; what is shown may be more one day.
    let rest = if used == Use::Shown { "" } else { ",\"additionalProperties\":false" };
    of_properties(&properties, &list(&required), rest)
}

fn described(field: &Field, schema: &str) -> String {
    // In a form a list is a text of lines.
    let hint = field.hint.replace("; one a line", "").replace(", one a line", "");
    let about = if hint.is_empty() { hint } else { [",\"description\":", &quoted(&hint)].concat() };
    ["\"", field.name, "\":{\"title\":", &quoted(field.label), &about, ",", schema, "}"].concat()
}

fn or_null(name: &str, may_be_null: bool) -> String {
    let reference = reference(name);
    if may_be_null { ["\"anyOf\":[{", &reference, "},{\"type\":\"null\"}]"].concat() } else { reference }
}

/// What a member of this kind is; with `null`, `,null`, it may be that, and with `empty`, `,""`, an empty text: no URI, but a
/// reference (RFC 3986 section 4.1).
pub fn of_kind(kind: FieldKind, null: &str, empty: &str) -> String {
    let (name, rest) = match kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Words => ("string", String::new()),
        FieldKind::Password => ("string", ",\"format\":\"password\",\"writeOnly\":true".to_owned()),
        FieldKind::Url if empty.is_empty() => ("string", ",\"format\":\"uri\"".to_owned()),
        FieldKind::Url => ("string", ",\"format\":\"uri-reference\"".to_owned()),
        FieldKind::Moment => ("string", ",\"format\":\"date-time\"".to_owned()),
        FieldKind::Flag => ("boolean", String::new()),
        FieldKind::Number(least, most) => ("integer", format!(",\"minimum\":{least},\"maximum\":{most}")),
        FieldKind::Choice(words) => {
            let words = list(words);
            let words = words.trim_end_matches(']');
            ("string", [",\"enum\":", words, empty, null, "]"].concat())
        }
        FieldKind::Choices(words) => ("array", [",\"items\":{\"enum\":", &list(words), "}"].concat()),
        FieldKind::Lines => ("array", ",\"items\":{\"type\":\"string\"}".to_owned()),
        FieldKind::Object | FieldKind::Claims | FieldKind::Authentication => ("object", String::new()),
    };
    match null {
        "" => ["\"type\":\"", name, "\"", &rest].concat(),
        _ => ["\"type\":[\"", name, "\",\"null\"]", &rest].concat(),
    }
}
