//! Docstrings, made from what a tool says of itself.

use serde_json::Value;

use super::Parameter;
use super::text::{escape, literal};

/// What is told of a property beside its description, and how it is called.
const TOLD: &[(&str, &str)] = &[
    ("enum", "One of"),
    ("const", "Always"),
    ("minimum", "At least"),
    ("exclusiveMinimum", "More than"),
    ("maximum", "At most"),
    ("exclusiveMaximum", "Less than"),
    ("multipleOf", "A multiple of"),
    ("minLength", "Letters at least"),
    ("maxLength", "Letters at most"),
    ("minItems", "Items at least"),
    ("maxItems", "Items at most"),
    ("pattern", "Pattern"),
    ("format", "Format"),
    ("default", "Default"),
];

/// Words with which a schema says what neither the signature nor a line tells.
const MORE: &[&str] =
    &["$ref", "allOf", "anyOf", "oneOf", "not", "if", "patternProperties", "prefixItems", "dependentRequired"];

/// The same of a property's schema, which is within the tool's.
const WITHIN: &[&str] = &["properties", "additionalProperties", "required"];

/// The docstring's lines, with the quotes around them.
#[must_use]
pub fn write(description: &str, parameters: &[Parameter<'_>], schema: &Value) -> String {
    let mut text = description.trim().to_owned();
    if !parameters.is_empty() {
        text.push_str("\n\nArgs:");
    }
    for parameter in parameters {
        text.push_str("\n    ");
        text.push_str(&line(parameter));
    }
    if needs_schema(schema, parameters) {
        text.push_str("\n\nThe arguments' JSON Schema: ");
        text.push_str(&schema.to_string());
    }
    quoted(text.trim_start())
}

/// Line ends stay line ends; all else that is not plain is escaped.
fn quoted(text: &str) -> String {
    let mut out = String::from("    \"\"\"");
    for (number, line) in text.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        if number > 0 && !line.is_empty() {
            out.push_str("    ");
        }
        escape(line, &mut out);
    }
    if text.contains('\n') {
        out.push_str("\n    ");
    }
    out.push_str("\"\"\"\n");
    out
}

fn line(parameter: &Parameter<'_>) -> String {
    let described = parameter.schema["description"].as_str().unwrap_or_default();
    let mut words = vec![format!("{}:", parameter.name)];
    words.extend(described.split_whitespace().map(str::to_owned));
    for (member, called) in TOLD {
        if let Some(value) = parameter.schema.get(member) {
            words.push(format!("{called}: {value}."));
        }
    }
    if parameter.name != parameter.property {
        words.push(format!("Sent as {}.", literal(parameter.property)));
    }
    words.join(" ")
}

/// Whether something is left that the signature and the lines do not tell.
fn needs_schema(schema: &Value, parameters: &[Parameter<'_>]) -> bool {
    has(schema, MORE) || parameters.iter().any(|parameter| says_more(parameter.schema))
}

fn says_more(schema: &Value) -> bool {
    let items = &schema["items"];
    has(schema, MORE) || has(schema, WITHIN) || says_more_of_items(items)
}

fn says_more_of_items(items: &Value) -> bool {
    has(items, MORE) || has(items, WITHIN) || has(items, &["enum", "items"])
}

fn has(schema: &Value, words: &[&str]) -> bool {
    words.iter().any(|word| schema.get(word).is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_docstring_tells_the_schema_line_by_line_and_whole_where_that_is_too_little() {
        let city = json!({ "type": "string", "description": "Where.\n  \"\"\" ", "minLength": 1 });
        let days = json!({ "type": "integer", "default": 3, "enum": [1, 3] });
        let parameters = [parameter("city", "city", &city), parameter("from_", "from", &days)];
        let expected = r#"    """Foretells.

    "Twice."

    Args:
        city: Where. \"\"\" Letters at least: 1.
        from_: One of: [1,3]. Default: 3. Sent as \"from\".
    """
"#;
        let expected = expected.replace("\"Twice.\"", "\\\"Twice.\\\"");
        assert_eq!(write("Foretells.\r\n\n\"Twice.\"\n", &parameters, &json!({ "type": "object" })), expected);
        let whole = write("", &[], &json!({ "oneOf": ["a\"\"\"b"] }));
        assert_eq!(
            whole,
            "    \"\"\"The arguments' JSON Schema: {\\\"oneOf\\\":[\\\"a\\\\\\\"\\\\\\\"\\\\\\\"b\\\"]}\"\"\"\n"
        );
    }

    fn parameter<'a>(name: &str, property: &'a str, schema: &'a Value) -> Parameter<'a> {
        Parameter { name: name.to_owned(), property, schema, required: true }
    }
}
