//! The sockets of agents: an object each, of a new id. The socket itself, its state and the order of its messages are held by
//! `SocketObject` in `src/cloudflare/worker.js`, which hibernates while nothing comes; here is what a message does, and the port.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use worker::js_sys::{self, Promise};
use worker::send::SendWrapper;
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{
    DurableObject, Env, ObjectNamespace, Request, Response, State, Stub, durable_object, wasm_bindgen, web_sys,
};

use super::call::{call, no_fetch, obeyed};
use super::{id, namespace};
use crate::cloudflare::hop::hop;
use crate::cloudflare::isolate;
use crate::cloudflare::scope::{RequestScope, scoped};
use crate::config::Jurisdiction;
use crate::ports::{Opened, Sockets, Stored};
use crate::service::agents::rpc;

const DEADLINE: Duration = Duration::from_secs(4);
const STORE: &str = "sockets";

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// A stub, as JavaScript has it.
    type Reachable;

    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Reachable, request: &web_sys::Request) -> Result<Promise, JsValue>;
}

/// What the messages of one socket do.
#[durable_object(fetch)]
pub struct SocketObject {
    state: State,
    env: Env,
}

impl DurableObject for SocketObject {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, _request: Request) -> worker::Result<Response> {
        no_fetch()
    }
}

#[wasm_bindgen(
    wasm_bindgen = worker::wasm_bindgen, wasm_bindgen_futures = worker::wasm_bindgen_futures, js_sys = worker::js_sys
)]
impl SocketObject {
    /// A message of the socket, with what is remembered of it; answers what follows.
    ///
    /// # Errors
    /// When a setting is wrong, or a binding missing.
    pub async fn obey(&self, command: String) -> Result<String, JsValue> {
        obeyed(&command, |message| self.answer(message)).await
    }
}

impl SocketObject {
    async fn answer(&self, message: Value) -> worker::Result<Value> {
        let isolate = isolate::isolate(&self.env).map_err(|error| error.to_string())?;
        let socket_id = id::written(&self.state.id().to_string()).unwrap_or_default();
        let scope = RequestScope::of_object(&self.state);
        Ok(scoped(scope, rpc::obey(&isolate.app, &socket_id, &message)).await)
    }
}

/// All sockets, as the port.
pub struct ObjectSockets {
    namespace: ObjectNamespace,
}

impl ObjectSockets {
    /// The sockets in the namespace bound as `binding`.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str, jurisdiction: Option<Jurisdiction>) -> worker::Result<Self> {
        Ok(Self { namespace: namespace::bound(env, binding, jurisdiction)? })
    }
}

#[async_trait]
impl Sockets for ObjectSockets {
    async fn open(&self, state: &str, protocol: Option<&str>) -> Stored<Opened> {
        hop(STORE, DEADLINE, async {
            let stub = self.namespace.unique_id()?.get_stub()?;
            opened_by(stub, &request(state, protocol)?).await
        })
        .await
    }

    async fn notify(&self, socket_id: &str, message: &str) -> Stored<()> {
        hop(STORE, DEADLINE, async {
            let hex = id::hexadecimal(socket_id).ok_or("not the id of a socket")?;
            call(|| self.namespace.id_from_string(&hex)?.get_stub(), &message).await
        })
        .await
    }
}

/// A socket comes as the answer to a request, so this is the one that an object gets.
fn request(state: &str, protocol: Option<&str>) -> worker::Result<web_sys::Request> {
    let headers = web_sys::Headers::new()?;
    headers.set("upgrade", "websocket")?;
    // Headers are ASCII.
    headers.set("socket-state", &String::from(js_sys::encode_uri_component(state)))?;
    if let Some(protocol) = protocol {
        headers.set("sec-websocket-protocol", protocol)?;
    }
    let init = web_sys::RequestInit::new();
    init.set_headers(headers.as_ref());
    Ok(web_sys::Request::new_with_str_and_init("https://socket/", &init)?)
}

async fn opened_by(object: Stub, request: &web_sys::Request) -> worker::Result<Opened> {
    let answer = JsFuture::from(object.into_rpc::<Reachable>().fetch(request)?).await?;
    let answer: web_sys::Response = answer.unchecked_into();
    match answer.status() {
        101 => Ok(Opened(Arc::new(SendWrapper(answer)))),
        status => Err(format!("a socket was answered with status {status}").into()),
    }
}

/// The answer that opens the socket, for the runtime.
pub fn answer(opened: &Opened) -> Option<web_sys::Response> {
    let answer = opened.0.downcast_ref::<SendWrapper<web_sys::Response>>()?;
    // Not `Response::clone`, which is the runtime's and makes another one.
    Some(AsRef::<JsValue>::as_ref(&answer.0).clone().unchecked_into())
}
