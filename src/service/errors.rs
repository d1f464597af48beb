//! How a failing store looks to a caller.

use log::Level;
use serde_json::json;

use crate::app::log_line;
use crate::ports::StorageError;
use crate::protocol::error::{ErrorCode, OAuthError};

/// Logs a failure that loses nothing and stops nobody.
pub(in crate::service) fn log_failure(event: &str, error: &StorageError) {
    log_line(Level::Warn, event, json!({ "problem": error.to_string() }));
}

/// Our own failures are errors, refusals are for those who look closely: also that this server is switched off, or another's failed.
pub fn log_refusal(error: &OAuthError) {
    let is_ours = error.code == ErrorCode::ServerError || error.source.is_some();
    let level = if is_ours { Level::Error } else { Level::Debug };
    if !log::log_enabled!(level) {
        return;
    }
    let members = json!({
        "error": error.code.as_str(),
        "description": error.description,
        "detail": error.detail,
        "source": error.source.as_ref().map(ToString::to_string),
    });
    log_line(level, "request_refused", members);
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
