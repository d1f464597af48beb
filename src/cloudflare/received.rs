//! The runtime's request as ours, its body whole where it is short: a stream costs several turns through JavaScript,
//! and the `worker` crate takes every body for one.

use axum::body::Body;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};
use worker::js_sys::{Array, Reflect, Uint8Array};
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys;

use crate::web::Place;

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
    // Only browsers with cookies have sessions, in whose list the place is shown.
    if let Some(place) = headers.get(header::COOKIE).and_then(|_| place(&request)) {
        ours.extensions_mut().insert(Place(place));
    }
    *ours.headers_mut() = headers;
    Ok(ours)
}

/// City and country, as far as the edge knows them (`request.cf`).
fn place(request: &web_sys::Request) -> Option<String> {
    let member = |object: &JsValue, name| Reflect::get(object, &JsValue::from_str(name)).ok();
    let known = member(request, "cf").filter(JsValue::is_object)?;
    let text = |name| member(&known, name)?.as_string().filter(|text| (1..=100).contains(&text.len()));
    let parts: Vec<String> = [text("city"), text("country")].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
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
