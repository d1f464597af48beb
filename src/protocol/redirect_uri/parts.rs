//! A URI taken apart without changing a byte of it (RFC 3986 section 3).

/// The parts of `scheme:` `//authority` `rest`, as they are written.
pub(super) struct Parts<'a> {
    /// Before the first colon.
    pub(super) scheme: &'a str,
    /// What stands between `//` and the path, if there is a `//`.
    pub(super) authority: Option<&'a str>,
    /// Path and query.
    pub(super) rest: &'a str,
}

impl<'a> Parts<'a> {
    /// `None` when the text does not begin with a scheme (RFC 3986 3.1).
    pub(super) fn of(uri: &'a str) -> Option<Self> {
        let (scheme, rest) = uri.split_once(':')?;
        let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
        if !is_scheme {
            return None;
        }
        let Some(after) = rest.strip_prefix("//") else {
            return Some(Self { scheme, authority: None, rest });
        };
        let (authority, rest) = after.split_at(after.find(['/', '?', '#']).unwrap_or(after.len()));
        Some(Self { scheme, authority: Some(authority), rest })
    }

    /// Whether the scheme is this one, in any case.
    pub(super) const fn has_scheme(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    /// The host as it is written, brackets and all; `None` when there is none, or what follows it is not a port.
    pub(super) fn host(&self) -> Option<&'a str> {
        let authority = self.authority?;
        let end = match authority.find(']') {
            Some(bracket) => bracket + 1,
            None => authority.find(':').unwrap_or(authority.len()),
        };
        let (host, port) = authority.split_at_checked(end)?;
        let is_port = match port.strip_prefix(':') {
            Some(digits) => digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
            None => port.is_empty(),
        };
        (is_port && !host.is_empty()).then_some(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_falls_into_scheme_authority_and_rest() {
        let table = [
            ("https://a.example/b?c", Some(("https", Some("a.example"), "/b?c"))),
            ("https://a:1?c", Some(("https", Some("a:1"), "?c"))),
            ("com.example.app:/cb", Some(("com.example.app", None, "/cb"))),
            ("http:cb", Some(("http", None, "cb"))),
            ("http:///cb", Some(("http", Some(""), "/cb"))),
            ("/cb", None),
            ("a", None),
            ("1a:/cb", None),
            (":/cb", None),
            ("a b:/cb", None),
        ];
        for (uri, expected) in table {
            let parts = Parts::of(uri).map(|parts| (parts.scheme, parts.authority, parts.rest));
            assert_eq!(parts, expected, "{uri}");
        }
    }

    #[test]
    fn a_host_is_followed_by_a_port_or_nothing() {
        let table = [
            ("http://a", Some("a")),
            ("http://a:80", Some("a")),
            ("http://[::1]:80/", Some("[::1]")),
            ("http://[::1]", Some("[::1]")),
            ("http://a:", None),
            ("http://a:+80", None),
            ("http://a:65536", None),
            ("http://a:80:80", None),
            ("http://a:80@b", None),
            ("http://[::1]b:80", None),
            ("http://:80", None),
            ("http:///a", None),
            ("a:/b", None),
        ];
        for (uri, expected) in table {
            assert_eq!(Parts::of(uri).and_then(|parts| parts.host()), expected, "{uri}");
        }
    }
}
