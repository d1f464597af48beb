//! Events by way of the Queue: sent after the answer, stored by the consumer.

use std::time::Duration;

use log::Level;
use worker::js_sys::{JSON, Promise};
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::{JsFuture, future_to_promise};
use worker::{Env, MessageBatch, MessageExt as _, Queue, RawMessage};

use super::console::report;
use super::deadline::within;
use super::problem::{message, message_of};
use super::{isolate, scope};
use crate::app::App;
use crate::model::audit::Event;
use crate::ports::Events;
use crate::protocol::json::from_text;
use crate::service::audit;

/// For one try. Two of them end before the runtime gives up on what follows an answer (30 s).
const DEADLINE: Duration = Duration::from_secs(8);

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// The binding, as JavaScript has it: the `worker` crate brings a serializer along for the options. Without them a
    /// message is JSON.
    type Producer;

    #[wasm_bindgen(method, catch)]
    fn send(this: &Producer, body: &JsValue) -> Result<Promise, JsValue>;
}

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

impl Events for QueueEvents {
    /// One message for all events of a request that decide something: the consumer has no use for the others, and a
    /// message costs more than most of the requests it tells of. Losing events is logged: a request must not fail for
    /// its log.
    fn send(&self, mut events: Vec<Event>) {
        events.retain(|event| event.kind.decides());
        if events.is_empty() {
            return;
        }
        let Some(scope) = scope::current() else {
            return report(Level::Error, "queue", "events outside of a request are lost");
        };
        let queue = self.queue.clone();
        let sending = future_to_promise(std::panic::AssertUnwindSafe(async move {
            if let Err(problem) = send_or_repeat(&queue, &events).await {
                report(Level::Error, "queue", &format!("{} events are lost: {problem}", events.len()));
            }
            Ok(JsValue::UNDEFINED)
        }));
        let context: &worker::worker_sys::Context = scope.context().as_ref();
        if let Err(thrown) = context.wait_until(&sending) {
            report(Level::Error, "queue", &format!("waitUntil: {}", message_of(&thrown)));
        }
    }
}

/// Once more when the first try failed: each event has an id, so one that came after all is still one row.
async fn send_or_repeat(queue: &Queue, events: &[Event]) -> Result<(), String> {
    match try_to_send(queue, events).await {
        Ok(()) => Ok(()),
        Err(_) => try_to_send(queue, events).await,
    }
}

async fn try_to_send(queue: &Queue, events: &[Event]) -> Result<(), String> {
    match within(DEADLINE, send(queue, events)).await {
        Ok(sent) => sent.map_err(|error| message(&error)),
        Err(_) => Err(format!("no answer within {DEADLINE:?}")),
    }
}

async fn send(queue: &Queue, events: &[Event]) -> worker::Result<()> {
    let body = JSON::parse(&serde_json::to_string(events)?)?;
    let queue: &Producer = AsRef::<JsValue>::as_ref(queue).unchecked_ref();
    JsFuture::from(queue.send(&body)?).await?;
    Ok(())
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
    from_text(&text).ok()
}
