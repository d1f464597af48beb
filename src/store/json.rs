//! Lists in columns: JSON arrays of text.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _};

use crate::ports::{StorageError, Stored};
use crate::protocol::json::from_stored;
use crate::protocol::time::Timestamp;

/// A list as its column holds it.
pub fn write<T: serde::Serialize>(value: &T) -> String {
    // Serialising lists of text, numbers and our own records cannot fail: no map with other than text keys among them.
    serde_json::to_string(value).unwrap_or_default()
}

/// Reads [`write`] back.
pub fn read<T: DeserializeOwned>(text: &str) -> Stored<T> {
    from_stored(text).map_err(|e| StorageError::new("database", e.to_string()))
}

/// For a row's field: a column that holds a list.
pub fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    from_stored(&text).map_err(D::Error::custom)
}

/// For a row's field: a column of whole seconds.
pub fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    i64::deserialize(deserializer).map(Timestamp::from_seconds)
}

/// For a row's field: a column of whole seconds that may be NULL.
pub fn maybe_seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    Ok(Option::<i64>::deserialize(deserializer)?.map(Timestamp::from_seconds))
}

/// For a row's field: a column of 0 and 1.
pub fn boolean<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    i64::deserialize(deserializer).map(|number| number != 0)
}
