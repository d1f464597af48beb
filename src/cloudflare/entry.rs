//! What the runtime calls.

use axum::body::Body;
use http::{HeaderValue, Request, Response};
use log::Level;
use serde_json::json;
use tower::Service as _;
use worker::js_sys::{self, Reflect};
use worker::wasm_bindgen::JsValue;
use worker::{Context, Env, MessageBatch, ScheduleContext, ScheduledEvent, event, web_sys};

use super::console;
use super::isolate::{Isolate, isolate};
use super::received::received;
use super::scope::{RequestScope, scoped};
use super::{cron, queue, reply};
use crate::app::log_line;
use crate::web;

/// The isolate begins. A panic is logged with its place, then with its stack; then the `worker` crate's own hook, which must not be
/// displaced, has the isolate's wasm made anew for the next request.
#[event(start)]
fn start() {
    console::install();
    wake_by_promises();
    let of_the_worker_crate = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        log_line(Level::Error, "panic", json!({ "problem": panic.to_string() }));
        console_error_panic_hook::hook(panic);
        of_the_worker_crate(panic);
    }));
}

/// Futures are woken by way of `queueMicrotask`, unless there is none: then by a promise, which the runtime does in a
/// tenth of the time, and each request wakes several times.
fn wake_by_promises() {
    // It fails for a frozen object only, and the global one is not; then futures are woken as they were.
    let _ = Reflect::set(&js_sys::global(), &JsValue::from_str("queueMicrotask"), &JsValue::UNDEFINED);
}

/// A request. It is taken raw, because the conversion answers 500 to a URL or header that it cannot take.
#[event(fetch)]
async fn fetch(request: web_sys::Request, env: Env, context: Context) -> worker::Result<web_sys::Response> {
    let Ok(request) = received(request).await else {
        return reply::sent(reply::bad_request()).await;
    };
    let response = match isolate(&env) {
        Ok(isolate) => answer(&isolate, request, context).await,
        Err(error) => web::setting_error(&error),
    };
    reply::sent(response).await
}

async fn answer(isolate: &Isolate, request: Request<Body>, context: Context) -> Response<Body> {
    let scope = RequestScope::new(&context);
    let mut router = isolate.router.clone();
    let mut response = match scoped(scope.clone(), router.call(request)).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if isolate.app.config.development
        && let Some(timing) = scope.server_timing().and_then(|timing| HeaderValue::from_str(&timing).ok())
    {
        response.headers_mut().append("server-timing", timing);
    }
    response
}

/// A batch of events. `Ok` always: the macro panics on an `Err`, and what failed is already marked to come again.
#[event(queue)]
async fn queue_batch(batch: MessageBatch<()>, env: Env, context: Context) -> worker::Result<()> {
    scoped(RequestScope::new(&context), queue::consume(&batch, &env)).await;
    Ok(())
}

/// The cron trigger.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    cron::tick(&env).await;
}
