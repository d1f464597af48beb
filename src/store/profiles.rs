//! What a person says of themselves.

use serde_json::{Map, Value};

use super::json;
use crate::ports::Statement;
use crate::protocol::time::Timestamp;

/// Writes these claims and takes away those that are null, and leaves every other to whoever writes it at the same time
/// (RFC 7396).
#[must_use]
pub fn patch_claims(user_id: &str, patch: &Map<String, Value>, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE users SET claims = json_patch(claims, ?2), updated_at = MAX(updated_at, ?3) WHERE id = ?1",
        vec![user_id.into(), json::write(patch).into(), now.into()],
    )
}
