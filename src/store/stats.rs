//! How many codes and tokens live now: of grants by what is known of each, of tokens without a grant by their expiry.

use serde::Deserialize;

use crate::ports::{Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

/// So many seconds are one row of `client_tokens`: few rows, and no token counts for much longer than it lives.
const STEP: i64 = 5;

/// When tokens that end at `expires_at` are counted no more, in seconds.
#[must_use]
pub fn counted_until(expires_at: Timestamp) -> i64 {
    expires_at.seconds().saturating_add(STEP - 1).div_euclid(STEP) * STEP
}

/// Notes what became known of grants: `[id, redeemed_at, last_used_at, access_generation, access_expires_at,
/// revoked_generation, refresh_expires_at]` of each, 0 for what is not known. Nothing ever shrinks, and a row that would stay
/// as it is is not written.
#[must_use]
pub fn note_uses(uses: String) -> Statement {
    Statement::write(
        "UPDATE grants SET redeemed_at = MAX(grants.redeemed_at, seen.redeemed_at), \
         last_used_at = MAX(grants.last_used_at, seen.last_used_at), \
         access_generation = MAX(grants.access_generation, seen.access_generation), \
         access_expires_at = MAX(grants.access_expires_at, seen.access_expires_at), \
         revoked_generation = MAX(grants.revoked_generation, seen.revoked_generation), \
         refresh_expires_at = MAX(grants.refresh_expires_at, seen.refresh_expires_at) \
         FROM (SELECT value ->> 0 AS id, value ->> 1 AS redeemed_at, value ->> 2 AS last_used_at, \
               value ->> 3 AS access_generation, value ->> 4 AS access_expires_at, value ->> 5 AS revoked_generation, \
               value ->> 6 AS refresh_expires_at FROM json_each(?1)) AS seen \
         WHERE grants.id = seen.id AND (seen.redeemed_at > grants.redeemed_at OR seen.last_used_at > grants.last_used_at \
         OR seen.access_generation > grants.access_generation OR seen.access_expires_at > grants.access_expires_at \
         OR seen.revoked_generation > grants.revoked_generation OR seen.refresh_expires_at > grants.refresh_expires_at)",
        vec![uses.into()],
    )
}

/// Adds tokens without a grant that were issued: `[at, event_id, [[counted_until, how many], …]]` of each message, of those
/// that this batch counts.
#[must_use]
pub fn add_client_tokens(messages: String, batch: &str) -> Statement {
    Statement::write(
        "INSERT INTO client_tokens (expires_at, issued) \
         SELECT issued.value ->> 0, SUM(issued.value ->> 1) FROM json_each(?1) AS message \
         JOIN counted_messages AS counted ON counted.at = message.value ->> 0 AND counted.event_id = message.value ->> 1 \
         JOIN json_each(message.value, '$[2]') AS issued WHERE counted.batch = ?2 GROUP BY 1 \
         ON CONFLICT (expires_at) DO UPDATE SET issued = issued + excluded.issued",
        vec![messages.into(), batch.into()],
    )
}

/// Forgets tokens without a grant that are over, those of at most so many moments.
#[must_use]
pub fn delete_expired(moment: Timestamp, most: i64) -> Statement {
    Statement::write(
        "DELETE FROM client_tokens WHERE expires_at IN \
         (SELECT expires_at FROM client_tokens WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)",
        vec![moment.into(), most.into()],
    )
}

/// What the main database counts.
#[derive(Deserialize)]
pub struct Counts {
    /// Clients there are.
    pub clients: u64,
    /// Codes that can be redeemed.
    pub authorization_codes: u64,
    /// Grants with an access token that is good.
    pub access_tokens: u64,
    /// Grants with a refresh token that is good.
    pub refresh_tokens: u64,
    /// Tokens without a grant that were taken back and would be counted else.
    pub revoked: u64,
}

/// Counts what lives of the grants behind which user and client stand. One pass over the grants there are: an index of what
/// grows would cost a row written for every refresh.
#[must_use]
pub fn select(now: Timestamp) -> Statement {
    let sql = "SELECT (SELECT COUNT(*) FROM clients) AS clients, \
         COUNT(*) FILTER (WHERE grants.redeemed_at = 0 AND grants.code_expires_at > ?1) AS authorization_codes, \
         COUNT(*) FILTER (WHERE grants.access_expires_at > ?1 \
                          AND grants.access_generation > grants.revoked_generation) AS access_tokens, \
         COUNT(*) FILTER (WHERE grants.refresh_expires_at > ?1) AS refresh_tokens, \
         (SELECT COUNT(*) FROM revoked_tokens WHERE expires_at > ?2) AS revoked \
         FROM grants CROSS JOIN users ON users.id = grants.user_id CROSS JOIN clients ON clients.id = grants.client_id \
         LEFT JOIN users AS owner ON owner.id = clients.owner_user_id \
         WHERE grants.ended_at IS NULL \
         AND (grants.code_expires_at > ?1 OR grants.access_expires_at > ?1 OR grants.refresh_expires_at > ?1) \
         AND users.disabled_at IS NULL AND grants.created_at >= users.valid_from \
         AND clients.disabled_at IS NULL AND grants.created_at >= clients.valid_from AND owner.disabled_at IS NULL";
    let step_begun_at = now.seconds().div_euclid(STEP) * STEP;
    Statement::read(sql, vec![now.into(), step_begun_at.into()])
}

/// Reads the answer to [`select`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<Counts>> {
    outcome.first()
}

/// Counts the tokens without a grant that are not over.
#[must_use]
pub fn select_client_tokens(now: Timestamp) -> Statement {
    let sql = "SELECT COALESCE(SUM(issued), 0) AS issued FROM client_tokens WHERE expires_at > ?1";
    Statement::read(sql, vec![now.into()])
}

#[derive(Deserialize)]
struct IssuedRow {
    issued: u64,
}

/// Reads the answer to [`select_client_tokens`].
///
/// # Errors
/// When the row cannot be understood.
pub fn read_client_tokens(outcome: &Outcome) -> Stored<u64> {
    Ok(outcome.first::<IssuedRow>()?.map_or(0, |row| row.issued))
}
