//! Tools whose names, descriptions and schemas try to be code.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

#[derive(Clone, Debug)]
pub struct Tool {
    pub name: String,
    pub description: String,
    pub schema: Value,
}

/// What a text is put together from.
const PIECES: &[&str] = &[
    "\"",
    "\"\"\"",
    "'''",
    "'",
    "\\",
    "\\\\",
    "\\\"",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\0",
    "\u{b}",
    "\u{c}",
    "\u{1c}",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{202e}",
    "\u{feff}",
    "\u{200b}",
    "\u{e000}",
    "#",
    ")",
    "(",
    ":",
    ",",
    "{",
    "}",
    "[",
    "]",
    ";",
    "=",
    "*",
    "**",
    "@",
    "%s",
    "{0}",
    "\\N{BULLET}",
    "\\x41",
    "\\u0041",
    "\\\n",
    "import os",
    "__import__('os')",
    "pass",
    "\n    return 1\n",
    "\ndef evil():\n",
    "\nclass evil: pass",
    "-*- coding: utf-7 -*-",
    "<script>",
    "x",
    "Y",
    "7",
    " ",
    "_",
    "天",
    "é",
    "e\u{301}",
    "ﬁ",
    "𝐱",
    "🌦",
    "ª",
];

/// Names that mean something to Python or to the module.
const NAMES: &[&str] = &[
    "class",
    "from",
    "None",
    "True",
    "def",
    "lambda",
    "async",
    "match",
    "type",
    "print",
    "str",
    "dict",
    "list",
    "int",
    "Any",
    "Optional",
    "Literal",
    "Union",
    "super",
    "isinstance",
    "repr",
    "configure",
    "ToolError",
    "NotAllowedError",
    "_call",
    "_settings",
    "_json",
    "_BUILT_IN_URL",
    "__import__",
    "__builtins__",
    "__debug__",
    "__name__",
    "__doc__",
    "self",
    "cls",
    "more",
    "tool",
    "required",
    "a-b",
    "a_b",
    "a b",
    "2a",
    "a",
    "",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => vec(select(PIECES), 0..8).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![2 => select(NAMES).prop_map(str::to_owned), 1 => text()]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map(text(), inner, 0..3).prop_map(|members| Value::from(Map::from_iter(members))),
        ]
    })
}

fn type_name() -> impl Strategy<Value = Value> {
    let names = &["string", "integer", "number", "boolean", "null", "array", "object"];
    let known = select(&names[..]).prop_map(Value::from);
    prop_oneof![4 => known.clone(), 2 => vec(known, 0..3).prop_map(Value::from), 1 => value()]
}

/// The schema of a property: members as they are meant, or anything.
fn property() -> impl Strategy<Value = Value> {
    let member = prop_oneof![
        type_name().prop_map(|value| ("type", value)),
        text().prop_map(|value| ("description", Value::from(value))),
        vec(text(), 0..4).prop_map(|values| ("enum", Value::from(values))),
        (
            select(
                &["enum", "const", "default", "pattern", "format", "minimum", "items", "properties", "$ref", "oneOf"][..]
            ),
            value()
        ),
        type_name().prop_map(|value| ("items", json!({ "type": value }))),
    ];
    let schema = vec(member, 0..5)
        .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
        .prop_map(Value::from);
    prop_oneof![8 => schema, 1 => value()]
}

fn schema() -> impl Strategy<Value = Value> {
    let more = (select(&["additionalProperties", "oneOf", "$ref", "patternProperties", "title", "$defs"][..]), value());
    let parts = (btree_map(name(), property(), 0..6), vec(name(), 0..3), vec(more, 0..2), any::<u8>(), any::<bool>());
    parts.prop_map(|(properties, mut required, more, which, wrong)| {
        // Mostly such as are there; sometimes twice, or none of them.
        required
            .extend(properties.keys().enumerate().filter(|(at, _)| which & (1 << at) != 0).map(|(_, key)| key.clone()));
        let mut schema = json!({ "type": "object", "properties": properties, "required": required });
        for (name, value) in more {
            schema[name] = value;
        }
        if wrong && which == 0 {
            schema["properties"] = json!(["no", "object"]);
        }
        schema
    })
}

/// The tools of a module; names may be those of others.
pub fn tools() -> impl Strategy<Value = Vec<Tool>> {
    let tool = (name(), text(), schema()).prop_map(|(name, description, schema)| Tool { name, description, schema });
    vec(tool, 1..5)
}

/// Each piece and name at each place.
pub fn known() -> Vec<Tool> {
    let texts =
        PIECES.iter().chain(NAMES).flat_map(|text| [(*text).to_owned(), format!("{text}\n{text}"), format!("a{text}")]);
    texts
        .map(|text| Tool {
            schema: json!({
                "type": "object",
                "properties": {
                    &text: { "type": "string", "description": text, "default": text, "enum": [text, "b"], "pattern": text },
                    "other": { "type": text, "const": text, "format": text, "items": { "enum": [text] } },
                },
                "required": [text],
                "$comment": text,
                "oneOf": [text],
            }),
            name: text.clone(),
            description: text,
        })
        .collect()
}
