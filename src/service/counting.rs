//! Counting what came by the Queue, each message once.
//!
//! The Queue may deliver a message again: when the answer of the database was lost, or the producer's. A message is named by
//! its first event; the call of the consumer that notes the name first is the one that counts it, by statements of one
//! transaction, whatever messages it came along with.

use serde_json::Value;

use crate::app::App;
use crate::model::audit::Event;
use crate::ports::Statement;
use crate::service::{metrics, stats};
use crate::store::counted_messages;

/// What counts these messages; nothing when there is nothing to count.
#[must_use]
pub fn count(app: &App, messages: &[Vec<Event>]) -> Vec<Statement> {
    let batch = app.random_text::<12>();
    let names: Vec<Value> = messages.iter().filter_map(|events| named(events, None)).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let noted = counted_messages::insert(Value::from(names).to_string(), &batch);
    let counted = metrics::count(messages, &batch).into_iter().chain(stats::count(messages, &batch));
    std::iter::once(noted).chain(counted).collect()
}

/// What each message adds, as JSON, beside its name; `None`: nothing.
pub(super) fn tallies(messages: &[Vec<Event>], tally: impl Fn(&[Event]) -> Vec<Value>) -> Option<String> {
    let told = messages.iter().filter_map(|events| {
        let added = tally(events);
        if added.is_empty() { None } else { named(events, Some(added)) }
    });
    let told: Vec<Value> = told.collect();
    (!told.is_empty()).then(|| Value::from(told).to_string())
}

fn named(events: &[Event], added: Option<Vec<Value>>) -> Option<Value> {
    let Event { id, at, .. } = events.first()?;
    Some(Value::from(vec![Value::from(at.millis()), Value::from(id.as_str()), Value::from(added)]))
}
