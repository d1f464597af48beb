//! JSON Schemas of the arguments of tools: draft 2020-12, or draft-07 when `$schema` says so.
//!
//! What is validated with is not what was saved but its *core*: the keywords that decide, in the words of 2020-12. So every
//! validator is given the same few words, and none has to be asked what it makes of the others. Annotations (`title`,
//! `format`, `examples`, …) say nothing about validity (2020-12 Validation sections 7.2.1, 9).

mod cost;
mod example;
mod keywords;
mod patterns;

use serde_json::{Map, Value, json};

pub use self::example::example;
use self::keywords::Reader;

/// Longest schema, as JSON.
const LONGEST: usize = 32 * 1024;
/// Deepest nesting of schemas.
pub const DEEPEST: usize = 24;

/// Which words a schema is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// 2020-12
    Latest,
    /// draft-07
    Seven,
}

impl Draft {
    fn of(schema: &Value) -> Result<Self, String> {
        match schema.get("$schema") {
            None => Ok(Self::Latest),
            Some(Value::String(uri)) => match uri.trim_end_matches('#') {
                "https://json-schema.org/draft/2020-12/schema" => Ok(Self::Latest),
                "http://json-schema.org/draft-07/schema" | "https://json-schema.org/draft-07/schema" => Ok(Self::Seven),
                _ => Err("$schema may be that of draft 2020-12 or of draft-07".to_owned()),
            },
            Some(_) => Err("$schema is a text".to_owned()),
        }
    }
}

/// The schema of a tool that takes no arguments.
#[must_use]
pub fn nothing() -> Value {
    json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

/// The core of a schema of arguments.
///
/// # Errors
/// A sentence that says what is wrong, with the place as a JSON pointer.
pub fn core(schema: &Value) -> Result<Value, String> {
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        return Err("input_schema must have the type object: arguments are an object".to_owned());
    }
    if schema.to_string().len() > LONGEST {
        return Err("input_schema is over 32 KiB".to_owned());
    }
    let core = Reader::new(Draft::of(schema)?).read(schema, "", DEEPEST)?;
    cost::check(&core)?;
    Ok(core)
}

/// All patterns of a core, for whoever knows regular expressions.
#[must_use]
pub fn patterns(core: &Value) -> Vec<&str> {
    let Value::Object(schema) = core else { return Vec::new() };
    let mut found: Vec<&str> = schema.get("pattern").and_then(Value::as_str).into_iter().collect();
    found.extend(
        schema.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::keys).map(String::as_str),
    );
    found.extend(children(schema).flat_map(patterns));
    found
}

/// The schemas right within a schema of a core.
fn children(schema: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    schema.iter().flat_map(|(keyword, value)| match keywords::holds(keyword) {
        keywords::Holds::Schema => vec![value],
        keywords::Holds::Schemas => value.as_array().map(|list| list.iter().collect()).unwrap_or_default(),
        keywords::Holds::Named => value.as_object().map(|named| named.values().collect()).unwrap_or_default(),
        keywords::Holds::None => Vec::new(),
    })
}

#[cfg(test)]
mod tests;
