//! Client assertions that were used. Asked of the primary always: an insertion is the judge.

use crate::ports::Statement;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::jose::client_assertion::OneUse;
use crate::protocol::time::Timestamp;

/// Uses an assertion up: changes a row for the first, and none for any other.
#[must_use]
pub fn insert(used: &OneUse) -> Statement {
    Statement::write(
        "INSERT INTO used_assertions (client_id, jti_hash, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        vec![used.client_id.as_str().into(), sha256_base64url(&used.jti).into(), used.expires_at.into()],
    )
}

/// Removes those that were over by themselves at `moment`, at most so many.
#[must_use]
pub fn delete_expired(moment: Timestamp, most: i64) -> Statement {
    Statement::write(
        "DELETE FROM used_assertions WHERE (client_id, jti_hash) IN \
         (SELECT client_id, jti_hash FROM used_assertions WHERE expires_at <= ?1 LIMIT ?2)",
        vec![moment.into(), most.into()],
    )
}
