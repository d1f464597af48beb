//! Members of a kind of thing as JSON Schema (2020-12, which OpenAPI 3.1 speaks).

use serde_json::{Map, Value, json};

use crate::protocol::json::set;
use crate::web::admin::noun::{About, Field, FieldKind};

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

/// What is shown of one, also when it was just made, and what makes and changes one. `frame` has what is said of single
/// members beside what they say themselves, under `<list>.<member>`.
pub fn of_noun(about: &About, frame: &Value) -> Map<String, Value> {
    let name = name(about);
    let shown = json!({ "$ref": format!("#/components/schemas/{name}") });
    let made = match about.secret {
        Some(secret) => {
            let once = json!({ "type": "string", "description": "Shown this once; not there where there is none" });
            json!({ "allOf": [shown, { "type": "object", "properties": { secret: once } }] })
        }
        None => shown,
    };
    [
        (format!("made_{name}"), made),
        (format!("new_{name}"), object(about, frame, Use::New)),
        (format!("changed_{name}"), object(about, frame, Use::Changed)),
        (name, object(about, frame, Use::Shown)),
    ]
    .into_iter()
    .collect()
}

/// An object that has these members, each of them so.
pub fn of_members(names: &[&str], each: &Value) -> Value {
    let properties: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), each.clone())).collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

fn object(about: &About, frame: &Value, used: Use) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for field in about.fields {
        let (is_there, is_required) = match used {
            Use::Shown => (field.shown, true),
            Use::New => (field.created, field.required),
            Use::Changed => (field.edited, false),
        };
        if !is_there {
            continue;
        }
        if is_required {
            required.push(field.name);
        }
        let place = format!("/components/schemas/{}.{}", about.list, field.name);
        let schema = match frame.pointer(&place) {
            Some(_) => json!({ "$ref": format!("#{place}") }),
            None => of_kind(field.kind),
        };
        let schema = if used == Use::Shown { schema } else { said(field, schema) };
        let may_be_null = if used == Use::Shown { field.nullable } else { !is_required };
        properties.insert(field.name.to_owned(), described(field, if may_be_null { or_null(schema) } else { schema }));
    }
    let mut object = json!({ "type": "object", "required": required, "properties": properties });
    if used != Use::Shown {
        set(&mut object, "additionalProperties", false);
    }
    object
}

fn described(field: &Field, mut schema: Value) -> Value {
    set(&mut schema, "title", field.label);
    if !field.hint.is_empty() {
        // In a form a list is a text of lines.
        set(&mut schema, "description", field.hint.replace("; one a line", ""));
    }
    schema
}

/// What a member of this kind is.
pub fn of_kind(kind: FieldKind) -> Value {
    match kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Words => json!({ "type": "string" }),
        FieldKind::Password => json!({ "type": "string", "format": "password", "writeOnly": true }),
        FieldKind::Url => json!({ "type": "string", "format": "uri" }),
        FieldKind::Moment => json!({ "type": "string", "format": "date-time" }),
        FieldKind::Flag => json!({ "type": "boolean" }),
        FieldKind::Number(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        FieldKind::Choice(words) => json!({ "type": "string", "enum": words }),
        FieldKind::Choices(words) => json!({ "type": "array", "items": of_kind(FieldKind::Choice(words)) }),
        FieldKind::Lines => json!({ "type": "array", "items": { "type": "string" } }),
        FieldKind::Object => json!({ "type": "object" }),
        FieldKind::Authentication => json!({ "$ref": "#/components/schemas/authentication" }),
    }
}

/// The same as it may be said: an empty text is no URI, but a reference (RFC 3986 section 4.1).
fn said(field: &Field, mut schema: Value) -> Value {
    if field.clearable && field.kind == FieldKind::Url {
        set(&mut schema, "format", "uri-reference");
    } else if let (true, Some(Value::Array(words))) = (field.clearable, schema.get_mut("enum")) {
        words.push("".into());
    }
    schema
}

fn or_null(mut schema: Value) -> Value {
    let Some(kind) = schema.get("type").cloned() else { return json!({ "anyOf": [schema, { "type": "null" }] }) };
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    set(&mut schema, "type", json!([kind, "null"]));
    schema
}
