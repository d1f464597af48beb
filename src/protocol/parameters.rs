//! The parameters of a request: a query or a form body, `application/x-www-form-urlencoded` (RFC 6749 appendix B),
//! read strictly, so that nothing is understood here otherwise than it was meant or logged elsewhere.

use std::fmt;

use url::form_urlencoded::Serializer;

use super::error::OAuthError;

/// Names and values in the order they came. Values may be secrets, so `Debug` shows the names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

/// More than any request of ours needs, and few enough to look through one by one.
const MOST_PARAMETERS: usize = 128;

/// Longest parameter name that is repeated to the caller.
const LONGEST_NAME_SHOWN: usize = 64;

impl Parameters {
    /// Reads a query or a form body.
    ///
    /// # Errors
    /// `invalid_request` for broken percent-encoding, broken UTF-8, or more than 128 parameters.
    pub fn parse(encoded: &[u8]) -> Result<Self, OAuthError> {
        let mut parameters = Vec::new();
        for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if parameters.len() == MOST_PARAMETERS {
                return Err(OAuthError::invalid_request("the request has too many parameters"));
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let (name, value) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
            let (Some(name), Some(value)) = (decode(name), decode(value)) else {
                return Err(OAuthError::invalid_request("a parameter is not properly percent-encoded UTF-8"));
            };
            parameters.push((name, value));
        }
        Ok(Self(parameters))
    }

    /// The value of a parameter that may be left out. An empty one counts as left out (RFC 6749 3.1, 3.2).
    ///
    /// # Errors
    /// `invalid_request` when it was sent twice, even if empty.
    pub fn optional(&self, name: &str) -> Result<Option<&str>, OAuthError> {
        let mut values = self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let value = values.next();
        if values.next().is_some() {
            return Err(repeated(name));
        }
        Ok(value.filter(|value| !value.is_empty()))
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// `invalid_request` when it is missing, empty, or was sent twice.
    pub fn required(&self, name: &str) -> Result<&str, OAuthError> {
        self.optional(name)?.ok_or_else(|| OAuthError::invalid_request(format!("parameter {} is missing", shown(name))))
    }

    /// All values of a parameter that may be repeated, empty ones left out.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.iter().filter(|(known, value)| *known == name && !value.is_empty()).map(|(_, value)| value).collect()
    }

    /// Refuses any parameter sent twice (RFC 6749 3.1, 3.2), known to us or not, but those in `may_repeat`.
    ///
    /// # Errors
    /// `invalid_request` that names the first one repeated.
    pub fn refuse_repeated(&self, may_repeat: &[&str]) -> Result<(), OAuthError> {
        let names = || self.iter().map(|(name, _)| name);
        let seen_before = |(at, name): &(usize, &str)| names().take(*at).any(|known| known == *name);
        match names().enumerate().filter(|(_, name)| !may_repeat.contains(name)).find(seen_before) {
            Some((_, name)) => Err(repeated(name)),
            None => Ok(()),
        }
    }

