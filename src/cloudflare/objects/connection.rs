//! The connection object: the one place where a connection's token is renewed. Whoever asks while that is done waits for it, and
//! all get what came of it.
//!
//! It stores nothing: what must outlive it is in the connection's row ([`renew`]).

use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use async_trait::async_trait;
use worker::js_sys::Promise;
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen_futures::{JsFuture, future_to_promise};
use worker::{DurableObject, Env, ObjectNamespace, Request, Response, State, durable_object, wasm_bindgen};

use super::call::{asked, no_fetch};
use super::namespace;
use crate::cloudflare::hop::hop;
use crate::cloudflare::isolate::{Isolate, isolate};
use crate::cloudflare::scope::{RequestScope, scoped};
use crate::config::Jurisdiction;
use crate::model::renewal::{Renewed, Wanted};
use crate::ports::{StorageError, Stored, TokenKeeper};
use crate::service::upstream::renew;

/// The provider may take 10 s. Whoever waits in vain has lost nothing: what was begun is ended all the same.
const DEADLINE: Duration = Duration::from_secs(15);
const STORE: &str = "connections";

/// What is under way: what was asked, and what will come of it.
type Running = Rc<RefCell<Option<(String, Promise)>>>;

/// A connection at a provider.
#[durable_object]
pub struct ConnectionObject {
    state: State,
    env: Env,
    running: Running,
}

impl DurableObject for ConnectionObject {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, running: Running::default() }
    }

    async fn fetch(&self, _request: Request) -> worker::Result<Response> {
        no_fetch()
    }
}

#[wasm_bindgen(
    wasm_bindgen = worker::wasm_bindgen, wasm_bindgen_futures = worker::wasm_bindgen_futures, js_sys = worker::js_sys
)]
impl ConnectionObject {
    /// A wish from outside, as text.
    ///
    /// # Errors
    /// When it is none, or a setting is wrong.
    pub async fn obey(&self, command: String) -> Result<JsValue, JsValue> {
        let wanted = Wanted::read(&command).ok_or("not a wish for a token")?;
        // Nothing is awaited between the last look at what is under way and the beginning of something new.
        while let Some((asked, running)) = self.under_way() {
            let answer = JsFuture::from(running).await?;
            if asked == command || answer.as_string().is_some_and(|answer| wanted.is_met_by(&answer)) {
                return Ok(answer);
            }
        }
        let isolate = isolate(&self.env).map_err(|error| error.to_string())?;
        JsFuture::from(self.begin(isolate, command, wanted)?).await
    }
}

impl ConnectionObject {
    fn under_way(&self) -> Option<(String, Promise)> {
        self.running.borrow().clone()
    }

    /// It goes on to its end whoever goes away.
    fn begin(&self, isolate: Rc<Isolate>, command: String, wanted: Wanted) -> Result<Promise, JsValue> {
        let (scope, running) = (RequestScope::of_object(&self.state), Rc::clone(&self.running));
        let waiting = Rc::clone(&scope);
        let begun = future_to_promise(AssertUnwindSafe(async move {
            let answer = scoped(waiting, renew::obey(&isolate.app, &wanted)).await;
            running.replace(None);
            Ok(JsValue::from(answer))
        }));
        self.running.replace(Some((command, begun.clone())));
        scope.wait_until(&begun)?;
        Ok(begun)
    }
}

/// All connections, as the port.
pub struct ObjectKeeper {
    namespace: ObjectNamespace,
}

impl ObjectKeeper {
    /// The connections in the namespace bound as `binding`.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str, jurisdiction: Option<Jurisdiction>) -> worker::Result<Self> {
        Ok(Self { namespace: namespace::bound(env, binding, jurisdiction)? })
    }
}

#[async_trait]
impl TokenKeeper for ObjectKeeper {
    async fn renew(&self, wanted: Wanted) -> Stored<Renewed> {
        let command = wanted.written();
        let answer = hop(STORE, DEADLINE, async {
            asked(&|| self.namespace.id_from_name(&wanted.connection)?.get_stub(), &command).await
        });
        Renewed::read(&answer.await?).ok_or_else(|| StorageError::new(STORE, "an answer that is none"))
    }
}
