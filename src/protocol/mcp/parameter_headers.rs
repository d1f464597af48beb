//! Arguments that a tool's schema wants said again in a header, by `x-mcp-header` (2026-07-28, Custom Headers from Tool
//! Parameters).

use serde_json::{Map, Value};

use super::Mirrored;
use super::mirrored::mismatch;
use crate::protocol::json_rpc::Error;

/// That every argument that is to stand in a header does, and as what it is.
///
/// # Errors
/// For the first that does not.
pub fn check(schema: &Value, arguments: &Map<String, Value>, headers: &Mirrored) -> Result<(), Error> {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else { return Ok(()) };
    properties.iter().try_for_each(|(name, property)| {
        let argument = arguments.get(name).filter(|argument| !argument.is_null());
        check_one(property, argument, headers)?;
        // A schema is saved only when it is nested at most so deep that this ends.
        let nothing = Map::new();
        check(property, argument.and_then(Value::as_object).unwrap_or(&nothing), headers)
    })
}

fn check_one(property: &Value, argument: Option<&Value>, headers: &Mirrored) -> Result<(), Error> {
    let Some(name) = property.get("x-mcp-header").and_then(Value::as_str) else { return Ok(()) };
    let name = format!("mcp-param-{}", name.to_ascii_lowercase());
    let said = headers.decoded(&name)?;
    let same = match (argument, said) {
        (None, None) => true,
        (Some(argument), Some(said)) => says(&said, argument),
        _ => false,
    };
    if same { Ok(()) } else { Err(mismatch(&name)) }
}

/// Numbers are compared as numbers: 42 and 42.0 are the same.
fn says(said: &str, argument: &Value) -> bool {
    match argument {
        Value::String(text) => said == text,
        Value::Bool(flag) => said == flag.to_string(),
        Value::Number(number) => said == number.to_string() || said.parse().ok() == number.as_f64(),
        // Not of a type that may be in a header; clients are to refuse such a tool.
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::HEADER_MISMATCH;
    use super::*;

    /// Whether `arguments` may come with these headers.
    fn fits(arguments: &Value, headers: &[(&str, &str)]) -> bool {
        let schema = json!({ "type": "object", "properties": {
            "region": { "type": "string", "x-mcp-header": "Region" },
            "plain": { "type": "string" },
            "deep": { "type": "object", "properties": {
                "n": { "type": "integer", "x-mcp-header": "N" }, "b": { "type": "boolean", "x-mcp-header": "B" },
            } },
            "list": { "items": { "properties": { "x": { "x-mcp-header": "X" } } } },
        } });
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let checked = check(&schema, arguments.as_object().unwrap(), &headers);
        checked.map_err(|error| assert_eq!(error.code, HEADER_MISMATCH)).is_ok()
    }

    #[test]
    fn an_argument_that_is_to_stand_in_a_header_must_and_as_what_it_is() {
        let region = |value| ("mcp-param-region", value);
        for (arguments, headers) in [
            (json!({}), vec![]),
            (json!({ "region": null, "plain": "x", "list": [{ "x": 1 }] }), vec![]),
            (json!({ "region": "us" }), vec![region("us")]),
            (json!({ "region": "\u{e4}" }), vec![region("=?base64?w6Q=?=")]),
            (json!({ "deep": { "n": 42, "b": true } }), vec![("mcp-param-n", "42.0"), ("mcp-param-b", "true")]),
            (json!({ "deep": { "n": -7 } }), vec![("mcp-param-n", "-7"), ("mcp-param-other", "x")]),
        ] {
            assert!(fits(&arguments, &headers), "{arguments}");
        }
        for (arguments, headers) in [
            (json!({ "region": "us" }), vec![]),
            (json!({ "region": "us" }), vec![region("eu")]),
            (json!({ "region": "us" }), vec![region("=?base64?w6Q=?=")]),
            (json!({ "region": "us" }), vec![region("us"), region("us")]),
            (json!({}), vec![region("us")]),
            (json!({ "deep": { "n": 42 } }), vec![("mcp-param-n", "43")]),
            (json!({ "deep": { "n": 42 } }), vec![("mcp-param-n", "x")]),
            (json!({ "deep": { "b": true } }), vec![("mcp-param-b", "True")]),
            (json!({ "deep": { "n": [1] } }), vec![("mcp-param-n", "[1]")]),
        ] {
            assert!(!fits(&arguments, &headers), "{arguments}");
        }
    }
}
