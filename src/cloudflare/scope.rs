//! What belongs to the request being worked on, or to the command that an object obeys, found without being handed through every
//! port: a task-local.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context as TaskContext, Poll};

use worker::js_sys::Promise;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{State, worker_sys};

/// One request's scope, or that of what an object does.
pub struct RequestScope {
    context: worker_sys::Context,
    hops: RefCell<Vec<(&'static str, i64)>>,
}

impl RequestScope {
    /// The scope of the request that the runtime handed us with `context`.
    pub fn new(context: &worker::Context) -> Rc<Self> {
        Self::of(context.as_ref())
    }

    /// The scope of one command of an object: that has `waitUntil`, too.
    pub fn of_object(state: &State) -> Rc<Self> {
        Self::of(state.as_raw())
    }

    fn of(waits: &JsValue) -> Rc<Self> {
        Rc::new(Self { context: waits.clone().unchecked_into(), hops: RefCell::default() })
    }

    /// Tells the runtime to wait for this (`waitUntil`).
    ///
    /// # Errors
    /// When it refuses.
    pub fn wait_until(&self, promise: &Promise) -> Result<(), JsValue> {
        self.context.wait_until(promise)
    }

    /// The hops so far, in the order they ended, as `Server-Timing` lists them (milliseconds); `None` without any.
    pub fn server_timing(&self) -> Option<String> {
        let hops = self.hops.borrow();
        let listed: Vec<_> = hops.iter().map(|(name, millis)| format!("{name};dur={millis}")).collect();
        (!listed.is_empty()).then(|| listed.join(", "))
    }
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<RequestScope>>> = const { RefCell::new(None) };
}

/// The scope of the request whose future is being polled.
pub fn current() -> Option<Rc<RequestScope>> {
    CURRENT.with_borrow(Clone::clone)
}

/// Notes a hop of the current request; without one (the queue's consumer, an object) nothing.
pub fn note(name: &'static str, millis: i64) {
    if let Some(scope) = current() {
        scope.hops.borrow_mut().push((name, millis));
    }
}

/// Runs `future` so that [`current`] answers `scope` within it. The isolate interleaves requests at every `await`, so
/// the scope is set for each poll, and what was set before is put back after it.
pub fn scoped<F: Future>(scope: Rc<RequestScope>, future: F) -> Scoped<F> {
    Scoped { scope, future: Box::pin(future) }
}

/// See [`scoped`].
pub struct Scoped<F> {
    scope: Rc<RequestScope>,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<F::Output> {
        let before = CURRENT.replace(Some(Rc::clone(&self.scope)));
        let answer = self.future.as_mut().poll(task);
        CURRENT.set(before);
        answer
    }
}
