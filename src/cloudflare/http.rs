//! Requests to other servers.

use async_trait::async_trait;
use futures_util::StreamExt;
use worker::{AbortController, Fetch, Request, RequestInit, RequestRedirect, Response};

use super::hop::hop;
use crate::ports::{HttpClient, HttpLimits, HttpReply, Stored};

/// The runtime's `fetch`.
pub struct WorkerHttp;

#[async_trait]
impl HttpClient for WorkerHttp {
    async fn get(&self, url: &str, limits: HttpLimits) -> Stored<HttpReply> {
        hop("http", limits.deadline, get_now(url, limits.bytes)).await
    }
}

async fn get_now(url: &str, most: usize) -> worker::Result<HttpReply> {
    let mut init = RequestInit::new();
    init.with_redirect(RequestRedirect::Manual);
    let request = Request::new_with_init(url, &init)?;
    let controller = AbortController::default();
    let signal = controller.signal();
    let _running = Running(Some(controller));
    let mut response = Fetch::Request(request).send_with_signal(&signal).await?;
    let content_type = response.headers().get("content-type")?;
    let body = read(&mut response, most).await?;
    Ok(HttpReply { status: response.status_code(), content_type, body })
}

/// Stops as soon as there is too much; what a `Content-Length` says is not relied on.
async fn read(response: &mut Response, most: usize) -> worker::Result<Vec<u8>> {
    let mut chunks = response.stream()?;
    let mut body = Vec::new();
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk?);
        if body.len() > most {
            return Err(format!("the answer is over {most} bytes").into());
        }
    }
    Ok(body)
}

/// Ends the request when nobody waits for it any more: at its deadline, or when the answer is too long.
struct Running(Option<AbortController>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}
