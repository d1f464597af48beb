//! Arguments in JSON bodies: put in as values, never as text, so the writer of JSON escapes them.

use serde_json::{Map, Value};

use super::Arguments;
use super::pieces::{fill as fill_text, only_argument, parse};
use crate::protocol::violation::Violation;

/// The body, written.
pub fn fill(template: &Value, arguments: &Arguments) -> Result<String, Violation> {
    Ok(filled(template, arguments)?.unwrap_or_default().to_string())
}

/// All arguments, written.
pub fn text(arguments: &Arguments) -> String {
    // Maps of JSON values can always be written.
    serde_json::to_string(arguments).unwrap_or_default()
}

/// `None`: an argument is missing, and with it the member or element.
fn filled(template: &Value, arguments: &Arguments) -> Result<Option<Value>, Violation> {
    Ok(match template {
        Value::String(text) => {
            let pieces = parse(text).map_err(Violation::of_all)?;
            match only_argument(&pieces) {
                Some(name) => arguments.get(name).cloned(),
                None => fill_text(&pieces, arguments, |_, text| Ok(text.to_owned()))?.map(Value::String),
            }
        }
        Value::Array(elements) => {
            let mut kept = Vec::new();
            for element in elements {
                kept.extend(filled(element, arguments)?);
            }
            Some(Value::Array(kept))
        }
        Value::Object(members) => {
            let mut kept = Map::new();
            for (name, member) in members {
                if let Some(member) = filled(member, arguments)? {
                    kept.insert(name.clone(), member);
                }
            }
            Some(Value::Object(kept))
        }
        constant => Some(constant.clone()),
    })
}
