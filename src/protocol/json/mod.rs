//! JSON read from text, and put together.

mod member;
mod stored;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub use member::{in_member, member_of};
pub use stored::{from_stored, of_stored};

/// Reads a `T`. Everything here is read from bytes, never by `serde_json::from_str`: that is a reader of its own, and with
/// both of them every type is compiled twice.
///
/// # Errors
/// When `text` is no JSON, or not that of a `T`.
pub fn from_text<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    from_bytes(text.as_bytes())
}

/// The same, from what another server sent.
///
/// # Errors
/// As [`from_text`].
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(bytes)
}

/// Sets a member of an object. Indexing would, too, but panics where there is no object; here nothing happens then.
pub fn set(object: &mut Value, name: &str, member: impl Into<Value>) {
    if let Value::Object(members) = object {
        members.insert(name.to_owned(), member.into());
    }
}
