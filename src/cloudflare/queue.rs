//! Events by way of the Queue: sent after the answer, stored by the consumer.

use std::cell::RefCell;
use std::time::Duration;

use log::Level;
use worker::js_sys::JSON;
use worker::wasm_bindgen::JsValue;
use worker::wasm_bindgen_futures::future_to_promise;
use worker::{Delay, Env, MessageBatch, MessageExt as _, Queue, QueueContentType, RawMessage, RawMessageBuilder};

use super::clock::WorkerClock;
use super::console::report;
use super::problem::{message, message_of};
use super::{isolate, scope};
use crate::app::App;
use crate::model::audit::Event;
use crate::ports::{Clock, Events};
use crate::protocol::time::Timestamp;
use crate::service::audit;

/// How long events that nobody waits for may be held back.
const PATIENCE: Duration = Duration::from_secs(1);
/// So many are sent without waiting for more. A message may hold 128 KB, an event takes less than 1 KB.
const MOST_TOGETHER: usize = 100;

/// The producing end.
pub struct QueueEvents {
    queue: Queue,
}

impl QueueEvents {
    /// The queue bound as `binding`.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str) -> worker::Result<Self> {
        Ok(Self { queue: env.queue(binding)? })
    }
}

/// Events that wait to be sent together.
struct Waiting {
    events: Vec<Event>,
    /// When the request that will send them began to wait.
    since: Option<Timestamp>,
}

thread_local! {
    static WAITING: RefCell<Waiting> = const { RefCell::new(Waiting { events: Vec::new(), since: None }) };
}

impl Events for QueueEvents {
    /// Losing events is logged: a request must not fail for its log.
    ///
    /// What decides something is sent at once. The rest waits, so that many requests are one message: a message costs
    /// more than most of the requests it tells of.
    fn send(&self, events: Vec<Event>) {
        let Some(scope) = scope::current() else {
            return report(Level::Error, "queue", "events outside of a request are lost");
        };
        let Some(wait) = WAITING.with_borrow_mut(|waiting| waiting.add(events, WorkerClock::unmoved().now())) else {
            return;
        };
        let queue = self.queue.clone();
        let sending = future_to_promise(std::panic::AssertUnwindSafe(async move {
            if !wait.is_zero() {
                Delay::from(wait).await;
            }
            let events = WAITING.with_borrow_mut(Waiting::take);
            if let Err(error) = send(&queue, &events).await {
                report(Level::Error, "queue", &format!("{} events are lost: {}", events.len(), message(&error)));
            }
            Ok(JsValue::UNDEFINED)
        }));
        let context: &worker::worker_sys::Context = scope.context().as_ref();
        if let Err(thrown) = context.wait_until(&sending) {
            report(Level::Error, "queue", &format!("waitUntil: {}", message_of(&thrown)));
        }
    }
}

impl Waiting {
    /// Adds events, and says how long the request that brings them must wait before it sends all there are; `None` when
    /// another one will.
    fn add(&mut self, events: Vec<Event>, now: Timestamp) -> Option<Duration> {
        let urgent = events.iter().any(|event| event.kind.decides());
        self.events.extend(events);
        if urgent || self.events.len() >= MOST_TOGETHER {
            return Some(Duration::ZERO);
        }
        // One that is long overdue was ended by the runtime.
        let coming = self.since.is_some_and(|since| now.since(since) < PATIENCE * 5);
        if coming {
            return None;
        }
        self.since = Some(now);
        Some(PATIENCE)
    }

    fn take(&mut self) -> Vec<Event> {
        self.since = None;
        std::mem::take(&mut self.events)
    }
}

async fn send(queue: &Queue, events: &[Event]) -> worker::Result<()> {
    if events.is_empty() {
        return Ok(()); // another request was quicker
    }
    let body = JSON::parse(&serde_json::to_string(events)?)?;
    queue.send_raw(RawMessageBuilder::new(body).build_with_content_type(QueueContentType::Json)).await
}

/// The consuming end: stores the events of a batch by one call. Whatever goes wrong, the messages come again, and in
/// the end lie in the dead-letter queue.
pub async fn consume(batch: &MessageBatch<()>, env: &Env) {
    let app = match isolate::isolate(env) {
        Ok(isolate) => &isolate.app.clone(),
        Err(error) => {
            report(Level::Error, "queue", &error.to_string());
            return batch.retry_all();
        }
    };
    let (mut readable, mut events) = (Vec::new(), Vec::new());
    for message in batch.raw_iter() {
        if let Some(mut of_message) = read(&message) {
            events.append(&mut of_message);
            readable.push(message);
        } else {
            report(Level::Error, "queue", "a message is no list of events");
            message.retry();
        }
    }
    store(app, events, &readable).await;
}

async fn store(app: &App, events: Vec<Event>, messages: &[RawMessage]) {
    match audit::store(app, events).await {
        Ok(()) => messages.iter().for_each(RawMessage::ack),
        Err(error) => {
            report(Level::Error, "queue", &error.to_string());
            messages.iter().for_each(RawMessage::retry);
        }
    }
}

fn read(message: &RawMessage) -> Option<Vec<Event>> {
    let text = JSON::stringify(&message.body()).ok()?.as_string()?;
    serde_json::from_str(&text).ok()
}
