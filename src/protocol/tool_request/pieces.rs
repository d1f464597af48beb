//! Text with places for arguments: `before {name} after`.

use serde_json::Value;

use super::Arguments;
use crate::protocol::violation::Violation;

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// The argument of this name.
    Argument(String),
}

/// Reads a template.
///
/// # Errors
/// A sentence that says what is wrong with the braces.
pub fn parse(template: &str) -> Result<Vec<Piece>, &'static str> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, brace) = rest.split_at(at);
        text.push_str(before);
        if let Some(after) = brace.strip_prefix("{{") {
            text.push('{');
            rest = after;
        } else if let Some(after) = brace.strip_prefix("}}") {
            text.push('}');
            rest = after;
        } else {
            let (name, after) = place(brace)?;
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            pieces.push(Piece::Argument(name.to_owned()));
            rest = after;
        }
    }
    text.push_str(rest);
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

fn place(text: &str) -> Result<(&str, &str), &'static str> {
    let (name, after) = text
        .strip_prefix('{')
        .and_then(|inner| inner.split_once('}'))
        .ok_or("a brace stands alone; write {{ or }} for one that is meant so")?;
    if name.is_empty() || name.contains('{') {
        return Err("between braces stands the name of one argument");
    }
    Ok((name, after))
}

/// The argument that the template is nothing but a place for.
pub fn only_argument(pieces: &[Piece]) -> Option<&str> {
    match pieces {
        [Piece::Argument(name)] => Some(name),
        _ => None,
    }
}

/// The template's text, each argument by `escape`; `None` when an argument is missing or null.
///
/// # Errors
/// What is wrong with an argument.
pub fn fill(
    pieces: &[Piece],
    arguments: &Arguments,
    escape: impl Fn(&str, &str) -> Result<String, Violation>,
) -> Result<Option<String>, Violation> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(literal) => text.push_str(literal),
            Piece::Argument(name) => match arguments.get(name) {
                None | Some(Value::Null) => return Ok(None),
                Some(value) => text.push_str(&escape(name, &scalar(name, value)?)?),
            },
        }
    }
    Ok(Some(text))
}

/// What can be written without quotes or brackets.
pub fn scalar(name: &str, value: &Value) -> Result<String, Violation> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(yes) => Ok(yes.to_string()),
        _ => Err(Violation::of(name, "must be a text, a number or a boolean, for where it is sent")),
    }
}
