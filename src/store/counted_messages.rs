//! Messages of the Queue that were counted, so that one delivered again is not counted again.

use std::time::Duration;

use crate::ports::Statement;
use crate::protocol::time::Timestamp;

/// So long a message is remembered: longer than the Queue tries to deliver it.
const REMEMBERED: Duration = Duration::from_hours(1);

/// Notes that `batch` counts those of these messages, `[at, event_id, …]`, that nobody counted before. What counts them follows in the
/// same batch of statements.
#[must_use]
pub fn insert(messages: String, batch: &str) -> Statement {
    Statement::write(
        "INSERT INTO counted_messages (at, event_id, batch) \
         SELECT value ->> 0, value ->> 1, ?2 FROM json_each(?1) WHERE true ON CONFLICT (at, event_id) DO NOTHING",
        vec![messages.into(), batch.into()],
    )
}

/// Forgets messages that do not come again, the oldest, at most so many.
#[must_use]
pub fn delete_old(now: Timestamp, most: i64) -> Statement {
    let since = (now - REMEMBERED).millis();
    Statement::write(
        "DELETE FROM counted_messages WHERE (at, event_id) IN \
         (SELECT at, event_id FROM counted_messages WHERE at < ?1 ORDER BY at LIMIT ?2)",
        vec![since.into(), most.into()],
    )
}
