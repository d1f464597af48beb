//! Our answers as the runtime's: whole, since all of ours are made whole. (A stream would lose the length, and would
//! cost a turn through JavaScript for each chunk.)

use axum::body::{Body, to_bytes};
use http::{HeaderMap, Response, StatusCode};
use log::Level;
use worker::{Headers, ResponseBuilder};

use super::console::report;

/// `response`, for the runtime.
///
/// # Errors
/// When the body cannot be read.
pub async fn sent(response: Response<Body>) -> worker::Result<worker::Response> {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(|error| error.to_string())?;
    let builder = ResponseBuilder::new().with_status(parts.status.as_u16()).with_headers(headers(&parts.headers));
    // The runtime throws at a body, even an empty one, where the status allows none.
    let is_empty = bytes.is_empty() || parts.status == StatusCode::NO_CONTENT || parts.status.is_informational();
    Ok(if is_empty { builder.empty() } else { builder.fixed(bytes.to_vec()) })
}

/// The answer to what is not even a request to the router.
///
/// # Errors
/// Never in practice: the header is a constant.
pub fn bad_request() -> worker::Result<worker::Response> {
    ResponseBuilder::new().with_status(400).ok("Bad request: the URL or a header holds what HTTP does not allow.\n")
}

/// A header that the runtime refuses is left out: nothing of ours should be, and the rest of the answer still counts.
fn headers(ours: &HeaderMap) -> Headers {
    let headers = Headers::new();
    for (name, value) in ours {
        let kept = value.to_str().is_ok_and(|value| headers.append(name.as_str(), value).is_ok());
        if !kept {
            report(Level::Error, "reply", &format!("the header {name} was left out"));
        }
    }
    headers
}
