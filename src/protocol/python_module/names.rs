//! Names of tools and properties as Python's: what cannot be a name there gets one that can.

use std::collections::{HashMap, HashSet};

/// Words of the language (`keyword.kwlist` of Python 3.9 to 3.14).
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
    "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

/// What the module itself says or uses, so that no function may take its place. Names that begin with `_` are its own, too.
const OWN: &[&str] = &[
    "configure",
    "ToolError",
    "NotAllowedError",
    "UnknownToolError",
    "InvalidArgumentsError",
    "ToolFailedError",
    "ToolTimeoutError",
    "Any",
    "Literal",
    "Optional",
    "Union",
    "Exception",
    "OSError",
    "ValueError",
    "bool",
    "bytes",
    "dict",
    "float",
    "int",
    "isinstance",
    "list",
    "repr",
    "str",
    "super",
];

/// Names that are handed out, each once.
#[derive(Debug, Default)]
pub struct Names {
    taken: HashSet<String>,
    /// How often a name was wanted that was taken.
    wanted: HashMap<String, usize>,
}

impl Names {
    /// For functions of the module.
    #[must_use]
    pub fn of_module() -> Self {
        Self { taken: OWN.iter().map(|name| (*name).to_owned()).collect(), ..Self::default() }
    }

    /// Names for all of these, in their order. What can be a name stays as it is, whatever the others are.
    pub fn give(&mut self, wanted: &[&str]) -> Vec<String> {
        let good: Vec<bool> =
            wanted.iter().map(|name| is_name(name) && self.taken.insert((*name).to_owned())).collect();
        wanted.iter().zip(good).map(|(name, good)| if good { (*name).to_owned() } else { self.near(name) }).collect()
    }

    /// A name that nobody has, near to this one.
    fn near(&mut self, text: &str) -> String {
        let base = identifier(text);
        let count = self.wanted.entry(base.clone()).or_default();
        loop {
            *count += 1;
            let name = match *count {
                1 => base.clone(),
                2 => format!("{base}_"),
                more => format!("{base}_{}", more - 1),
            };
            if !KEYWORDS.contains(&name.as_str()) && self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// Whether Python takes `text` as a name, and as nothing but a name. Not those of other alphabets: Python reads several of
/// them as one (PEP 3131). Not those beginning with `_`: they are the module's, or Python's.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
        && !KEYWORDS.contains(&text)
}

/// `text` in letters that a name may have.
fn identifier(text: &str) -> String {
    let letters: String = text.chars().map(|char| if char.is_ascii_alphanumeric() { char } else { '_' }).collect();
    let name = letters.trim_start_matches(|first: char| !first.is_ascii_alphabetic());
    if name.is_empty() { "argument".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_name_stays_and_another_becomes_one_that_nobody_has() {
        let wanted = [
            "user-id",
            "user_id",
            "class",
            "class_",
            "2nd",
            "nd",
            "",
            "天気",
            "_x",
            "__debug__",
            "a b",
            "a.b",
            "größe",
        ];
        let given = Names::default().give(&wanted);
        let expected = [
            "user_id_",
            "user_id",
            "class_2",
            "class_",
            "nd_",
            "nd",
            "argument",
            "argument_",
            "x",
            "debug__",
            "a_b",
            "a_b_",
            "gr__e",
        ];
        assert_eq!(given, expected);
    }

    #[test]
    fn no_function_takes_the_place_of_what_the_module_uses() {
        assert_eq!(
            Names::of_module().give(&["str", "configure", "print", "_call", "str"]),
            ["str_", "configure_", "print", "call", "str_2"]
        );
    }
}
