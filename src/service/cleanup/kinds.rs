//! What is removed by a statement of its own, and when.

use serde::Deserialize;

use super::{GRACE, ROWS};
use crate::app::App;
use crate::ports::{Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;
use crate::store::{
    admin_sessions, agent_sessions, audit, clients, connect_states, counted_messages, due_grants, passwords,
    revoked_tokens, session_clients, sessions, sign_in_states, stats, used_assertions,
};

/// A table, and the statement that removes from it what is over at a moment.
type Kind = (&'static str, fn(&App, Timestamp) -> Statement);

/// In this order: what belongs to a session goes before it.
pub(super) const OF_THE_DATABASE: [Kind; 11] = [
    // Unused for `SESSION_TTL_HOURS`; one past its absolute end is used no more.
    ("session_clients", |app, now| session_clients::delete_unused(unused_since(app, now), ROWS)),
    ("sessions", |app, now| sessions::delete_unused(unused_since(app, now), ROWS)),
    // Known to have ended; the others are asked.
    ("grants", |_, now| due_grants::delete_ended(now, ROWS)),
    // They came by themselves, were not used for `UNUSED_CLIENT_DAYS`, and have no grant.
    ("clients", |app, now| clients::delete_unused((now - app.config.unused_client_ttl).floor_to_day(), ROWS)),
    // Over by themselves.
    ("revoked_tokens", |_, now| revoked_tokens::delete_expired(now - GRACE, ROWS)),
    ("used_assertions", |_, now| used_assertions::delete_expired(now - GRACE, ROWS)),
    ("password_tickets", |_, now| passwords::delete_expired(now - GRACE, ROWS)),
    ("admin_sessions", |_, now| admin_sessions::delete_expired(now - GRACE, ROWS)),
    ("connect_states", |_, now| connect_states::delete_expired(now - GRACE, ROWS)),
    ("sign_in_states", |_, now| sign_in_states::delete_expired(now - GRACE, ROWS)),
    ("agent_sessions", |_, now| agent_sessions::delete_expired(now - GRACE, ROWS)),
];

/// Of the audit database.
pub(super) const OF_THE_AUDIT_DATABASE: [Kind; 3] = [
    // Older than `AUDIT_RETENTION_DAYS`.
    ("audit", |app, now| audit::delete_before(now - app.config.audit_retention, ROWS)),
    // Messages of the Queue that do not come again.
    ("counted_messages", |_, now| counted_messages::delete_old(now, ROWS)),
    // Over by themselves.
    ("client_tokens", |_, now| stats::delete_expired(now, ROWS)),
];

fn unused_since(app: &App, now: Timestamp) -> Timestamp {
    now - app.config.session.idle - GRACE
}

/// How many rows went: as many as were answered, where the statement answers them, for what the database says was changed counts
/// those that went along, too.
///
/// # Errors
/// When a row cannot be understood.
pub(super) fn count(outcome: &Outcome) -> Stored<u64> {
    #[derive(Deserialize)]
    struct Deleted {}
    let answered = outcome.read::<Deleted>()?.into_iter().map(|_| 1).sum();
    Ok(if answered == 0 { outcome.changes } else { answered })
}
