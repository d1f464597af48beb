//! Cookies: the browser's binding value, the session, and the administrator's. `__Host-` and `Secure` when the issuer is https.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Issuer;
use crate::service::administration::sessions::LIFETIME;

/// A cookie of ours.
#[derive(Clone, Copy, Debug)]
pub enum Cookie {
    /// Random, set once and kept: binds interactions and forms to one browser.
    Browser,
    /// The session.
    Session,
    /// The administrator's session.
    Admin,
}

/// What a cookie value of ours looks like: 32 random bytes, base64url.
const VALUE_LENGTH: usize = 43;

/// How long a browser keeps its binding value.
const BROWSER_SECONDS: u32 = 400 * 24 * 60 * 60;

impl Cookie {
    const fn name(self, issuer_is_https: bool) -> &'static str {
        match (self, issuer_is_https) {
            (Self::Browser, true) => "__Host-ostiary_browser",
            (Self::Browser, false) => "ostiary_browser",
            (Self::Session, true) => "__Host-ostiary_session",
            (Self::Session, false) => "ostiary_session",
            (Self::Admin, true) => "__Host-ostiary_admin",
            (Self::Admin, false) => "ostiary_admin",
        }
    }

    /// The cookie's value, when the browser sent exactly one that could be ours.
    #[must_use]
    pub fn read(self, issuer: &Issuer, headers: &HeaderMap) -> Option<String> {
        let name = self.name(issuer.is_https());
        let mut values = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(found, _)| *found == name)
            .map(|(_, value)| value);
        let value = values.next()?;
        let ours =
            value.len() == VALUE_LENGTH && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        (ours && values.next().is_none()).then(|| value.to_owned())
    }

    /// A `Set-Cookie` that gives the cookie this value. The session lives as long as the browser runs, the administrator's an
    /// hour; the server decides when they are over.
    #[must_use]
    pub fn set(self, issuer: &Issuer, value: &str) -> Option<HeaderValue> {
        let age = match self {
            Self::Browser => format!("; Max-Age={BROWSER_SECONDS}"),
            Self::Session => String::new(),
            Self::Admin => format!("; Max-Age={}", LIFETIME.as_secs()),
        };
        self.header(issuer, value, &age)
    }

    /// A `Set-Cookie` that takes the cookie away.
    #[must_use]
    pub fn clear(self, issuer: &Issuer) -> Option<HeaderValue> {
        self.header(issuer, "", "; Max-Age=0")
    }

    fn header(self, issuer: &Issuer, value: &str, age: &str) -> Option<HeaderValue> {
        let name = self.name(issuer.is_https());
        let secure = if issuer.is_https() { "; Secure" } else { "" };
        // People come to the others from their apps; to the admin pages nobody needs to be led from another site.
        let same_site = if matches!(self, Self::Admin) { "Strict" } else { "Lax" };
        HeaderValue::from_str(&format!("{name}={value}; Path=/{age}; HttpOnly; SameSite={same_site}{secure}")).ok()
    }
}
