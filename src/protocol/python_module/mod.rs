//! `external_tool_agents.py`: a Python module with a function for each tool. Whatever tools say of themselves is data in
//! it: names become names that Python has no other use for, and text stands in literals that it cannot leave.

mod docstring;
mod names;
mod text;
mod types;

use std::collections::HashSet;

use serde_json::Value;

use self::names::Names;
use self::text::literal;

/// What a module needs to know of a tool.
#[derive(Clone, Copy, Debug)]
pub struct PythonTool<'a> {
    /// As it is called at our API.
    pub name: &'a str,
    /// What it is for.
    pub description: &'a str,
    /// JSON Schema of its arguments.
    pub input_schema: &'a Value,
}

/// What stands at the head of each module: all that a call needs, but where the server is.
const PROLOGUE: &str = include_str!("prologue.py");

/// The longest line of a signature.
const LINE: usize = 100;

/// Words with which a schema lets in more than its `properties`.
const OPEN: &[&str] =
    &["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "patternProperties"];

/// Writes the module. `base_url`: where the server is, unless the environment says otherwise.
#[must_use]
pub fn write(base_url: &str, tools: &[PythonTool<'_>]) -> String {
    let mut module = format!("{PROLOGUE}\n\n_BUILT_IN_URL = {}\n", literal(base_url));
    if tools.is_empty() {
        module.push_str(&nothing(base_url));
    }
    let wanted: Vec<_> = tools.iter().map(|tool| tool.name).collect();
    for (tool, name) in tools.iter().zip(Names::of_module().give(&wanted)) {
        module.push_str(&function(&name, tool));
    }
    module
}

fn nothing(base_url: &str) -> String {
    let mut comment = String::from("\n# No tool is switched on for you. Switch tools on in a browser, at ");
    text::escape(base_url, &mut comment);
    comment.push_str(
        "/account/tools,\n# by /api/users/me/tools (scope manage:tools), or ask who runs this server; then fetch this file again.\n",
    );
    comment
}

/// A parameter of a function.
#[derive(Debug)]
struct Parameter<'a> {
    name: String,
    /// What it is called where it is sent.
    property: &'a str,
    schema: &'a Value,
    required: bool,
}

fn function(name: &str, tool: &PythonTool<'_>) -> String {
    let (parameters, more) = parameters(tool.input_schema);
    let described = if tool.description.trim().is_empty() { tool.name } else { tool.description };
    format!(
        "\n\n{}{}    return _call({}, {}, {})\n",
        signature(name, &parameters, more.as_deref()),
        docstring::write(described, &parameters, tool.input_schema),
        literal(tool.name),
        arguments(parameters.iter().filter(|parameter| parameter.required), None),
        arguments(parameters.iter().filter(|parameter| !parameter.required), more.as_deref()),
    )
}

/// Those that are required in the schema's order, then the others. The name of what takes everything else, where the schema
/// lets it in.
fn parameters(schema: &Value) -> (Vec<Parameter<'_>>, Option<String>) {
    static ANYTHING: Value = Value::Bool(true);
    let properties = schema["properties"].as_object();
    let mut found: Vec<(&str, bool)> = Vec::new();
    let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let others = properties.into_iter().flatten().map(|(property, _)| property.as_str());
    let mut seen = HashSet::new();
    for (property, is_required) in required.map(|name| (name, true)).chain(others.map(|name| (name, false))) {
        if seen.insert(property) {
            found.push((property, is_required));
        }
    }
    let mut wanted: Vec<_> = found.iter().map(|(property, _)| *property).collect();
    if is_open(schema) {
        wanted.push("more");
    }
    let mut names = Names::default().give(&wanted).into_iter();
    let parameters = found.iter().zip(names.by_ref()).map(|(&(property, required), name)| Parameter {
        name,
        property,
        schema: properties.and_then(|properties| properties.get(property)).unwrap_or(&ANYTHING),
        required,
    });
    (parameters.collect(), names.next())
}

fn is_open(schema: &Value) -> bool {
    let additional = &schema["additionalProperties"];
    let unsaid = additional.is_null() && schema.get("properties").is_none();
    unsaid
        || *additional == Value::Bool(true)
        || additional.is_object()
        || OPEN.iter().any(|word| schema.get(word).is_some())
}

fn signature(name: &str, parameters: &[Parameter<'_>], more: Option<&str>) -> String {
    let (required, optional): (Vec<_>, Vec<_>) = parameters.iter().partition(|parameter| parameter.required);
    let mut written: Vec<String> = Vec::new();
    written
        .extend(required.iter().map(|parameter| format!("{}: {}", parameter.name, types::required(parameter.schema))));
    // By name only: which of them comes first means nothing in a schema.
    written.extend((!optional.is_empty()).then(|| "*".to_owned()));
    let optional = optional.iter();
    written
        .extend(optional.map(|parameter| format!("{}: {} = None", parameter.name, types::optional(parameter.schema))));
    written.extend(more.map(|name| format!("**{name}: Any")));
    let line = format!("def {name}({}) -> dict[str, Any]:\n", written.join(", "));
    if line.len() <= LINE {
        return line;
    }
    format!("def {name}(\n    {},\n) -> dict[str, Any]:\n", written.join(",\n    "))
}

fn arguments<'a>(parameters: impl Iterator<Item = &'a Parameter<'a>>, more: Option<&str>) -> String {
    let pairs = parameters.map(|parameter| format!("{}: {}", literal(parameter.property), parameter.name));
    let all: Vec<_> = pairs.chain(more.map(|name| format!("**{name}"))).collect();
    format!("{{{}}}", all.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BASE: &str = "https://auth.example";

    /// What stands after the fixed head.
    fn written(tools: &[PythonTool<'_>]) -> String {
        let head = format!("{PROLOGUE}\n\n_BUILT_IN_URL = \"{BASE}\"\n");
        write(BASE, tools).strip_prefix(&head).expect("the head").to_owned()
    }

    #[test]
    fn a_tool_is_a_typed_function_whose_optional_arguments_go_by_name() {
        let schema = json!({
            "type": "object",
            "properties": {
                "units": { "enum": ["metric", "imperial"], "default": "metric" },
                "days": { "type": "integer", "minimum": 1 },
                "city": { "type": "string", "description": "Where." },
                "from": { "type": "string" },
            },
            "required": ["city", "from"],
            "additionalProperties": false,
        });
        let tool = PythonTool { name: "forecast", description: "Foretells the weather.", input_schema: &schema };
        let expected = r#"

def forecast(
    city: str,
    from_: str,
    *,
    days: Optional[int] = None,
    units: Optional[Literal["metric", "imperial"]] = None,
) -> dict[str, Any]:
    """Foretells the weather.

    Args:
        city: Where.
        from_: Sent as \"from\".
        days: At least: 1.
        units: One of: [\"metric\",\"imperial\"]. Default: \"metric\".
    """
    return _call("forecast", {"city": city, "from": from_}, {"days": days, "units": units})
"#;
        assert_eq!(written(&[tool]), expected);
    }

    #[test]
    fn what_the_schema_does_not_name_is_passed_on_where_it_lets_it_in() {
        let open = json!({ "properties": { "more": {} }, "additionalProperties": { "type": "string" } });
        let closed = json!({ "properties": {} });
        let unsaid = json!({ "type": "object" });
        let tool = |name, input_schema| PythonTool { name, description: " ", input_schema };
        let expected = r#"

def tag(*, more: Any = None, **more_: Any) -> dict[str, Any]:
    """tag

    Args:
        more:
    """
    return _call("tag", {}, {"more": more, **more_})


def tag_() -> dict[str, Any]:
    """tag"""
    return _call("tag", {}, {})


def free(**more: Any) -> dict[str, Any]:
    """free"""
    return _call("free", {}, {**more})
"#;
        assert_eq!(written(&[tool("tag", &open), tool("tag", &closed), tool("free", &unsaid)]), expected);
    }

    #[test]
    fn without_tools_a_comment_says_where_they_are_switched_on() {
        let expected = "\n# No tool is switched on for you. Switch tools on in a browser, at https://auth.example/account/tools,\n\
                        # by /api/users/me/tools (scope manage:tools), or ask who runs this server; then fetch this file \
                        again.\n";
        assert_eq!(written(&[]), expected);
    }
}
