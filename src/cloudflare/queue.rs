//! Events and logout notices by way of the Queue: sent after the answer, stored or delivered by the consumer.

use std::time::Duration;

use futures_util::future::join_all;
use log::Level;
use worker::js_sys::{JSON, Promise};
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::{JsFuture, future_to_promise};
use worker::{Env, MessageBatch, MessageExt as _, Queue, QueueRetryOptionsBuilder, RawMessage};

use super::console::report;
use super::deadline::within;
use super::problem::{self, message_of};
use super::{isolate, scope};
use crate::app::App;
use crate::model::audit::Event;
use crate::model::logout_notice::LogoutNotice;
use crate::ports::{Events, Logouts};
use crate::protocol::json::from_stored;
use crate::service::audit;
use crate::service::back_channel::{self, Verdict};

/// For one try. Two of them end before the runtime gives up on what follows an answer (30 s).
const DEADLINE: Duration = Duration::from_secs(8);

/// So many clients are told at the same time: the runtime opens six connections at once.
const AT_ONCE: usize = 6;

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// The binding, as JavaScript has it: the `worker` crate brings a serializer along for the options. Without them a
    /// message is JSON.
    type Producer;

    #[wasm_bindgen(method, catch)]
    fn send(this: &Producer, body: &JsValue) -> Result<Promise, JsValue>;
}

/// One queue, as the port of events or of logout notices.
pub struct Producing {
    queue: Queue,
}

impl Producing {
    /// The queue bound as `binding`.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str) -> worker::Result<Self> {
        Ok(Self { queue: env.queue(binding)? })
    }

    /// Sends messages, each JSON, once the answer is given. Losing them is logged: a request must not fail for what follows it.
    fn send_after_answer(&self, messages: Vec<String>, what: String) {
        let Some(scope) = scope::current() else {
            return report(Level::Error, "queue", &format!("outside of a request or command, {what} are lost"));
        };
        let queue = self.queue.clone();
        let sending = future_to_promise(std::panic::AssertUnwindSafe(async move {
            let sent = join_all(messages.iter().map(|message| send_or_repeat(&queue, message))).await;
            let problems: Vec<String> = sent.into_iter().filter_map(Result::err).collect();
            if let Some(problem) = problems.first() {
                let count = problems.len();
                report(Level::Error, "queue", &format!("{what} are lost ({count} messages): {problem}"));
            }
            Ok(JsValue::UNDEFINED)
        }));
        if let Err(thrown) = scope.context().wait_until(&sending) {
            report(Level::Error, "queue", &format!("waitUntil: {}", message_of(&thrown)));
        }
    }
}

impl Events for Producing {
    /// One message for all events of a request that the consumer has a use for: a message costs more than most of the
    /// requests it tells of.
    fn send(&self, mut events: Vec<Event>) {
        events.retain(|event| event.kind.is_queued());
        if !events.is_empty() {
            let what = format!("{} events", events.len());
            self.send_after_answer(vec![serde_json::to_string(&events).unwrap_or_default()], what);
        }
    }
}

impl Logouts for Producing {
    /// A message each, since each comes again by itself.
    fn send(&self, notices: Vec<LogoutNotice>) {
        let messages = notices.iter().map(|notice| serde_json::to_string(notice).unwrap_or_default()).collect();
        self.send_after_answer(messages, format!("{} logout notices", notices.len()));
    }
}

/// Once more when the first try failed. What came after all comes twice then: events have an id each, and a client may be
/// told twice that a session has ended.
async fn send_or_repeat(queue: &Queue, message: &str) -> Result<(), String> {
    match try_to_send(queue, message).await {
        Ok(()) => Ok(()),
        Err(_) => try_to_send(queue, message).await,
    }
}

async fn try_to_send(queue: &Queue, message: &str) -> Result<(), String> {
    match within(DEADLINE, send(queue, message)).await {
        Ok(sent) => sent.map_err(|error| problem::message(&error)),
        Err(_) => Err(format!("no answer within {DEADLINE:?}")),
    }
}

async fn send(queue: &Queue, message: &str) -> worker::Result<()> {
    let body = JSON::parse(message)?;
    let queue: &Producer = AsRef::<JsValue>::as_ref(queue).unchecked_ref();
    JsFuture::from(queue.send(&body)?).await?;
    Ok(())
}

/// The consuming end of both queues. What a message is is told by itself, so that the queues may have any name.
pub async fn consume(batch: &MessageBatch<()>, env: &Env) {
    let app = match isolate::isolate(env) {
        Ok(isolate) => &isolate.app.clone(),
        Err(error) => {
            report(Level::Error, "queue", &error.to_string());
            return batch.retry_all();
        }
    };
    let (mut of_events, mut events, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    for message in batch.raw_iter() {
        match read(&message) {
            Some(Content::Events(mut some)) => {
                events.append(&mut some);
                of_events.push(message);
            }
            Some(Content::Logout(notice)) => notices.push((notice, message)),
            None => {
                report(Level::Error, "queue", "a message is neither a list of events nor a logout notice");
                message.retry();
            }
        }
    }
    store(app, events, &of_events).await;
    for some in notices.chunks(AT_ONCE) {
        join_all(some.iter().map(|(notice, message)| deliver(app, notice, message))).await;
    }
}

/// Stores the events of a batch by one call. Whatever goes wrong, the messages come again, and in the end lie in the
/// dead-letter queue.
async fn store(app: &App, events: Vec<Event>, messages: &[RawMessage]) {
    match audit::store(app, events).await {
        Ok(()) => messages.iter().for_each(RawMessage::ack),
        Err(error) => {
            report(Level::Error, "queue", &error.to_string());
            messages.iter().for_each(RawMessage::retry);
        }
    }
}

async fn deliver(app: &App, notice: &LogoutNotice, message: &RawMessage) {
    match back_channel::deliver(app, notice).await {
        Verdict::Done => message.ack(),
        Verdict::Again(wait) => {
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
            message.retry_with_options(&QueueRetryOptionsBuilder::new().with_delay_seconds(seconds).build());
        }
    }
}

/// What a message may be.
enum Content {
    Events(Vec<Event>),
    Logout(LogoutNotice),
}

fn read(message: &RawMessage) -> Option<Content> {
    let text = JSON::stringify(&message.body()).ok()?.as_string()?;
    let events = from_stored(&text).map(Content::Events);
    events.or_else(|_| from_stored(&text).map(Content::Logout)).ok()
}
