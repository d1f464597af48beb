//! Tokens without a grant (client_credentials): whether they were taken back, and whether their client still stands.

use serde::Deserialize;

use super::json;
use crate::model::status::{ClientTokenStatus, Standing};
use crate::ports::{Database, Freshness, Statement, Stored};
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    #[serde(deserialize_with = "json::boolean")]
    revoked: bool,
    #[serde(deserialize_with = "json::boolean")]
    disabled: bool,
    #[serde(deserialize_with = "json::seconds")]
    valid_from: Timestamp,
    username: Option<String>,
    #[serde(deserialize_with = "json::boolean")]
    owner_disabled: bool,
    #[serde(deserialize_with = "json::maybe_seconds")]
    owner_valid_from: Option<Timestamp>,
}

/// Looks a token and its client up; `None`: no such client. Asked of the primary, for here a missing row means yes.
///
/// # Errors
/// When the database fails.
pub async fn status(database: &dyn Database, jti: &str, client_id: &str) -> Stored<Option<ClientTokenStatus>> {
    let statement = Statement::read(
        "SELECT EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = ?1) AS revoked, \
         clients.disabled_at IS NOT NULL AS disabled, clients.valid_from, users.name AS username, \
         users.disabled_at IS NOT NULL AS owner_disabled, users.valid_from AS owner_valid_from \
         FROM clients LEFT JOIN users ON users.id = clients.owner_user_id WHERE clients.id = ?2",
        vec![jti.into(), client_id.into()],
    )
    .fresh(Freshness::Primary);
    let row = database.run(statement).await?.first::<Row>()?;
    Ok(row.map(|row| ClientTokenStatus {
        revoked: row.revoked,
        client: Standing { disabled: row.disabled, valid_from: row.valid_from },
        owner: row.owner_valid_from.map(|valid_from| Standing { disabled: row.owner_disabled, valid_from }),
        username: row.username,
    }))
}

/// Takes a token back until it is over.
#[must_use]
pub fn insert(jti: &str, expires_at: Timestamp) -> Statement {
    Statement::write(
        "INSERT INTO revoked_tokens (jti, expires_at) VALUES (?1, ?2) ON CONFLICT (jti) DO NOTHING",
        vec![jti.into(), expires_at.into()],
    )
}

/// Removes tokens that were over by themselves at `moment`, at most so many.
#[must_use]
pub fn delete_expired(moment: Timestamp, most: i64) -> Statement {
    Statement::write(
        "DELETE FROM revoked_tokens WHERE jti IN (SELECT jti FROM revoked_tokens WHERE expires_at <= ?1 LIMIT ?2)",
        vec![moment.into(), most.into()],
    )
}
