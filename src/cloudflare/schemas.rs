//! JSON Schema by `@cfworker/json-schema`, which needs no code made at run time: Workers forbid that.

use serde_json::Value;
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen::prelude::*;

use super::problem::message_of;
use crate::ports::{Schemas, StorageError, Stored};
use crate::protocol::input_schema::patterns;
use crate::protocol::json::from_text;
use crate::protocol::violation::Violation;

#[wasm_bindgen(module = "/src/cloudflare/schemas.js", wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// The first of these patterns that is none, if there is one.
    #[wasm_bindgen(js_name = wrongPattern, catch)]
    fn wrong_pattern(patterns: Vec<String>) -> Result<Option<String>, JsValue>;

    /// JSON in, JSON out: a list of `[pointer, message]`.
    #[wasm_bindgen(catch)]
    fn violations(schema: &str, value: &str) -> Result<String, JsValue>;
}

/// The validator that is bundled with the Worker.
pub struct WorkerSchemas;

impl Schemas for WorkerSchemas {
    fn check(&self, core: &Value) -> Stored<Option<String>> {
        let found = wrong_pattern(patterns(core).into_iter().map(str::to_owned).collect()).map_err(|e| failure(&e))?;
        Ok(found.map(|pattern| format!("{pattern} is no regular expression")))
    }

    fn validate(&self, core: &Value, value: &Value) -> Stored<Vec<Violation>> {
        let found = violations(&core.to_string(), &value.to_string()).map_err(|error| failure(&error))?;
        let found: Vec<(String, String)> =
            from_text(&found).map_err(|error| StorageError::new("schemas", error.to_string()))?;
        Ok(found.into_iter().map(|(pointer, message)| Violation { pointer, message }).collect())
    }
}

fn failure(thrown: &JsValue) -> StorageError {
    StorageError::new("schemas", message_of(thrown))
}
