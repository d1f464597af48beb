//! The issuer: who we are, byte for byte (RFC 8414 section 2).

use std::fmt;

use url::Host;

use super::ConfigError;
use crate::protocol::uri;

const SETTING: &str = "OAUTH_ISSUER_URL";

/// The issuer's URL: scheme, host and, unless it is the usual one, port; nothing after, not even a slash. `https`, or
/// `http` for a host on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    https: bool,
    loopback: bool,
}

impl Issuer {
    /// Reads an issuer.
    ///
    /// # Errors
    /// Names `OAUTH_ISSUER_URL` and says how the issuer must be written. Only the normal form is taken, since tokens,
    /// metadata and the `Host` header are compared with it byte for byte.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let wrong = |problem: String| ConfigError::new(SETTING, problem);
        let url = uri::parse(text).ok_or_else(|| wrong("must be a URL such as https://auth.example.com".to_owned()))?;
        let loopback = url.host().is_some_and(|host| is_loopback(&host));
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            _ => return Err(wrong("must begin with https:// (http:// only for a host on this machine)".to_owned())),
        }
        let normal = url.origin().ascii_serialization();
        if normal != text {
            return Err(wrong(format!("must be scheme, host and port only, in normal form: {normal}")));
        }
        Ok(Self { text: normal, https: url.scheme() == "https", loopback })
    }

    /// The issuer as it is written in `iss`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL of one of our paths; `path` begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Host and port as a `Host` header writes them.
    #[must_use]
    pub fn host(&self) -> &str {
        self.text.split_once("://").map_or("", |(_, host)| host)
    }

    /// Whether the issuer is reached by https.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Whether the issuer's host is this machine: one of two conditions of development.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_scheme_host_and_port_and_keeps_its_bytes() {
        for (text, host, https, loopback) in [
            ("https://auth.example.com", "auth.example.com", true, false),
            ("https://auth.example.com:8443", "auth.example.com:8443", true, false),
            ("http://localhost:8787", "localhost:8787", false, true),
            ("http://127.0.0.1", "127.0.0.1", false, true),
            ("http://[::1]:8787", "[::1]:8787", false, true),
            ("https://localhost", "localhost", true, true),
        ] {
            let issuer = Issuer::parse(text).unwrap();
            assert_eq!(issuer.as_str(), text);
            assert_eq!(issuer.url("/oauth/token"), format!("{text}/oauth/token"));
            assert_eq!((issuer.host(), issuer.is_https(), issuer.is_loopback()), (host, https, loopback), "{text}");
        }
    }

    #[test]
    fn an_issuer_written_otherwise_is_refused_with_the_way_to_write_it() {
        for (text, reason) in [
            ("auth.example.com", "https://"),
            ("ftp://auth.example.com", "https://"),
            ("http://auth.example.com", "https://"),
            ("http://localhost.example.com", "https://"),
            ("http://10.0.0.1", "https://"),
            ("https://auth.example.com/", "normal form: https://auth.example.com"),
            ("https://auth.example.com/tenant", "normal form"),
            ("https://auth.example.com?x", "normal form"),
            ("https://auth.example.com#x", "normal form"),
            ("https://user@auth.example.com", "normal form"),
            ("https://Auth.Example.com", "normal form: https://auth.example.com"),
            ("https://auth.example.com:443", "normal form: https://auth.example.com"),
            ("http://127.1", "normal form: http://127.0.0.1"),
        ] {
            let error = Issuer::parse(text).unwrap_err();
            assert_eq!(error.setting, "OAUTH_ISSUER_URL");
            assert!(error.problem.contains(reason), "{text}: {}", error.problem);
        }
    }
}
