//! A line of the log: one JSON object that names what happened (`event`), and the request that it happened in (`request_id`).
//! docs/logs.md lists them all.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use log::Level;
use serde_json::Value;

thread_local! {
    static REQUEST: RefCell<Option<Arc<str>>> = const { RefCell::new(None) };
}

/// Writes a line; `members` is an object.
pub fn log_line(level: Level, event: &str, mut members: Value) {
    if !log::log_enabled!(level) {
        return;
    }
    if let Value::Object(members) = &mut members {
        members.insert("event".to_owned(), event.into());
        if let Some(request_id) = current_request() {
            members.insert("request_id".to_owned(), (*request_id).into());
        }
    }
    log::log!(level, "{members}");
}

/// The request whose future is being polled.
#[must_use]
pub fn current_request() -> Option<Arc<str>> {
    // Not borrowed by anybody who could panic, but a panic must be told whatever happens.
    REQUEST.with(|current| current.try_borrow().ok()?.clone())
}

/// Runs `future` so that the lines that are written in it name this request. An isolate interleaves requests at every `await`, so
/// that is set for each poll, and what was set before is put back after it.
pub fn in_request<F: Future>(request_id: Option<Arc<str>>, future: F) -> InRequest<F> {
    InRequest { request_id, future: Box::pin(future) }
}

/// See [`in_request`].
pub struct InRequest<F> {
    request_id: Option<Arc<str>>,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for InRequest<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        let before = REQUEST.replace(self.request_id.clone());
        let answer = self.future.as_mut().poll(task);
        REQUEST.set(before);
        answer
    }
}
