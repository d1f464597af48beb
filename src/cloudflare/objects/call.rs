//! Calling an object: one JSON command, one JSON answer, by a remote procedure call (`src/cloudflare/worker.js`).

use std::future::Future;

use log::Level;
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::js_sys::{self, JsString, Promise};
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Error, Response, Stub};

use crate::cloudflare::console::report;
use crate::cloudflare::problem::message;
use crate::protocol::json::from_stored;

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// A stub, as JavaScript has it.
    type Reachable;

    #[wasm_bindgen(method, catch)]
    fn obey(this: &Reachable, command: &str) -> Result<JsValue, JsValue>;
}

/// Sends `command` to the object that `connect` reaches, and once more when the first call broke: the object was
/// moved, restarted or out of reach, and every command may come twice (a grant answers alike; a
/// guard counts one failure more; a connection finds the claim of the first).
///
/// # Errors
/// When the second call fails as well, or the object is overloaded.
pub async fn call<C: Serialize, R: DeserializeOwned>(
    connect: impl Fn() -> worker::Result<Stub>,
    command: &C,
) -> worker::Result<R> {
    let answer = asked(&connect, &serde_json::to_string(command)?).await?;
    Ok(from_stored(&answer)?)
}

/// Text for text, so that it is compiled once and not for every kind of object.
///
/// # Errors
/// As [`call`].
pub async fn asked(connect: &dyn Fn() -> worker::Result<Stub>, command: &str) -> worker::Result<String> {
    match exchange(connect()?, command).await {
        Err(error) if !is_overloaded(&error) => {
            report(Level::Warn, "objects", &format!("a call is made again: {}", message(&error)));
            // A stub stays broken once a call of it broke, so a new one.
            exchange(connect()?, command).await
        }
        answer => answer,
    }
}

async fn exchange(object: Stub, command: &str) -> worker::Result<String> {
    let called = object.into_rpc::<Reachable>().obey(command)?;
    let answer = JsFuture::from(Promise::resolve(&called)).await?;
    Ok(answer.unchecked_into::<JsString>().into())
}

/// An object that cannot keep up is only harmed by another call; the runtime says so by a mark on the error.
fn is_overloaded(error: &Error) -> bool {
    let Error::UnknownJsError { original, .. } = error else {
        return false;
    };
    js_sys::Reflect::get(original, &JsValue::from_str("overloaded")).is_ok_and(|mark| mark.is_truthy())
}

/// The object's side: reads the command, has it obeyed, and writes the answer.
///
/// # Errors
/// When it is no command, or cannot be obeyed; the caller is thrown the error.
pub async fn obeyed<C: DeserializeOwned, R: Serialize, F: Future<Output = worker::Result<R>>>(
    command: &str,
    obey: impl FnOnce(C) -> F,
) -> Result<String, JsValue> {
    let command = from_stored(command).map_err(Error::from)?;
    let reply = obey(command).await?;
    Ok(serde_json::to_string(&reply).map_err(Error::from)?)
}

/// What an object answers to a request, which is what it never gets: it is reached by commands.
///
/// # Errors
/// None that is known.
pub fn no_fetch() -> worker::Result<Response> {
    Response::error("an object obeys commands", 404)
}
