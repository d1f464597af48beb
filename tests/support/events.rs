//! A list, instead of the Queue.

use std::sync::Mutex;

use ostiary::model::audit::{Event, EventKind};
use ostiary::ports::Events;

#[derive(Debug, Default)]
pub struct TestEvents {
    sent: Mutex<Vec<Event>>,
    observed: Mutex<Vec<Event>>,
}

impl TestEvents {
    /// The events since the last call, in their order.
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.sent.lock().expect("no test panics here"))
    }

    /// The events that somebody may draw curves of since the last call, in their order.
    pub fn take_observed(&self) -> Vec<Event> {
        std::mem::take(&mut self.observed.lock().expect("no test panics here"))
    }

    /// What happened since the last call, in its order.
    pub fn take_kinds(&self) -> Vec<EventKind> {
        self.take().into_iter().map(|event| event.kind).collect()
    }
}

impl Events for TestEvents {
    fn send(&self, events: Vec<Event>) {
        self.sent.lock().expect("no test panics here").extend(events);
    }

    fn observe(&self, events: &[Event]) {
        self.observed.lock().expect("no test panics here").extend_from_slice(events);
    }
}
