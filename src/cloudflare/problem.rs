//! What JavaScript throws, as text for the log: the message alone, never the stack that `{:?}` would print.

use worker::kv::KvError;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::{Error, js_sys};

use crate::ports::StorageError;

/// The message of an error of the runtime.
pub fn message(error: &Error) -> String {
    match error {
        Error::D1(error) => message_of(error.as_ref()),
        Error::Internal(value) | Error::KvError(KvError::JavaScript(value)) => message_of(value),
        Error::UnknownJsError { message, .. } => message.clone(),
        Error::SerdeJsonError(error) => shape(error),
        other => other.to_string(),
    }
}

/// The message of anything that was thrown.
pub fn message_of(thrown: &JsValue) -> String {
    thrown
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| thrown.as_string())
        .unwrap_or_else(|| "something that is not an error was thrown".to_owned())
}

/// Where JSON was not what we expected. serde's own text may quote the value, and the value may be a secret.
fn shape(error: &serde_json::Error) -> String {
    format!("unexpected JSON ({:?} error at line {}, column {})", error.classify(), error.line(), error.column())
}

/// The same, as what a port answers.
pub fn storage_error(store: &'static str, error: &Error) -> StorageError {
    let problem = message(error);
    // "D1_ERROR: UNIQUE constraint failed: users.name: SQLITE_CONSTRAINT"
    let constraint = problem.contains("SQLITE_CONSTRAINT") || problem.contains("constraint failed");
    StorageError::new(store, problem).constraint(constraint)
}
