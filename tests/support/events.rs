//! A list, instead of the Queue.

use std::sync::Mutex;

use ostiary::model::audit::{Event, EventKind};
use ostiary::ports::Events;

#[derive(Debug, Default)]
pub struct TestEvents(Mutex<Vec<Event>>);

impl TestEvents {
    /// The events since the last call, in their order.
    pub fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.0.lock().expect("no test panics here"))
    }

    /// What happened since the last call, in its order.
    pub fn take_kinds(&self) -> Vec<EventKind> {
        self.take().into_iter().map(|event| event.kind).collect()
    }
}

impl Events for TestEvents {
    fn send(&self, events: Vec<Event>) {
        self.0.lock().expect("no test panics here").extend(events);
    }
}
