//! How a failing store looks to a caller.

use crate::app::Context;
use crate::ports::StorageError;
use crate::protocol::error::OAuthError;

/// Logs a failure that loses nothing and stops nobody.
pub(in crate::service) fn log_failure(event: &str, error: &StorageError) {
    log::warn!("{}", serde_json::json!({ "event": event, "problem": error.to_string() }));
}

/// Our own failures are errors, refusals are for those who look closely.
pub fn log_refusal(context: &Context, error: &OAuthError) {
    let level = match error.code.status() {
        500.. => log::Level::Error,
        _ => log::Level::Debug,
    };
    if !log::log_enabled!(level) {
        return;
    }
    let line = serde_json::json!({
        "event": "request_refused",
        "request_id": context.request_id(),
        "error": error.code.as_str(),
        "description": error.description,
        "detail": error.detail,
        "source": error.source.as_ref().map(ToString::to_string),
    });
    log::log!(level, "{line}");
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
