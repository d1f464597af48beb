//! The headers that keep pages, tokens and browsers out of trouble (docs/security.md).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::app::App;
use crate::config::Brand;
use crate::protocol::uri;

/// One year; the issuer is https, so everything of it is.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");

const BARE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
);

/// Gives an answer the headers that it did not choose otherwise.
pub fn harden(app: &App, headers: &mut HeaderMap) {
    if let Some(policy) = content_security_policy(&app.config.brand, Forms::StayHere) {
        put(headers, header::CONTENT_SECURITY_POLICY, policy);
    }
    if app.config.issuer.is_https() {
        put(headers, header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    harden_bare(headers);
}

/// The same for an answer that knows no settings.
pub fn harden_bare(headers: &mut HeaderMap) {
    put(headers, header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    put(headers, header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // `no-referrer` would make our own forms send `Origin: null`.
    put(headers, header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    put(headers, header::CONTENT_SECURITY_POLICY, BARE_POLICY);
}

/// Where the forms of a page may lead. Chromium applies `form-action` to every redirect that follows a form, also at the
/// client's own site, so pages whose forms may end at a client leave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forms {
    /// To us.
    StayHere,
    /// To us, and a script of ours adds some comfort.
    StayWithComfort,
    /// To us, and by redirect to a client.
    LeadToClients,
    /// To us, and by redirect to another provider; a script of ours adds some comfort.
    LeadOutWithComfort,
    /// To a client, sent by a script of ours.
    PostByScript,
}

/// No inline code, nothing from elsewhere but the operator's logo, no frames.
#[must_use]
pub fn content_security_policy(brand: &Brand, forms: Forms) -> Option<HeaderValue> {
    let logo = brand.logo_url.as_deref().and_then(uri::parse);
    let logo = logo.map(|logo| format!(" {}", logo.origin().ascii_serialization())).unwrap_or_default();
    let forms = match forms {
        Forms::StayHere => "; form-action 'self'",
        Forms::StayWithComfort => "; script-src 'self'; form-action 'self'",
        Forms::LeadToClients => "",
        Forms::LeadOutWithComfort | Forms::PostByScript => "; script-src 'self'",
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'{logo}; base-uri 'none'; frame-ancestors 'none'{forms}"
    );
    HeaderValue::from_str(&policy).ok()
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    headers.entry(name).or_insert(value);
}
