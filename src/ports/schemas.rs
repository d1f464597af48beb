//! JSON Schema.

use serde_json::Value;

use super::Stored;
use crate::protocol::violation::Violation;

/// Holds values against JSON Schemas. Takes only what [`crate::protocol::input_schema::core`] made of them, and nothing here
/// is asked of another machine.
pub trait Schemas: Send + Sync {
    /// What is wrong with a core beyond what its reader saw: its regular expressions.
    ///
    /// # Errors
    /// When the validator itself fails.
    fn check(&self, core: &Value) -> Stored<Option<String>>;

    /// What of `value` does not fit; nothing: all of it does. Some of many will do.
    ///
    /// # Errors
    /// When the validator itself fails.
    fn validate(&self, core: &Value, value: &Value) -> Stored<Vec<Violation>>;
}
