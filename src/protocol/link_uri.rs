//! Links that a client gives of itself: home page, logo, terms, privacy (RFC 7591 section 2).

use super::redirect_uri::is_loopback_host;
use crate::protocol::uri;

/// Longest link, in bytes.
const LONGEST: usize = 2000;

/// Whether people may be sent there: an `https` URL in plain letters, without a name or password in it. In development
/// also `http` on the loopback interface.
#[must_use]
pub fn is_allowed(text: &str, development: bool) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"'<>\\`^{|}".contains(&byte);
    if text.len() > LONGEST || !text.bytes().all(plain) {
        return false;
    }
    let Some(url) = uri::parse(text) else { return false };
    let nobody = url.username().is_empty() && url.password().is_none();
    nobody
        && match url.scheme() {
            "https" => url.has_host(),
            "http" => development && url.host_str().is_some_and(is_loopback_host),
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_https_or_in_development_http_on_loopback() {
        for link in ["https://app.example", "https://app.example:8443/a?b=c#d", "HTTPS://app.example/"] {
            assert!(is_allowed(link, false) && is_allowed(link, true), "{link}");
        }
        for link in ["http://localhost:3000/", "http://127.0.0.1/", "http://[::1]:1/"] {
            assert!(!is_allowed(link, false) && is_allowed(link, true), "{link}");
        }
    }

    #[test]
    fn nothing_else_is_a_link() {
        let long = format!("https://app.example/{}", "a".repeat(2000));
        for link in [
            "",
            "http://app.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            "//app.example",
            "/path",
            "app.example",
            "https://",
            "https://user@app.example/",
            "https://:word@app.example/",
            "https://app.example/\"onclick=",
            "https://app.example/a b",
            "https://app.example\\@evil.example/",
            " https://app.example",
            "https://app.example/\n",
            "com.example.app:/cb",
            &long,
        ] {
            assert!(!is_allowed(link, true), "{link}");
        }
    }
}
