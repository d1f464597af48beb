//! Whether a request template may be saved.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::fields::is_header_value;
use super::pieces::{Piece, parse};
use super::{BodyTemplate, Method, RequestTemplate, url};
use crate::protocol::{outbound, uri};

/// Most parameters, headers or fields.
const MOST: usize = 64;
/// Longest URL, and longest text of a parameter, header or field.
const LONGEST: usize = 2048;

/// Headers that are ours, the runtime's, or about the connection, and those by which a server learns who asks.
const OURS: &[&str] = &[
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];
const OUR_PREFIXES: &[&str] = &["cf-", "proxy-", "sec-", "x-forwarded-", "x-real-"];

/// Checks a template against the tool's schema, whose properties are the arguments that there are.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn check(template: &RequestTemplate, schema: &Value, development: bool) -> Result<(), String> {
    let known = Known { properties: schema.get("properties").and_then(Value::as_object) };
    check_url(&template.url, &known, schema, development)?;
    for fields in [&template.query, &template.headers] {
        check_fields(fields, &known)?;
    }
    check_headers(&template.headers)?;
    match &template.body {
        Some(_) if template.method == Method::Get => Err("a GET request has no body".to_owned()),
        Some(BodyTemplate::Json(value)) => check_json(value, &known),
        Some(BodyTemplate::Form(form)) => check_fields(form, &known),
        Some(BodyTemplate::Arguments) | None => Ok(()),
    }
}

/// The arguments that there are.
struct Known<'a> {
    properties: Option<&'a Map<String, Value>>,
}

impl Known<'_> {
    fn check(&self, template: &str) -> Result<Vec<Piece>, String> {
        let pieces = parse(template)?;
        for piece in &pieces {
            let Piece::Argument(name) = piece else { continue };
            if !self.properties.is_some_and(|properties| properties.contains_key(name)) {
                return Err(format!("the request names {{{name}}}, which is no property of input_schema"));
            }
        }
        Ok(pieces)
    }
}

fn check_url(template: &str, known: &Known<'_>, schema: &Value, development: bool) -> Result<(), String> {
    if template.len() > LONGEST || template.contains(['?', '#']) {
        return Err("url has up to 2048 letters and neither ? nor #; what is in query goes after it".to_owned());
    }
    let (before, path) = url::split(template).ok_or("url must have a path, / at least")?;
    if before.contains(['{', '}']) {
        return Err("scheme, host and port of url are constant: arguments may stand in its path only".to_owned());
    }
    let mut plain = before.to_owned();
    for segment in url::segments(path)? {
        plain.push('/');
        for piece in segment {
            match piece {
                Piece::Text(text) if has_open_end(&text) => return Err("url holds a % without two digits".to_owned()),
                Piece::Text(text) => plain.push_str(&text),
                Piece::Argument(name) => {
                    known.check(&format!("{{{name}}}"))?;
                    if !is_required(schema, &name) {
                        return Err(format!("{{{name}}} is in the path of url, so input_schema must require it"));
                    }
                    plain.push('x');
                }
            }
        }
    }
    // No parser reads it as anything but what is written: neither dots nor another spelling of a host.
    let written = uri::parse(&plain).ok_or("url is no URL")?;
    if written.as_str() != plain || plain.contains('\\') {
        return Err(format!("url must be written as it is read: {written}"));
    }
    outbound::allowed(&plain, development)
        .map(drop)
        .ok_or_else(|| "url must be https and its host a public one, without a name or password in it".to_owned())
}

/// Two letters of an argument could make anything of it.
fn has_open_end(text: &str) -> bool {
    text.split('%').skip(1).any(|rest| !rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count().eq(&2))
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|member| member.as_str() == Some(name)))
}

fn check_fields(fields: &BTreeMap<String, String>, known: &Known<'_>) -> Result<(), String> {
    if fields.len() > MOST {
        return Err(format!("a request has up to {MOST} parameters, headers or fields"));
    }
    for (name, template) in fields {
        if name.is_empty() || name.len() > LONGEST || template.len() > LONGEST {
            return Err(format!("names and texts of a request have up to {LONGEST} letters"));
        }
        known.check(template)?;
    }
    Ok(())
}

fn check_headers(headers: &BTreeMap<String, String>) -> Result<(), String> {
    let mut seen = Vec::new();
    for (name, template) in headers {
        let lower = name.to_ascii_lowercase();
        if !is_header_name(name) {
            return Err(format!("the header {} can't be set here", printable(name)));
        }
        if seen.contains(&lower) {
            return Err(format!("the header {lower} is there twice"));
        }
        let literal = parse(template)?.into_iter().all(|piece| match piece {
            Piece::Text(text) => is_header_value(text.trim()),
            Piece::Argument(_) => true,
        });
        if !literal || template.trim() != template {
            return Err(format!("the header {lower} must be visible ASCII letters"));
        }
        seen.push(lower);
    }
    Ok(())
}

/// Whether a tool may send a header of this name (RFC 9110 section 5.6.2): one that is neither ours nor the connection's.
#[must_use]
pub fn is_header_name(name: &str) -> bool {
    let token = |letter: u8| letter.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&letter);
    let lower = name.to_ascii_lowercase();
    (1..=64).contains(&name.len())
        && name.bytes().all(token)
        && !OURS.contains(&lower.as_str())
        && !OUR_PREFIXES.iter().any(|prefix| lower.starts_with(prefix))
}

fn check_json(value: &Value, known: &Known<'_>) -> Result<(), String> {
    match value {
        Value::String(text) => known.check(text).map(drop),
        Value::Array(elements) => elements.iter().try_for_each(|element| check_json(element, known)),
        Value::Object(members) => members.values().try_for_each(|member| check_json(member, known)),
        _ => Ok(()),
    }
}

fn printable(name: &str) -> String {
    name.chars().filter(char::is_ascii_graphic).take(64).collect()
}
