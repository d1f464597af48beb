//! Arguments in queries, forms and headers.

use std::collections::BTreeMap;

use ::url::form_urlencoded;
use serde_json::Value;

use super::Arguments;
use super::pieces::{Piece, fill, only_argument, parse, scalar};
use crate::protocol::violation::Violation;

/// Longest value of a header.
const LONGEST_HEADER: usize = 4096;

/// A query or form, `application/x-www-form-urlencoded`. One whose argument is missing is left out; a list is so many.
pub fn encoded(fields: &BTreeMap<String, String>, arguments: &Arguments) -> Result<String, Violation> {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, template) in fields {
        let pieces = pieces(template)?;
        match only_argument(&pieces).and_then(|argument| Some((argument, arguments.get(argument)?))) {
            Some((argument, Value::Array(values))) => {
                for value in values {
                    pairs.append_pair(name, &scalar(argument, value)?);
                }
            }
            _ => {
                if let Some(value) = fill(&pieces, arguments, |_, text| Ok(text.to_owned()))? {
                    pairs.append_pair(name, &value);
                }
            }
        }
    }
    Ok(pairs.finish())
}

/// Headers, each value visible ASCII in one line (RFC 9110 section 5.5).
pub fn headers(fields: &BTreeMap<String, String>, arguments: &Arguments) -> Result<Vec<(String, String)>, Violation> {
    let mut filled = Vec::new();
    for (name, template) in fields {
        let value = fill(&pieces(template)?, arguments, |argument, text| {
            if is_header_value(text) { Ok(text.to_owned()) } else { Err(no_header(argument)) }
        })?;
        filled.extend(value.map(|value| (name.clone(), value)));
    }
    Ok(filled)
}

/// Nothing that could end the line or the value, and nothing that a server might read another way.
pub fn is_header_value(text: &str) -> bool {
    text.len() <= LONGEST_HEADER && text.trim() == text && text.bytes().all(|letter| matches!(letter, b' '..=b'~'))
}

fn no_header(argument: &str) -> Violation {
    let problem = "is sent in a header: up to 4096 visible ASCII letters, with spaces only between them";
    Violation::of(argument, problem)
}

/// A template was checked when it was saved.
fn pieces(template: &str) -> Result<Vec<Piece>, Violation> {
    parse(template).map_err(Violation::of_all)
}
