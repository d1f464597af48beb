//! The audit log: the events that decide something, kept by the Queue's consumer.

use crate::app::{App, Context};
use crate::model::audit::{AuditFilter, AuditPlace, AuditRow, Event, EventKind, Outcome};
use crate::ports::Stored;
use crate::protocol::error::OAuthError;
use crate::service::errors::log_failure;
use crate::service::listing::{Page, PageRequest, not_of_this_list};
use crate::service::metrics;
use crate::store::{self, clients};

/// One JSON line; a replay, a refused administrator or a client that cannot be reached deserves a look.
pub fn log(event: &Event) {
    let level = match (event.kind, event.outcome) {
        (EventKind::Replay | EventKind::AdminRefused | EventKind::LogoutDelayed, _)
        | (EventKind::AdminSignIn | EventKind::AdminTokenCreated, Outcome::Failure) => log::Level::Warn,
        _ => log::Level::Info,
    };
    log::log!(level, "{}", serde_json::to_string(event).unwrap_or_default());
}

/// Logs what happened so far and sends it on, after the answer.
pub fn hand_on(app: &App, context: &Context) {
    let events = context.take_events();
    events.iter().for_each(log);
    if !events.is_empty() {
        app.events.send(events);
    }
}

/// For events that happen where no request is: logs them and keeps them at once. That they cannot be kept is no reason to do
/// again what was done; they go by the Queue, which tries again.
pub async fn keep(app: &App, events: Vec<Event>) {
    events.iter().for_each(log);
    if let Err(error) = store(app, events.clone()).await {
        log_failure("audit_failed", &error);
        app.events.send(events);
    }
}

/// Lists the events that fit, newest first.
///
/// # Errors
/// `invalid_request` for an `after` that is not from this list; `temporarily_unavailable` when the audit database fails.
pub async fn list(app: &App, filter: &AuditFilter, request: &PageRequest) -> Result<Page<AuditRow>, OAuthError> {
    let place = match request.after.as_str() {
        "" => None,
        after => Some(AuditPlace::parse(after).ok_or_else(not_of_this_list)?),
    };
    let statement = store::audit::select(filter, place.as_ref(), request.limit);
    let rows = store::audit::read_all(&app.audit_database.run(statement).await?)?;
    Ok(Page::of(rows, request, AuditPlace::write))
}

/// Keeps those of `events` that decide something, and counts all of them, in one hop; and on which days clients were used,
/// in another. What was kept is not kept again when they come a second time, but it is counted again.
///
/// # Errors
/// When a database fails; the consumer then tries the batch again.
pub async fn store(app: &App, events: Vec<Event>) -> Stored<()> {
    let kept = events.iter().filter(|event| event.kind.decides()).map(store::audit::insert);
    let statements: Vec<_> = kept.chain(metrics::count(&events)).collect();
    if !statements.is_empty() {
        app.audit_database.batch(statements).await?;
    }
    let used = events.iter().filter(|event| event.kind == EventKind::ClientUsed);
    let used: Vec<_> =
        used.filter_map(|event| Some(clients::used_on(event.client_id.as_ref()?, event.at.floor_to_day()))).collect();
    if !used.is_empty() {
        app.database.batch(used).await?;
    }
    Ok(())
}
