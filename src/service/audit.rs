//! The audit log: the events that decide something, kept by the Queue's consumer.

use futures_util::join;

use crate::app::{App, Context};
use crate::model::audit::{AuditFilter, AuditPlace, AuditRow, Event, EventKind, Outcome};
use crate::ports::{Database, Statement, Stored};
use crate::protocol::error::OAuthError;
use crate::service::errors::log_failure;
use crate::service::listing::{Page, PageRequest, not_of_this_list};
use crate::service::{counting, stats};
use crate::store::{self, clients};

/// One JSON line; a replay, a refused administrator or a client that cannot be reached deserves a look.
fn log(event: &Event) {
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
    tell(app, &events);
    if !events.is_empty() {
        app.events.send(events);
    }
}

fn tell(app: &App, events: &[Event]) {
    events.iter().for_each(log);
    app.events.observe(events);
}

/// For events that happen where no request is: logs them and keeps them at once. That they cannot be kept is no reason to do
/// again what was done; they go by the Queue, which tries again.
pub async fn keep(app: &App, events: Vec<Event>) {
    tell(app, &events);
    let messages = [events];
    if let Err(error) = store_all(app, &messages).await {
        log_failure("audit_failed", &error);
        let [events] = messages;
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

/// Keeps the events of one message: see [`store_all`].
///
/// # Errors
/// As [`store_all`].
pub async fn store(app: &App, events: Vec<Event>) -> Stored<()> {
    store_all(app, &[events]).await
}

/// Keeps those events of these messages that decide something, and counts all of them, in one hop; beside it, in another, notes
/// what they say of grants, and on which days clients were used. A message that comes again is neither kept nor counted again.
///
/// # Errors
/// When a database fails; the consumer then tries the batch again.
pub async fn store_all(app: &App, messages: &[Vec<Event>]) -> Stored<()> {
    let events = || messages.iter().flatten();
    let kept = events().filter(|event| event.kind.decides()).map(store::audit::insert);
    let kept = kept.chain(counting::count(app, messages)).collect();
    let used = events().filter(|event| event.kind == EventKind::ClientUsed);
    let used = used.filter_map(|event| Some(clients::used_on(event.client_id.as_ref()?, event.at.floor_to_day())));
    let known = used.chain(stats::fold(events())).collect();
    let (kept, known) = join!(all_of(&*app.audit_database, kept), all_of(&*app.database, known));
    kept.and(known)
}

async fn all_of(database: &dyn Database, statements: Vec<Statement>) -> Stored<()> {
    if !statements.is_empty() {
        database.batch(statements).await?;
    }
    Ok(())
}
