//! Passwords as people set them: with the one before, or by a link that is good once.

use serde::Deserialize;

use crate::ports::{Database, Freshness, Statement, Stored};
use crate::protocol::time::Timestamp;

/// Whom a link is for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Holder {
    /// The user's id.
    pub id: String,
    /// What the person signs in with.
    pub name: String,
}

/// Sets a new password, if the one that was checked is still the user's and the account is not switched off: of two changes
/// at the same time the first wins. The user begins anew, with the next second.
#[must_use]
pub fn change(user_id: &str, checked: &str, password_hash: &str, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE users SET password_hash = ?3, valid_from = MAX(valid_from, ?4) + 1 \
         WHERE id = ?1 AND password_hash = ?2 AND disabled_at IS NULL",
        vec![user_id.into(), checked.into(), password_hash.into(), now.into()],
    )
}

/// Keeps a link for a user, in place of the one before it. It is never from before its user began anew.
#[must_use]
pub fn issue_ticket(user_id: &str, ticket_hash: &str, now: Timestamp, expires_at: Timestamp) -> Statement {
    Statement::write(
        "INSERT INTO password_tickets (user_id, ticket_hash, created_at, expires_at) \
         SELECT id, ?2, MAX(?3, valid_from), ?4 FROM users WHERE id = ?1 AND disabled_at IS NULL \
         ON CONFLICT (user_id) DO UPDATE SET ticket_hash = excluded.ticket_hash, \
         created_at = excluded.created_at, expires_at = excluded.expires_at",
        vec![user_id.into(), ticket_hash.into(), now.into(), expires_at.into()],
    )
}

/// Whom a link is for, while it is good.
///
/// # Errors
/// When the database fails.
pub async fn holder(database: &dyn Database, ticket_hash: &str, now: Timestamp) -> Stored<Option<Holder>> {
    let statement = Statement::read(
        "SELECT users.id, users.name FROM password_tickets JOIN users ON users.id = password_tickets.user_id \
         WHERE password_tickets.ticket_hash = ?1 AND password_tickets.expires_at > ?2 \
         AND password_tickets.created_at >= users.valid_from AND users.disabled_at IS NULL",
        vec![ticket_hash.into(), now.into()],
    )
    .fresh(Freshness::Primary);
    database.run(statement).await?.first()
}

/// Sets the password of whom a link is for, while it is good. The user begins anew, with the next second, so the link is
/// over; [`delete_ticket`] removes it.
#[must_use]
pub fn set_by_ticket(ticket_hash: &str, password_hash: &str, now: Timestamp) -> Statement {
    Statement::write(
        "UPDATE users SET password_hash = ?2, valid_from = MAX(valid_from, ?3) + 1 \
         WHERE disabled_at IS NULL AND id = (SELECT user_id FROM password_tickets \
         WHERE ticket_hash = ?1 AND expires_at > ?3) \
         AND valid_from <= (SELECT created_at FROM password_tickets WHERE ticket_hash = ?1)",
        vec![ticket_hash.into(), password_hash.into(), now.into()],
    )
}

/// Removes a link.
#[must_use]
pub fn delete_ticket(ticket_hash: &str) -> Statement {
    Statement::write("DELETE FROM password_tickets WHERE ticket_hash = ?1", vec![ticket_hash.into()])
}

/// Removes links that are over, at most so many.
#[must_use]
pub fn delete_expired(now: Timestamp, most: i64) -> Statement {
    Statement::write(
        "DELETE FROM password_tickets WHERE user_id IN \
         (SELECT user_id FROM password_tickets WHERE expires_at <= ?1 LIMIT ?2)",
        vec![now.into(), most.into()],
    )
}
