//! Our answers as the runtime's: whole, since all of ours are made whole. (A stream would lose the length, and would
//! cost a turn through JavaScript for each chunk.)

use axum::body::{Body, to_bytes};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use log::Level;
use worker::js_sys::Uint8Array;
use worker::web_sys;

use super::console::report;
use super::objects::socket;

/// `response`, for the runtime; that of a socket is the runtime's already. Made without `worker::Response`, which panics at what
/// the runtime refuses.
///
/// # Errors
/// When the body cannot be read, or the runtime takes no such response.
pub async fn sent(response: Response<Body>) -> worker::Result<web_sys::Response> {
    if let Some(socket) = response.extensions().get().and_then(socket::answer) {
        return Ok(socket);
    }
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(|error| error.to_string())?;
    let init = web_sys::ResponseInit::new();
    init.set_status(parts.status.as_u16());
    init.set_headers(headers(&parts.headers)?.as_ref());
    let body = allows_body(parts.status).then(|| Uint8Array::from(&bytes[..]));
    Ok(web_sys::Response::new_with_opt_buffer_source_and_init(body.as_deref(), &init)?)
}

/// The answer to what is not even a request to the router.
pub fn bad_request() -> Response<Body> {
    let mut response = Response::new(Body::from("Bad request: the URL or a header holds what HTTP does not allow.\n"));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// With these the runtime throws at a body, even an empty one.
fn allows_body(status: StatusCode) -> bool {
    let without = [StatusCode::NO_CONTENT, StatusCode::RESET_CONTENT, StatusCode::NOT_MODIFIED];
    !status.is_informational() && !without.contains(&status)
}

/// A header that the runtime refuses is left out: nothing of ours should be, and the rest of the answer still counts.
fn headers(ours: &HeaderMap) -> worker::Result<web_sys::Headers> {
    let headers = web_sys::Headers::new()?;
    for (name, value) in ours {
        let kept = value.to_str().is_ok_and(|value| headers.append(name.as_str(), value).is_ok());
        if !kept {
            report(Level::Error, "reply", &format!("the header {name} was left out"));
        }
    }
    Ok(headers)
}