    /// The first value of a parameter, however often it was sent; an empty one counts as left out. For what is shown
    /// or logged; what decides anything is read by [`Parameters::optional`].
    #[must_use]
    pub fn first(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value).filter(|value| !value.is_empty())
    }

    /// All names and values in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The parameters as `application/x-www-form-urlencoded` again; [`Parameters::parse`] reads them back.
    #[must_use]
    pub fn encode(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

impl FromIterator<(String, String)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(parameters: I) -> Self {
        Self(parameters.into_iter().collect())
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

fn repeated(name: &str) -> OAuthError {
    OAuthError::invalid_request(format!("parameter {} is repeated", shown(name)))
}

/// A parameter name as an `error_description` may hold it (RFC 6749 5.2); a strange one is not repeated at all.
fn shown(name: &str) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if !name.is_empty() && name.len() <= LONGEST_NAME_SHOWN && name.bytes().all(is_plain) { name } else { "(unnamed)" }
}

/// The text behind one form-urlencoded name or value; `None` for broken percent-encoding or broken UTF-8.
pub(super) fn decode(encoded: &[u8]) -> Option<String> {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((byte, after)) = rest.split_first() {
        let (byte, after) = match byte {
            b'+' => (b' ', after),
            b'%' => {
                let ([high, low], after) = after.split_first_chunk()?;
                (hex_digit(*high)? << 4 | hex_digit(*low)?, after)
            }
            plain => (*plain, after),
        };
        decoded.push(byte);
        rest = after;
    }
    String::from_utf8(decoded).ok()
}

const fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(encoded: &str) -> Parameters {
        Parameters::parse(encoded.as_bytes()).unwrap_or_default()
    }

    fn refusal<T>(result: Result<T, OAuthError>) -> String {
        result.err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn well_formed_input_is_read_as_it_was_meant() {
        let table: &[(&str, &[(&str, &str)])] = &[
            ("", &[]),
            ("&&", &[]),
            ("a=1&b=2", &[("a", "1"), ("b", "2")]),
            ("a=1&&b=2&", &[("a", "1"), ("b", "2")]),
            ("a", &[("a", "")]),
            ("a=", &[("a", "")]),
            ("=", &[("", "")]),
            ("a=b=c", &[("a", "b=c")]),
            ("a=b+c%20d%2Be", &[("a", "b c d+e")]),
            ("%61=%e2%82%AC", &[("a", "€")]),
            ("a=€", &[("a", "€")]),
            ("a=1%262&b%3Dc=3", &[("a", "1&2"), ("b=c", "3")]),
            ("a=1;b=2", &[("a", "1;b=2")]),
        ];
        for (encoded, expected) in table {
            assert_eq!(parse(encoded).iter().collect::<Vec<_>>(), *expected, "{encoded}");
        }
    }

    #[test]
    fn broken_encoding_is_refused_and_not_echoed() {
        let table: &[&[u8]] = &[
            b"a=%",
            b"a=%4",
            b"a=%4&b=1",
            b"a=%zz",
            b"%g0=1",
            b"a=% 1",
            b"a=%ff",
            b"a=\xff",
            b"a=%c3%28",
            b"a=%u0041",
        ];
        for encoded in table {
            let expected = "invalid_request: a parameter is not properly percent-encoded UTF-8";
            assert_eq!(refusal(Parameters::parse(encoded)), expected, "{encoded:?}");
        }
    }

    #[test]
    fn at_most_128_parameters_are_read() {
        assert!(Parameters::parse("a&".repeat(128).as_bytes()).is_ok());
        let refused = refusal(Parameters::parse("a&".repeat(129).as_bytes()));
        assert_eq!(refused, "invalid_request: the request has too many parameters");
    }

    #[test]
    fn a_parameter_is_sent_once_or_refused() {
        let parameters = parse("once=1&empty=&twice=1&twice=1&half=&half=1");
        assert_eq!(parameters.optional("once").ok(), Some(Some("1")));
        assert_eq!(parameters.optional("empty").ok(), Some(None));
        assert_eq!(parameters.optional("absent").ok(), Some(None));
        assert_eq!(refusal(parameters.optional("twice")), "invalid_request: parameter twice is repeated");
        assert_eq!(refusal(parameters.optional("half")), "invalid_request: parameter half is repeated");
        assert_eq!(parameters.required("once").ok(), Some("1"));
        assert_eq!(refusal(parameters.required("empty")), "invalid_request: parameter empty is missing");
        assert_eq!(refusal(parameters.required("absent")), "invalid_request: parameter absent is missing");
        assert_eq!(refusal(parameters.required("twice")), "invalid_request: parameter twice is repeated");
    }

    #[test]
    fn first_looks_at_the_first_value_only() {
        let parameters = parse("a=1&a=2&b=&b=2");
        assert_eq!((parameters.first("a"), parameters.first("b"), parameters.first("c")), (Some("1"), None, None));
    }

    #[test]
    fn only_what_may_repeat_may_repeat() {
        let parameters = parse("resource=a&resource=&resource=b&x=1");
        assert!(parameters.refuse_repeated(&["resource"]).is_ok());
        assert_eq!(refusal(parameters.refuse_repeated(&[])), "invalid_request: parameter resource is repeated");
        assert_eq!(parameters.all("resource"), ["a", "b"]);
        assert!(parameters.all("y").is_empty());
    }

    #[test]
    fn a_strange_name_is_never_echoed() {
        for name in ["%22", "%5C", "a%0D%0AX", "%E2%82%AC", "a+b", "<b>", "", &"a".repeat(65)] {
            let refused = refusal(parse(&format!("{name}=1&{name}=2")).refuse_repeated(&[]));
            assert_eq!(refused, "invalid_request: parameter (unnamed) is repeated", "{name}");
        }
    }

    #[test]
    fn debug_shows_names_only() {
        assert_eq!(format!("{:?}", parse("client_secret=hush&code=hush")), r#"["client_secret", "code"]"#);
    }

    proptest! {
        #[test]
        fn reading_any_bytes_never_panics(encoded in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(parameters) = Parameters::parse(&encoded) {
                prop_assert_eq!(Parameters::parse(parameters.encode().as_bytes()).ok(), Some(parameters));
            }
        }

        #[test]
        fn what_is_encoded_is_read_back(pairs in prop::collection::vec((".*", ".*"), 0..20)) {
            let parameters: Parameters = pairs.into_iter().collect();
            let encoded = parameters.encode();
            prop_assert!(encoded.is_ascii());
            prop_assert_eq!(Parameters::parse(encoded.as_bytes()).ok(), Some(parameters));
        }

        #[test]
        fn what_is_refused_is_described_in_the_characters_of_rfc_6749(name in ".*") {
            let twice: Parameters = [(name.clone(), String::new()), (name, String::new())].into_iter().collect();
            let description = twice.refuse_repeated(&[]).err().map(|error| error.description.clone()).unwrap_or_default();
            prop_assert!(description.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E)));
            prop_assert!(description.ends_with("is repeated"));
        }
    }
}
