//! How a failing store looks to a caller.

use crate::ports::StorageError;
use crate::protocol::error::OAuthError;

/// Logs a failure that loses nothing and stops nobody.
pub(in crate::service) fn log_failure(event: &str, error: &StorageError) {
    log::warn!("{}", serde_json::json!({ "event": event, "problem": error.to_string() }));
}

/// A write that found its id or name taken is the caller's mistake, any other failure ours.
pub(super) fn taken(error: StorageError, description: &str) -> OAuthError {
    if error.constraint { OAuthError::conflict(description) } else { error.into() }
}

impl From<StorageError> for OAuthError {
    /// A store that fails is never the caller's fault and tells nothing of the inside.
    fn from(error: StorageError) -> Self {
        Self::temporarily_unavailable("the server cannot answer right now; try again").source(error)
    }
}
