//! The audit log, in a database of its own.

use crate::model::audit::{Event, Outcome};
use crate::ports::Statement;

/// Keeps an event. One delivered twice is one row.
#[must_use]
pub fn insert(event: &Event) -> Statement {
    let outcome = match event.outcome {
        Outcome::Success => "success",
        Outcome::Failure => "failure",
    };
    Statement::write(
        "INSERT INTO audit (id, at, kind, outcome, actor, subject, client_id, grant_id, address, request_id, reason) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (id) DO NOTHING",
        vec![
            event.id.as_str().into(),
            event.at.millis().into(),
            event.kind.as_str().into(),
            outcome.into(),
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
