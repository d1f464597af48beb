//! The audit log, in a database of its own.

use serde::Deserialize;

use crate::model::audit::{self, AuditFilter, AuditPlace, AuditRow, Event, EventKind};
use crate::ports::{Freshness, Outcome, Statement, Stored, Value};
use crate::protocol::time::Timestamp;

/// Keeps an event. One delivered twice is one row.
#[must_use]
pub fn insert(event: &Event) -> Statement {
    Statement::write(
        "INSERT INTO audit (id, at, kind, outcome, actor, subject, client_id, grant_id, address, request_id, reason) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO NOTHING",
        vec![
            event.id.as_str().into(),
            event.at.millis().into(),
            event.kind.as_str().into(),
            event.outcome.as_str().into(),
            event.actor.clone().into(),
            event.subject.clone().into(),
            event.client_id.clone().into(),
            event.grant_id.clone().into(),
            event.address.clone().into(),
            event.request_id.as_str().into(),
            event.reason.clone().into(),
        ],
    )
}

/// Later than any event, and not too late for D1, which binds doubles.
const NEVER: i64 = 1 << 52;

/// The rows before a place, newest first. Each list is found by the index that begins with its first column; the other filters
/// look at what that finds.
macro_rules! select_audit {
    ($found_by:literal) => {
        concat!(
            "SELECT id, at, kind, outcome, actor, subject, client_id, grant_id, address, request_id, reason \
             FROM audit WHERE ",
            $found_by,
            "(at, id) < (?1, ?2) AND at >= ?3 \
             AND (?4 IS NULL OR actor = ?4) AND (?5 IS NULL OR subject = ?5) AND (?6 IS NULL OR client_id = ?6) \
             AND (?7 IS NULL OR kind = ?7) AND (?8 IS NULL OR address = ?8) AND (?9 IS NULL OR outcome = ?9) \
             ORDER BY at DESC, id DESC LIMIT ?10"
        )
    };
}

/// Asks for events that fit, newest first, from before `place`.
#[must_use]
pub fn select(filter: &AuditFilter, place: Option<&AuditPlace>, limit: i64) -> Statement {
    let sql = match filter {
        AuditFilter { actor: Some(_), .. } => select_audit!("actor = ?4 AND "),
        AuditFilter { subject: Some(_), .. } => select_audit!("subject = ?5 AND "),
        AuditFilter { client_id: Some(_), .. } => select_audit!("client_id = ?6 AND "),
        AuditFilter { address: Some(_), .. } => select_audit!("address = ?8 AND "),
        AuditFilter { kind: Some(_), .. } => select_audit!("kind = ?7 AND "),
        // Few enough for an index of their own.
        AuditFilter { outcome: Some(audit::Outcome::Failure), .. } => select_audit!("outcome = 'failure' AND "),
        _ => select_audit!(""),
    };
    let millis = |moment: Option<Timestamp>, else_: i64| moment.map_or(else_, Timestamp::millis).clamp(-NEVER, NEVER);
    let to = (millis(filter.to, NEVER), "");
    let before = place.map_or(to, |place| (place.at.millis().clamp(-NEVER, NEVER), place.id.as_str())).min(to);
    let values: Vec<Value> = vec![
        before.0.into(),
        before.1.into(),
        millis(filter.from, -NEVER).into(),
        filter.actor.as_deref().into(),
        filter.subject.as_deref().into(),
        filter.client_id.as_deref().into(),
        filter.kind.map(EventKind::as_str).into(),
        filter.address.as_deref().into(),
        filter.outcome.map(audit::Outcome::as_str).into(),
        limit.into(),
    ];
    Statement::read(sql, values).fresh(Freshness::Primary)
}

/// Removes the oldest of those from before `moment`, at most so many.
#[must_use]
pub fn delete_before(moment: Timestamp, most: i64) -> Statement {
    Statement::write(
        "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 ORDER BY at, id LIMIT ?2)",
        vec![moment.millis().into(), most.into()],
    )
}

#[derive(Deserialize)]
struct Row {
    id: String,
    at: i64,
    kind: String,
    outcome: String,
    actor: Option<String>,
    subject: Option<String>,
    client_id: Option<String>,
    grant_id: Option<String>,
    address: Option<String>,
    request_id: String,
    reason: Option<String>,
}

impl From<Row> for AuditRow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: Timestamp::from_millis(row.at),
            kind: row.kind,
            outcome: row.outcome,
            actor: row.actor,
            subject: row.subject,
            client_id: row.client_id,
            grant_id: row.grant_id,
            address: row.address,
            request_id: row.request_id,
            reason: row.reason,
        }
    }
}

/// Reads the answer to [`select`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<AuditRow>> {
    Ok(outcome.read::<Row>()?.into_iter().map(AuditRow::from).collect())
}
