//! Names of tools. Each is a function's name in a Python module and a tool's in MCP, so it is one that both take.

/// Longest name, in letters.
const LONGEST: usize = 64;

/// Python's own words (3.14: `keyword.kwlist`, `keyword.softkwlist`).
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match",
    "nonlocal", "not", "or", "pass", "raise", "return", "try", "type", "while", "with", "yield",
];

/// Functions and types that Python has by itself (3.14: `dir(builtins)`) and a module would hide from itself. Of the errors
/// it has, the endings are enough.
const BUILT_IN: &[&str] = &[
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "bool",
    "breakpoint",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "copyright",
    "credits",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "license",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "quit",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "vars",
    "zip",
    "Ellipsis",
    "NotImplemented",
    "KeyboardInterrupt",
    "StopIteration",
    "StopAsyncIteration",
    "SystemExit",
    "GeneratorExit",
];

/// How names of Python's errors end.
const ERRORS: &[&str] = &["Error", "Exception", "ExceptionGroup", "Warning"];

/// Whether a tool may be called so: `[A-Za-z][A-Za-z0-9_]{0,63}`, and nothing that Python knows by itself.
#[must_use]
pub fn is_tool_name(name: &str) -> bool {
    let taken = KEYWORDS.contains(&name) || BUILT_IN.contains(&name) || ERRORS.iter().any(|end| name.ends_with(end));
    is_plain(name, b"_") && !taken
}

/// Whether a group of tools may be called so: `[A-Za-z][A-Za-z0-9_-]{0,63}`.
#[must_use]
pub fn is_group_name(name: &str) -> bool {
    is_plain(name, b"_-")
}

fn is_plain(name: &str, also: &[u8]) -> bool {
    name.len() <= LONGEST
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|letter| letter.is_ascii_alphanumeric() || also.contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tools_name_is_an_identifier_that_python_does_not_know_yet() {
        for name in ["get_weather", "a", "A1", "Search", "match_all", "printer", &"x".repeat(64)] {
            assert!(is_tool_name(name), "{name}");
        }
        let long = "x".repeat(65);
        for name in [
            "",
            "_private",
            "__init__",
            "1st",
            "get-weather",
            "get weather",
            "get.weather",
            "wetter_für",
            "a\n",
            "a\0",
            "class",
            "None",
            "match",
            "type",
            "print",
            "str",
            "ValueError",
            "BaseException",
            "a/b",
            "\u{212a}elvin",
            &long,
        ] {
            assert!(!is_tool_name(name), "{name}");
        }
    }

    #[test]
    fn a_groups_name_may_have_hyphens_and_be_a_word_of_python() {
        for name in ["weather-and-maps", "print", "g_1"] {
            assert!(is_group_name(name), "{name}");
        }
        for name in ["", "-a", "_a", "a b", "a/b", "a%2Fb"] {
            assert!(!is_group_name(name), "{name}");
        }
    }
}
