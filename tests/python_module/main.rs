//! The Python module that we write (`protocol/python_module`), read by a real Python: whatever the tools are called and say,
//! nothing stands in it but the fixed head and functions that do what they are for.
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/generated.rs"]
mod generated;
mod hostile;
mod python;

use std::collections::BTreeSet;

use ostiary::protocol::python_module::{PythonTool, write};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use hostile::Tool;

/// Modules in an ordinary run.
const MODULES: u32 = 200;

const BASE: &str = "https://auth.example";

/// A module, and what it was made from.
fn case(base: &str, tools: &[Tool]) -> Value {
    let listed: Vec<_> = tools
        .iter()
        .map(|Tool { name, description, schema }| PythonTool { name, description, input_schema: schema })
        .collect();
    let tools: Vec<_> = tools
        .iter()
        .map(|tool| json!({ "name": tool.name, "description": tool.description, "schema": tool.schema }))
        .collect();
    json!({ "module": write(base, &listed), "base": base, "tools": tools })
}

#[test]
fn whatever_tools_say_only_functions_that_call_them_stand_in_the_module() {
    let mut runner = TestRunner::new(generated::config(1));
    let modules = (0..generated::cases(MODULES)).map(|_| {
        let tools = hostile::tools().new_tree(&mut runner).expect("tools").current();
        case(BASE, &tools)
    });
    python::check(&modules.collect::<Vec<_>>());
}

#[test]
fn texts_that_were_made_to_break_out_stay_texts() {
    python::check(&hostile::known().iter().map(|tool| case(BASE, std::slice::from_ref(tool))).collect::<Vec<_>>());
}

#[test]
fn no_tool_takes_the_place_of_a_name_that_the_module_uses() {
    let head = include_str!("../../src/protocol/python_module/prologue.py");
    let words: BTreeSet<_> = head.split(|char: char| !char.is_ascii_alphanumeric() && char != '_').collect();
    let tools =
        words.iter().map(|word| Tool { name: (*word).to_owned(), description: String::new(), schema: json!({}) });
    python::check(&[case(BASE, &tools.collect::<Vec<_>>())]);
}

#[test]
fn a_module_without_tools_is_a_module() {
    python::check(&[case(BASE, &[]), case("https://auth.example\"\n+evil()", &[])]);
}
