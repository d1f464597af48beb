//! The one small value that an object keeps.
//!
//! Read and written by the synchronous interface that objects on SQLite have: between reading a state and writing its
//! successor the object cannot turn to another request, so no two commands see the same state. Writes and alarms set
//! without an `await` between them are stored together or not at all.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::Storage;
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen::{JsCast, JsValue};

use crate::protocol::json::from_stored;

const KEY: &str = "state";

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// What the `worker` crate does not know of an object's storage.
    type Synchronous;

    #[wasm_bindgen(method, catch, getter)]
    fn kv(this: &Synchronous) -> Result<Pairs, JsValue>;

    /// `storage.kv`.
    type Pairs;

    #[wasm_bindgen(method, catch)]
    fn get(this: &Pairs, key: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn put(this: &Pairs, key: &str, value: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn delete(this: &Pairs, key: &str) -> Result<JsValue, JsValue>;
}

fn pairs(storage: &Storage) -> worker::Result<Pairs> {
    let synchronous: &Synchronous = storage.as_raw().unchecked_ref();
    Ok(synchronous.kv()?)
}

/// What was kept.
///
/// # Errors
/// When storage fails or keeps something else than a `T`.
pub fn read<T: DeserializeOwned>(storage: &Storage) -> worker::Result<Option<T>> {
    let text = pairs(storage)?.get(KEY)?.as_string();
    Ok(text.map(|text| from_stored(&text)).transpose()?)
}

/// Keeps `value` from now on; `None`: nothing.
///
/// # Errors
/// When storage fails.
pub fn write<T: Serialize>(storage: &Storage, value: Option<&T>) -> worker::Result<()> {
    let pairs = pairs(storage)?;
    match value {
        Some(value) => pairs.put(KEY, &serde_json::to_string(value)?)?,
        None => drop(pairs.delete(KEY)?),
    }
    Ok(())
}

/// Wakes the object after `delay`. A duration, because alarms go by the real time and our states by a clock that
/// tests move.
///
/// # Errors
/// When storage fails.
pub async fn wake_after(storage: &Storage, delay: Duration) -> worker::Result<()> {
    storage.set_alarm(delay).await
}
