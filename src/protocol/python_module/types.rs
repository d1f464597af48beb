//! Types of JSON Schema as Python's annotations, as far as Python has them.

use serde_json::Value;

use super::text::literal;

/// How deep types within types are told.
const DEPTH: usize = 3;

/// The most values that are told one by one.
const VALUES: usize = 20;

/// What Python would know anything by that it is not told more of.
const ANY: &str = "Any";

/// The annotation of a parameter that must be given.
#[must_use]
pub fn required(schema: &Value) -> String {
    annotation(schema, DEPTH)
}

/// The annotation of a parameter that may be left out.
#[must_use]
pub fn optional(schema: &Value) -> String {
    let inner = annotation(schema, DEPTH);
    if inner == ANY || inner.starts_with("Optional[") { inner } else { format!("Optional[{inner}]") }
}

fn annotation(schema: &Value, depth: usize) -> String {
    if let Some(values) = texts(schema) {
        return format!("Literal[{values}]");
    }
    match &schema["type"] {
        Value::String(name) => named(name, schema, depth),
        Value::Array(names) => any_of(names, schema, depth),
        _ => ANY.to_owned(),
    }
}

/// `enum` (or `const`), where each value is a text.
fn texts(schema: &Value) -> Option<String> {
    let values = match (&schema["enum"], &schema["const"]) {
        (Value::Array(values), _) => values.as_slice(),
        (_, Value::Null) => return None,
        (_, only) => std::slice::from_ref(only),
    };
    let texts: Vec<_> = values.iter().map(|value| value.as_str().map(literal)).collect::<Option<_>>()?;
    (1..=VALUES).contains(&texts.len()).then(|| texts.join(", "))
}

fn any_of(names: &[Value], schema: &Value, depth: usize) -> String {
    let others = names.iter().filter(|name| *name != "null");
    let mut types: Vec<String> = others.map(|name| named(name.as_str().unwrap_or_default(), schema, depth)).collect();
    types.dedup();
    let union = match types.as_slice() {
        [] => return if names.is_empty() { ANY.to_owned() } else { "None".to_owned() },
        types if types.iter().any(|name| name == ANY) => return ANY.to_owned(),
        [only] => only.clone(),
        several => format!("Union[{}]", several.join(", ")),
    };
    if names.iter().any(|name| name == "null") { format!("Optional[{union}]") } else { union }
}

fn named(name: &str, schema: &Value, depth: usize) -> String {
    match name {
        "string" => "str",
        "integer" => "int",
        "number" => "float",
        "boolean" => "bool",
        "null" => "None",
        "object" => "dict[str, Any]",
        "array" if depth > 0 && schema["items"].is_object() => {
            return format!("list[{}]", annotation(&schema["items"], depth - 1));
        }
        "array" => "list[Any]",
        _ => ANY,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_python_has_a_type_for_is_told() {
        for (schema, expected) in [
            (json!({ "type": "string" }), "str"),
            (json!({ "type": "integer" }), "int"),
            (json!({ "type": "number" }), "float"),
            (json!({ "type": "boolean" }), "bool"),
            (
                json!({ "type": "array", "items": { "type": "array", "items": { "type": "string" } } }),
                "list[list[str]]",
            ),
            (json!({ "type": "array" }), "list[Any]"),
            (json!({ "type": "object", "properties": {} }), "dict[str, Any]"),
            (json!({ "type": ["string", "null"] }), "Optional[str]"),
            (json!({ "type": ["string", "integer"] }), "Union[str, int]"),
            (json!({ "type": ["null"] }), "None"),
            (json!({ "enum": ["a", "b\"]\n"] }), r#"Literal["a", "b\"]\n"]"#),
            (json!({ "const": "only" }), r#"Literal["only"]"#),
            (json!({ "enum": [1, 2], "type": "integer" }), "int"),
            (json!({ "enum": [], "type": "integer" }), "int"),
            (json!({ "type": "evil](" }), "Any"),
            (json!({ "type": [{}, "string"] }), "Any"),
            (json!({ "type": 1 }), "Any"),
            (json!(true), "Any"),
        ] {
            assert_eq!(required(&schema), expected, "{schema}");
        }
        assert_eq!(optional(&json!({ "type": "string" })), "Optional[str]");
        assert_eq!(optional(&json!({ "type": ["string", "null"] })), "Optional[str]");
        assert_eq!(optional(&json!({})), "Any");
    }
}
