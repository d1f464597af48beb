//! Arguments in the path of a URL. What is before the path is constant.

use super::Arguments;
use super::pieces::{Piece, fill as fill_pieces, parse};
use crate::protocol::uri;
use crate::protocol::violation::Violation;

/// Longest URL that is sent.
const LONGEST: usize = 8 * 1024;

/// What stands before the path, and the path; `None` when there is no path.
pub fn split(url: &str) -> Option<(&str, &str)> {
    let authority = url.find("://")? + 3;
    let path = authority + url.get(authority..)?.find('/')?;
    url.split_at_checked(path)
}

/// The segments of a path, each as its pieces.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn segments(path: &str) -> Result<Vec<Vec<Piece>>, &'static str> {
    path.strip_prefix('/').unwrap_or(path).split('/').map(parse).collect()
}

/// The URL with these arguments in its path, and this query after it.
pub fn fill(template: &str, query: &str, arguments: &Arguments) -> Result<String, Violation> {
    let (before, path) = split(template).ok_or_else(|| Violation::of_all("the tool's URL has no path"))?;
    let mut url = before.to_owned();
    for segment in segments(path).map_err(Violation::of_all)? {
        url.push('/');
        url.push_str(&fill_segment(&segment, arguments)?);
    }
    if !query.is_empty() {
        url.push('?');
        url.push_str(query);
    }
    // What is asked is what was written: a parser that would read it another way is not given it.
    let same = uri::parse(&url).is_some_and(|parsed| parsed.as_str() == url);
    if same && url.len() <= LONGEST {
        Ok(url)
    } else {
        Err(Violation::of_all("the tool's URL cannot hold these arguments"))
    }
}

fn fill_segment(segment: &[Piece], arguments: &Arguments) -> Result<String, Violation> {
    let argument = segment.iter().find_map(|piece| match piece {
        Piece::Argument(name) => Some(name.as_str()),
        Piece::Text(_) => None,
    });
    let filled = fill_pieces(segment, arguments, encode)?;
    match (filled, argument) {
        // Such a segment is no name of anything: a server would go elsewhere (RFC 3986 section 3.3, 5.2.4).
        (Some(filled), Some(argument)) if matches!(filled.as_str(), "" | "." | "..") => Err(not_there(argument)),
        (Some(filled), _) => Ok(filled),
        (None, argument) => Err(Violation::of(argument.unwrap_or_default(), "is missing")),
    }
}

/// Everything but RFC 3986's unreserved letters is percent-encoded. Servers that decode too early would still take a slash
/// for one, so an argument may not lead upwards even then; and none may hold control characters.
fn encode(argument: &str, text: &str) -> Result<String, Violation> {
    let upwards = text.split(['/', '\\']).any(|part| matches!(part, "." | ".."));
    if upwards || text.chars().any(char::is_control) {
        return Err(not_there(argument));
    }
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(char::from(byte)),
            _ => {
                encoded.push('%');
                encoded.extend([byte >> 4, byte & 15].into_iter().filter_map(hexadecimal));
            }
        }
    }
    Ok(encoded)
}

fn hexadecimal(nibble: u8) -> Option<char> {
    char::from_digit(u32::from(nibble), 16).map(|digit| digit.to_ascii_uppercase())
}

fn not_there(argument: &str) -> Violation {
    Violation::of(argument, "is sent in the path: it may be neither empty nor . or .. nor hold control characters")
}
