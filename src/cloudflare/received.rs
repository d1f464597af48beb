//! The runtime's request as ours, its body whole where it is short: a stream costs several turns through JavaScript,
//! and the `worker` crate takes every body for one.

use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use worker::js_sys::{Array, Uint8Array};
use worker::wasm_bindgen::JsCast;
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys;

/// Bodies up to here are taken whole, bytes. Longer ones, and those that do not say, are read no further than anybody
/// wants them.
const WHOLE: u64 = 64 * 1024;

/// `request`, for the router.
///
/// # Errors
/// When its URL or a header is not what HTTP allows, or its body breaks off.
pub async fn received(request: web_sys::Request) -> worker::Result<Request<Body>> {
    let method = Method::from_bytes(request.method().as_bytes()).map_err(http::Error::from)?;
    let (url, headers) = (request.url(), headers(&request.headers())?);
    let body = match length(&headers) {
        _ if method == Method::GET || method == Method::HEAD => Body::empty(),
        Some(0) => Body::empty(),
        Some(1..=WHOLE) => whole(&request).await?,
        _ => request.body().map_or_else(Body::empty, |stream| Body::new(worker::Body::new(stream))),
    };
    let mut ours = Request::builder().method(method).uri(url).body(body)?;
    *ours.headers_mut() = headers;
    Ok(ours)
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn whole(request: &web_sys::Request) -> worker::Result<Body> {
    let content = JsFuture::from(request.array_buffer()?).await?;
    Ok(Body::from(Uint8Array::new(&content).to_vec()))
}

fn headers(theirs: &web_sys::Headers) -> worker::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for pair in theirs.entries() {
        let pair: Array = pair?.unchecked_into();
        let text = |index| pair.get(index).as_string().unwrap_or_default();
        headers.append(HeaderName::try_from(text(0))?, HeaderValue::try_from(text(1))?);
    }
    Ok(headers)
}
