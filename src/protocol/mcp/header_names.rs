//! What a tool's schema may say of headers, by `x-mcp-header` (2026-07-28, Custom Headers from Tool Parameters). A client leaves out
//! a tool that says anything else, without a word, so it is refused where it is written.

use serde_json::Value;

const WORD: &str = "x-mcp-header";

/// Keywords that hold values, not schemas.
const VALUES: [&str; 4] = ["const", "default", "enum", "examples"];

/// That whatever is to stand in a header can: a token (RFC 9110 section 5.6.2), each once whatever the case, of a property that is a
/// string, an integer or a boolean and is reached by `properties` alone.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn check_names(schema: &Value) -> Result<(), String> {
    within(schema, &mut Vec::new())
}

fn within(schema: &Value, names: &mut Vec<String>) -> Result<(), String> {
    if let Some(name) = schema.get(WORD) {
        names.push(name_of(schema, name, names)?);
    }
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        match (keyword.as_str(), value.as_object()) {
            ("properties", Some(properties)) => properties.values().try_for_each(|one| within(one, names))?,
            (keyword, _) if !VALUES.contains(&keyword) && is_named_below(value) => {
                return Err(format!("{WORD} may not stand below {keyword}: only properties lead to what is mirrored"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn name_of(property: &Value, name: &Value, names: &[String]) -> Result<String, String> {
    let is_token = |name: &str| {
        let good = |letter: u8| letter.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&letter);
        !name.is_empty() && name.bytes().all(good)
    };
    let Some(name) = name.as_str().filter(|name| is_token(name)) else {
        return Err(format!("{WORD} is the name of a header: letters, digits, - and the like"));
    };
    if !matches!(property.get("type").and_then(Value::as_str), Some("string" | "integer" | "boolean")) {
        return Err(format!("{WORD} {name} is of a property that is no string, integer or boolean"));
    }
    let name = name.to_ascii_lowercase();
    if names.contains(&name) { Err(format!("{WORD} {name} is there twice, whatever the case")) } else { Ok(name) }
}

fn is_named_below(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.get(WORD).is_some_and(Value::is_string)
                || members.iter().any(|(name, member)| !VALUES.contains(&name.as_str()) && is_named_below(member))
        }
        Value::Array(items) => items.iter().any(is_named_below),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(properties: &Value) -> Result<(), String> {
        check_names(&json!({ "type": "object", "properties": properties }))
    }

    #[test]
    fn what_clients_mirror_is_taken() {
        for properties in [
            json!({}),
            json!({ "a": { "type": "string", "x-mcp-header": "Region" }, "b": { "type": "integer", "x-mcp-header": "N-1" } }),
            json!({ "a": { "type": "object", "properties": { "b": { "type": "boolean", "x-mcp-header": "B" } } } }),
            json!({ "x-mcp-header": { "type": "string" } }),
            json!({ "a": { "type": "object", "default": { "x-mcp-header": "x" }, "enum": [{ "x-mcp-header": "x" }] } }),
            json!({ "a": { "anyOf": [{ "type": "object", "properties": { "x-mcp-header": { "type": "string" } } }] } }),
        ] {
            assert_eq!(of(&properties), Ok(()), "{properties}");
        }
    }

    /// The tools that a client must leave out, by the conformance suite of the protocol.
    #[test]
    fn what_clients_would_leave_the_tool_out_for_is_refused() {
        for (kind, name) in [
            ("string", json!("")),
            ("string", json!("My Region")),
            ("string", json!("Region:Primary")),
            ("string", json!("R\u{e9}gion")),
            ("string", json!("Region\t1")),
            ("string", json!(7)),
            ("string", json!(null)),
            ("object", json!("Data")),
            ("array", json!("Items")),
            ("null", json!("Nil")),
            ("number", json!("Score")),
        ] {
            let properties = json!({ "a": { "type": kind, "x-mcp-header": name } });
            assert!(of(&properties).is_err_and(|problem| problem.starts_with("x-mcp-header ")), "{properties}");
        }
        let one = |name: &str| json!({ "type": "string", "x-mcp-header": name });
        for properties in [
            json!({ "a": one("MyField"), "b": one("myfield") }),
            json!({ "a": one("Region"), "b": { "type": "object", "properties": { "c": one("Region") } } }),
            json!({ "a": { "x-mcp-header": "Untyped" } }),
            json!({ "a": { "type": ["string", "null"], "x-mcp-header": "Two" } }),
            json!({ "a": { "type": "array", "items": one("X") } }),
            json!({ "a": { "anyOf": [one("X")] } }),
            json!({ "a": { "type": "object", "additionalProperties": one("X") } }),
        ] {
            assert!(of(&properties).is_err(), "{properties}");
        }
        assert!(check_names(&json!({ "type": "object", "$defs": { "a": one("X") } })).is_err());
        assert!(check_names(&json!({ "type": "object", "x-mcp-header": "Root" })).is_err());
    }
}
