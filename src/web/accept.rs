//! Who asks: a person's browser, or a program.

use axum::http::{HeaderMap, header};

/// Whether `Accept` prefers a page: browsers name `text/html` first, programs do not name it.
pub fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let place = |kind: &str| accept.split(',').position(|entry| entry.trim().starts_with(kind));
    match (place("text/html"), place("application/json")) {
        (Some(html), Some(json)) => html < json,
        (html, _) => html.is_some(),
    }
}
