//! Remembered consents.

use serde::Deserialize;

use super::json;
use crate::model::consent::Consent;
use crate::ports::{Outcome, Statement, StorageError, Stored};
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    redirect_host: String,
    scopes: String,
    #[serde(deserialize_with = "json::list")]
    resources: Vec<String>,
}

/// Asks for what the user of this session's cookie allowed the client.
#[must_use]
pub fn select(cookie_hash: &str, client_id: &str) -> Statement {
    Statement::read(
        "SELECT consents.redirect_host, consents.scopes, consents.resources \
         FROM sessions JOIN consents ON consents.user_id = sessions.user_id \
         WHERE sessions.cookie_hash = ?1 AND consents.client_id = ?2",
        vec![cookie_hash.into(), client_id.into()],
    )
}

/// Reads the answer to [`select`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Vec<Consent>> {
    let consent = |row: Row| {
        let scopes = ScopeSet::parse(&row.scopes).map_err(|_| StorageError::new("database", "consent scopes"))?;
        Ok(Consent { redirect_host: row.redirect_host, scopes, resources: row.resources })
    };
    outcome.read::<Row>()?.into_iter().map(consent).collect()
}

/// Forgets what anybody allowed the client.
#[must_use]
pub fn forget(client_id: &str) -> Statement {
    Statement::write("DELETE FROM consents WHERE client_id = ?1", vec![client_id.into()])
}

/// Remembers a consent in place of what was remembered for the same user, client, host and resources, if the user's own grant was
/// listed (the statement before this one in the batch).
#[must_use]
pub fn upsert(grant_id: &str, user_id: &str, client_id: &str, consent: &Consent, now: Timestamp) -> Statement {
    Statement::write(
        "INSERT INTO consents (user_id, client_id, redirect_host, scopes, resources, updated_at) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6 FROM grants WHERE grants.id = ?7 AND grants.user_id = ?1 \
         AND grants.ended_at IS NULL \
         ON CONFLICT (user_id, client_id, redirect_host, resources) \
         DO UPDATE SET scopes = excluded.scopes, updated_at = excluded.updated_at",
        vec![
            user_id.into(),
            client_id.into(),
            consent.redirect_host.as_str().into(),
            consent.scopes.to_string().into(),
            json::write(&consent.resources).into(),
            now.into(),
            grant_id.into(),
        ],
    )
}
