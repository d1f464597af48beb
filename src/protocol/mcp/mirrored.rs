//! The headers in which a request says again what its body says, so that what stands between need not read bodies
//! (2026-07-28, Streamable HTTP, Request Metadata).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::HEADER_MISMATCH;
use crate::protocol::json_rpc::Error;

/// All headers of a request whose name begins with `mcp-`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mirrored(Vec<(String, String)>);

impl FromIterator<(String, String)> for Mirrored {
    /// Names in small letters; a value that is no UTF-8 with something in it that is no ASCII.
    fn from_iter<I: IntoIterator<Item = (String, String)>>(headers: I) -> Self {
        Self(headers.into_iter().filter(|(name, _)| name.starts_with("mcp-")).collect())
    }
}

impl Mirrored {
    /// The header of this name, in small letters.
    ///
    /// # Errors
    /// When it came twice, or has letters that a header may not have (RFC 9110 section 5.5).
    pub fn get(&self, name: &str) -> Result<Option<&str>, Error> {
        let mut values = self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value);
        let (first, second) = (values.next(), values.next());
        let good = |value: &&String| value.bytes().all(|letter| matches!(letter, b'\t' | b' '..=b'~'));
        match first.map(|value| Some(value).filter(good)) {
            None => Ok(None),
            Some(Some(value)) if second.is_none() => Ok(Some(value.trim_matches([' ', '\t']))),
            _ => Err(mismatch(name)),
        }
    }

    /// That the header of this name is there and says `value`.
    ///
    /// # Errors
    /// Otherwise.
    pub fn says(&self, name: &str, value: &str) -> Result<(), Error> {
        if self.get(name)? == Some(value) { Ok(()) } else { Err(mismatch(name)) }
    }

    /// As [`Self::get`], where the value may be written in base64 (Value Encoding).
    ///
    /// # Errors
    /// As [`Self::get`], and when that is no base64 of text.
    pub fn decoded(&self, name: &str) -> Result<Option<String>, Error> {
        let Some(value) = self.get(name)? else { return Ok(None) };
        let Some(encoded) = value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) else {
            return Ok(Some(value.to_owned()));
        };
        let decoded = STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded.map(Some).ok_or_else(|| mismatch(name))
    }
}

/// The error for a header that is missing, or does not say what the body says.
pub(super) fn mismatch(name: &str) -> Error {
    Error::new(HEADER_MISMATCH, format!("the header {name} must be there and say what the body says"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(headers: &[(&str, &str)]) -> Mirrored {
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn code(outcome: Result<Option<String>, Error>) -> i32 {
        outcome.unwrap_err().code
    }

    #[test]
    fn a_header_says_one_thing_in_plain_letters_or_none() {
        let headers = sent(&[("mcp-name", " \tsearch "), ("mcp-two", "a"), ("mcp-two", "a"), ("mcp-odd", "caf\u{e9}")]);
        assert_eq!(headers.get("mcp-name"), Ok(Some("search")));
        assert_eq!(headers.get("mcp-none"), Ok(None));
        for name in ["mcp-two", "mcp-odd"] {
            assert_eq!(headers.get(name).unwrap_err().code, HEADER_MISMATCH, "{name}");
        }
        assert_eq!(headers.says("mcp-name", "search"), Ok(()));
        for (name, value) in [("mcp-name", "Search"), ("mcp-none", "")] {
            assert_eq!(headers.says(name, value).unwrap_err().code, HEADER_MISMATCH, "{name}");
        }
        assert_eq!(sent(&[("authorization", "Bearer x")]), Mirrored::default(), "no other header is kept");
    }

    /// The table of "Encoding examples", and what SEP-2243 wants refused.
    #[test]
    fn a_value_in_base64_is_decoded_and_what_only_looks_so_is_not() {
        for (value, decoded) in [
            ("us-west1", "us-west1"),
            ("=?base64?SGVsbG8sIOS4lueVjA==?=", "Hello, \u{4e16}\u{754c}"),
            ("=?base64?IHBhZGRlZCA=?=", " padded "),
            ("=?base64?bGluZTEKbGluZTI=?=", "line1\nline2"),
            ("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=", "=?base64?literal?="),
            ("SGVsbG8=", "SGVsbG8="),
            ("=?base64?SGVsbG8=", "=?base64?SGVsbG8="),
            ("=?BASE64?SGVsbG8=?=", "=?BASE64?SGVsbG8=?="),
            ("=?base64?=", "=?base64?="),
        ] {
            assert_eq!(sent(&[("mcp-name", value)]).decoded("mcp-name"), Ok(Some(decoded.to_owned())), "{value}");
        }
        for value in ["=?base64?SGVsbG8?=", "=?base64?SGVs!!!bG8=?=", "=?base64?/w==?="] {
            assert_eq!(code(sent(&[("mcp-name", value)]).decoded("mcp-name")), HEADER_MISMATCH, "{value}");
        }
    }
}
