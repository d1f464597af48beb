//! Calling an object: one JSON command, one JSON answer, over its `fetch`.

use log::Level;
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::js_sys::{self, JsString, Promise};
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Error, Request, Response, Stub, web_sys};

use crate::cloudflare::console::report;
use crate::cloudflare::problem::message;
use crate::protocol::json::from_text;

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// A stub, as JavaScript has it: the `worker` crate would read the answer as a stream, chunk by chunk.
    type Reachable;

    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Reachable, url: &str, init: &web_sys::RequestInit) -> Result<Promise, JsValue>;
}

/// Sends `command` to the object that `connect` reaches, and once more when the first call broke: the object was
/// moved, restarted or out of reach, and every command may come twice (a grant answers alike; a
/// guard counts one failure more).
///
/// # Errors
/// When the second call fails as well, or the object is overloaded.
pub async fn call<C: Serialize, R: DeserializeOwned>(
    connect: impl Fn() -> worker::Result<Stub>,
    command: &C,
) -> worker::Result<R> {
    let answer = asked(&connect, &serde_json::to_string(command)?).await?;
    Ok(from_text(&answer)?)
}

/// Text for text, so that it is compiled once and not for every kind of object.
async fn asked(connect: &dyn Fn() -> worker::Result<Stub>, command: &str) -> worker::Result<String> {
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
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(command));
    // The host is no more than a form: a stub reaches its object whatever the URL.
    let answer = JsFuture::from(object.into_rpc::<Reachable>().fetch("https://object/", &init)?).await?;
    let text = JsFuture::from(answer.unchecked_into::<web_sys::Response>().text()?).await?;
    Ok(text.unchecked_into::<JsString>().into())
}

/// An object that cannot keep up is only harmed by another call; the runtime says so by a mark on the error.
fn is_overloaded(error: &Error) -> bool {
    let Error::UnknownJsError { original, .. } = error else {
        return false;
    };
    js_sys::Reflect::get(original, &JsValue::from_str("overloaded")).is_ok_and(|mark| mark.is_truthy())
}

/// The object's side: reads the command.
///
/// # Errors
/// When it is none.
pub async fn command<C: DeserializeOwned>(mut request: Request) -> worker::Result<C> {
    Ok(from_text(&request.text().await?)?)
}

/// The object's side: answers.
///
/// # Errors
/// When the answer has no JSON form.
pub fn answer<R: Serialize>(reply: &R) -> worker::Result<Response> {
    Response::from_json(reply)
}
