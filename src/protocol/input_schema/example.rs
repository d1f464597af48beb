//! Arguments that a schema may mean, to begin with: what a person writes over.

use serde_json::{Map, Value};

use super::DEEPEST;

/// What may stand where a schema stands: its default, the first of its examples or of what it allows, else something of its type.
#[must_use]
pub fn example(schema: &Value) -> Value {
    within(schema, DEEPEST)
}

fn within(schema: &Value, depth: usize) -> Value {
    let first = |word: &str| schema.get(word).and_then(Value::as_array).and_then(|values| values.first());
    let said = schema.get("default").or(schema.get("const")).or_else(|| first("examples")).or_else(|| first("enum"));
    if let Some(value) = said {
        return value.clone();
    }
    let Some(depth) = depth.checked_sub(1) else { return Value::Null };
    let kind = schema.get("type").and_then(Value::as_str).or_else(|| first("type").and_then(Value::as_str));
    match kind {
        Some("object") => of_members(schema, depth),
        Some("array") => schema.get("items").map(|items| within(items, depth)).into_iter().collect(),
        Some("string") => "text".into(),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or_else(|| 1.into()),
        Some("boolean") => true.into(),
        _ => first("anyOf").or_else(|| first("oneOf")).map_or(Value::Null, |one| within(one, depth)),
    }
}

fn of_members(schema: &Value, depth: usize) -> Value {
    let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    properties.map(|(name, property)| (name.clone(), within(property, depth))).collect::<Map<_, _>>().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_example_has_every_member_and_what_the_schema_says_of_it_first() {
        for (schema, expected) in [
            (json!({ "type": "object" }), json!({})),
            (json!({ "type": "string" }), json!("text")),
            (json!({ "type": "string", "default": "d", "enum": ["e", "d"] }), json!("d")),
            (json!({ "type": "string", "examples": ["x"], "enum": ["e"] }), json!("x")),
            (json!({ "enum": ["e", 2] }), json!("e")),
            (json!({ "const": 7 }), json!(7)),
            (json!({ "type": "integer", "minimum": 3 }), json!(3)),
            (json!({ "type": ["null", "string"] }), json!(null)),
            (json!({ "type": ["number", "null"] }), json!(1)),
            (json!({ "type": "boolean" }), json!(true)),
            (json!({ "type": "array", "items": { "type": "integer" } }), json!([1])),
            (json!({ "type": "array" }), json!([])),
            (json!({ "anyOf": [{ "type": "string" }, { "type": "null" }] }), json!("text")),
            (json!({}), json!(null)),
            (json!({ "type": 7, "enum": "x" }), json!(null)),
        ] {
            assert_eq!(example(&schema), expected, "{schema}");
            let within = json!({ "type": "object", "properties": { "a": schema, "b": { "type": "string" } } });
            assert_eq!(example(&within), json!({ "a": expected, "b": "text" }), "{within}");
        }
    }

    #[test]
    fn an_example_ends_however_deep_a_schema_is() {
        let deep = (0..100).fold(json!({ "type": "string" }), |inner, _| json!({ "type": "array", "items": inner }));
        assert!(example(&deep).to_string().starts_with("[[["));
    }
}
