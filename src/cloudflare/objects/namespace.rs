//! A namespace of objects, within the jurisdiction that the settings name.

use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Env, ObjectNamespace};

use crate::config::Jurisdiction;

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// What the `worker` crate does not know of a namespace.
    type Namespace;

    #[wasm_bindgen(method, catch)]
    fn jurisdiction(this: &Namespace, name: &str) -> Result<JsValue, JsValue>;
}

/// The namespace bound as `binding`. With a jurisdiction, objects are made and found within it only.
///
/// # Errors
/// When there is no such binding, or the runtime does not know the jurisdiction.
pub fn bound(env: &Env, binding: &str, jurisdiction: Option<Jurisdiction>) -> worker::Result<ObjectNamespace> {
    let everywhere = env.durable_object(binding)?;
    let Some(jurisdiction) = jurisdiction else {
        return Ok(everywhere);
    };
    let namespace: &Namespace = everywhere.as_ref().unchecked_ref();
    Ok(namespace.jurisdiction(name(jurisdiction))?.unchecked_into())
}

const fn name(jurisdiction: Jurisdiction) -> &'static str {
    match jurisdiction {
        Jurisdiction::Eu => "eu",
        Jurisdiction::Fedramp => "fedramp",
    }
}
