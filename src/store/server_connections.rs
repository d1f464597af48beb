//! What this server itself got at providers.

use serde::Deserialize;

use super::json;
use crate::model::connection::ServerConnection;
use crate::ports::{Freshness, Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    provider_id: String,
    token: String,
    #[serde(deserialize_with = "json::maybe_seconds")]
    expires_at: Option<Timestamp>,
    #[serde(deserialize_with = "json::maybe_seconds")]
    refused_at: Option<Timestamp>,
}

/// Asks for the one at this provider.
#[must_use]
pub fn select(provider_id: &str) -> Statement {
    let sql = "SELECT provider_id, token, expires_at, refused_at FROM server_connections WHERE provider_id = ?1";
    Statement::read(sql, vec![provider_id.into()]).fresh(Freshness::Primary)
}

/// Reads the answer to [`select`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<ServerConnection>> {
    let Some(row) = outcome.first::<Row>()? else { return Ok(None) };
    Ok(Some(ServerConnection {
        provider_id: row.provider_id,
        token: row.token,
        expires_at: row.expires_at,
        refused_at: row.refused_at,
    }))
}

/// Writes one in place of what is there.
#[must_use]
pub fn put(connection: &ServerConnection) -> Statement {
    Statement::write(
        "INSERT INTO server_connections (provider_id, token, expires_at, refused_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (provider_id) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at, \
         refused_at = excluded.refused_at",
        vec![
            connection.provider_id.as_str().into(),
            connection.token.as_str().into(),
            connection.expires_at.into(),
            connection.refused_at.into(),
        ],
    )
}

/// Removes the one at this provider.
#[must_use]
pub fn delete(provider_id: &str) -> Statement {
    Statement::write("DELETE FROM server_connections WHERE provider_id = ?1", vec![provider_id.into()])
}
