//! Requests to other servers.

use async_trait::async_trait;
use futures_util::StreamExt;
use worker::wasm_bindgen::JsCast;
use worker::wasm_bindgen_futures::JsFuture;
use worker::web_sys::{self, AbortController, RequestInit, RequestRedirect, WorkerGlobalScope};
use worker::{Response, ResponseBody, js_sys};

use super::hop::hop;
use crate::ports::{Caching, HttpClient, HttpLimits, HttpReply, HttpRequest, Stored};

/// The runtime's `fetch`.
pub struct WorkerHttp;

#[async_trait]
impl HttpClient for WorkerHttp {
    async fn get(&self, url: &str, limits: HttpLimits) -> Stored<HttpReply> {
        hop("http", limits.deadline, fetch(url, RequestInit::new(), limits.bytes)).await
    }

    async fn send(&self, request: HttpRequest, limits: HttpLimits) -> Stored<HttpReply> {
        hop("http", limits.deadline, send_now(request, limits.bytes)).await
    }

    async fn post_form(&self, url: &str, form: String, limits: HttpLimits) -> Stored<HttpReply> {
        hop("http", limits.deadline, post(url, form)).await
    }
}

async fn send_now(request: HttpRequest, most: usize) -> worker::Result<HttpReply> {
    let (init, headers) = (RequestInit::new(), web_sys::Headers::new()?);
    for (name, value) in &request.headers {
        headers.append(name, value)?;
    }
    init.set_method(request.method);
    init.set_headers(&headers);
    if let Some(body) = request.body {
        init.set_body(&body.into());
    }
    fetch(&request.url, init, most).await
}

async fn fetch(url: &str, init: RequestInit, most: usize) -> worker::Result<HttpReply> {
    let (_running, mut response) = send(url, init).await?;
    let headers = response.headers();
    let content_type = headers.get("content-type")?;
    let caching = Caching { cache_control: headers.get("cache-control")?, age: headers.get("age")? };
    let body = read(&mut response, most).await?;
    Ok(HttpReply { status: response.status_code(), content_type, caching, body })
}

/// What is answered beyond the status is of no use, however long it is, and not read.
async fn post(url: &str, form: String) -> worker::Result<HttpReply> {
    let (init, headers) = (RequestInit::new(), web_sys::Headers::new()?);
    headers.set("content-type", "application/x-www-form-urlencoded")?;
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&form.into());
    let (_running, response) = send(url, init).await?;
    let content_type = response.headers().get("content-type")?;
    Ok(HttpReply { status: response.status_code(), content_type, caching: Caching::default(), body: Vec::new() })
}

async fn send(url: &str, init: RequestInit) -> worker::Result<(Running, Response)> {
    let running = Running(AbortController::new()?);
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&running.0.signal()));
    let runtime: WorkerGlobalScope = js_sys::global().unchecked_into();
    let answer = JsFuture::from(runtime.fetch_with_str_and_init(url, &init)).await?;
    Ok((running, Response::from(answer.unchecked_into::<web_sys::Response>())))
}

/// Stops as soon as there is too much; what a `Content-Length` says is not relied on. An answer without a body (204) is read
/// as an empty one, which `stream` refuses.
async fn read(response: &mut Response, most: usize) -> worker::Result<Vec<u8>> {
    let mut body = Vec::new();
    if matches!(response.body(), ResponseBody::Empty) {
        return Ok(body);
    }
    let mut chunks = response.stream()?;
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk?);
        if body.len() > most {
            return Err(format!("the answer is over {most} bytes").into());
        }
    }
    Ok(body)
}

/// Ends the request when nobody waits for it any more: at its deadline, or when enough of the answer is known.
struct Running(AbortController);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.abort();
    }
}
