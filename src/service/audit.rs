//! The audit log: the events that decide something, kept by the Queue's consumer.

use crate::app::App;
use crate::model::audit::Event;
use crate::ports::Stored;
use crate::store;

/// Keeps those of `events` that decide something, in one hop. Repeating it does no harm.
///
/// # Errors
/// When the audit database fails; the consumer then tries the batch again.
pub async fn store(app: &App, events: Vec<Event>) -> Stored<()> {
    let statements: Vec<_> = events.iter().filter(|event| event.kind.decides()).map(store::audit::insert).collect();
    if !statements.is_empty() {
        app.audit_database.batch(statements).await?;
    }
    Ok(())
}
