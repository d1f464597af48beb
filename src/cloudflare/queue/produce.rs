//! The producing end of the queues: after the answer, so that nobody waits for it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::time::Duration;

use futures_util::future::join_all;
use log::Level;
use worker::js_sys::{JSON, Promise};
use worker::wasm_bindgen::prelude::*;
use worker::wasm_bindgen::{JsCast, JsValue};
use worker::wasm_bindgen_futures::{JsFuture, future_to_promise};
use worker::{AnalyticsEngineDataset, Delay, Env, Queue};

use crate::app::{current_request, in_request};
use crate::cloudflare::console::report;
use crate::cloudflare::deadline::within;
use crate::cloudflare::problem::{self, message_of};
use crate::cloudflare::{clock, scope};
use crate::model::audit::Event;
use crate::model::collected::{Collected, Due, FULL};
use crate::model::data_point;
use crate::model::logout_notice::LogoutNotice;
use crate::ports::{Events, Logouts};

/// For one try. Two of them end before the runtime gives up on what follows an answer (30 s).
const DEADLINE: Duration = Duration::from_secs(8);

/// So long events are collected that are only counted.
const COLLECTING: Duration = Duration::from_secs(2);

/// Whoever waits to send them for longer, in milliseconds, was ended by the runtime.
const OVERDUE: i64 = 10_000;

#[wasm_bindgen(wasm_bindgen = worker::wasm_bindgen)]
extern "C" {
    /// The binding, as JavaScript has it: the `worker` crate brings a serializer along for the options. Without them a
    /// message is JSON.
    type Producer;

    #[wasm_bindgen(method, catch)]
    fn send(this: &Producer, body: &JsValue) -> Result<Promise, JsValue>;

    /// The binding of Workers Analytics Engine, for the same reason.
    type DataPoints;

    #[wasm_bindgen(method, catch, js_name = writeDataPoint)]
    fn write_data_point(this: &DataPoints, point: &JsValue) -> Result<(), JsValue>;
}

/// One queue, as the port of events or of logout notices.
pub struct Producing {
    queue: Queue,
    dataset: Option<AnalyticsEngineDataset>,
}

impl Producing {
    /// The queue bound as `binding`; and the dataset bound as `ANALYTICS`, which not every account has.
    ///
    /// # Errors
    /// When there is no such binding.
    pub fn bound(env: &Env, binding: &str) -> worker::Result<Self> {
        Ok(Self { queue: env.queue(binding)?, dataset: env.analytics_engine("ANALYTICS").ok() })
    }

    /// Sends messages, each JSON, once the answer is given. Losing them is logged: a request must not fail for what follows it.
    fn send_after_answer(&self, messages: Vec<String>, what: String) {
        let queue = self.queue.clone();
        after_answer(async move { send_all(&queue, messages, &what).await });
    }

    /// Sends what was collected, with what else is collected meanwhile, a little after the answer.
    fn send_collected_later(&self) {
        let queue = self.queue.clone();
        after_answer(async move {
            Delay::from(COLLECTING).await;
            AWAITED_SINCE.set(None);
            let events = COLLECTED.with_borrow_mut(Collected::take);
            if !events.is_empty() {
                let what = format!("{} events", events.len());
                send_all(&queue, vec![written(&events)], &what).await;
            }
        });
    }
}

/// Runs `task` once the answer to the current request is given.
fn after_answer(task: impl Future<Output = ()> + 'static) {
    let Some(scope) = scope::current() else {
        return report(Level::Error, "queue", "what was to be sent outside of a request is lost");
    };
    let task = in_request(current_request(), task);
    let promise = future_to_promise(std::panic::AssertUnwindSafe(async move {
        task.await;
        Ok(JsValue::UNDEFINED)
    }));
    if let Err(thrown) = scope.wait_until(&promise) {
        report(Level::Error, "queue", &format!("waitUntil: {}", message_of(&thrown)));
    }
}

async fn send_all(queue: &Queue, messages: Vec<String>, what: &str) {
    let sent = join_all(messages.iter().map(|message| send_or_repeat(queue, message))).await;
    let problems: Vec<String> = sent.into_iter().filter_map(Result::err).collect();
    if let Some(problem) = problems.first() {
        let count = problems.len();
        report(Level::Error, "queue", &format!("{what} are lost ({count} messages): {problem}"));
    }
}

fn written(events: &[Event]) -> String {
    serde_json::to_string(events).unwrap_or_default()
}

thread_local! {
    /// Events that are only counted: a message each would cost more than most of the requests they tell of.
    static COLLECTED: RefCell<Collected> = const { RefCell::new(Collected::new()) };
    /// Since when a request waits to send what was collected, in milliseconds.
    static AWAITED_SINCE: Cell<Option<i64>> = const { Cell::new(None) };
    /// Whether the log has it that a data point could not be written.
    static IS_TOLD: Cell<bool> = const { Cell::new(false) };
}

impl Events for Producing {
    /// One message for all events of a request that decide something, and what was collected goes along.
    fn send(&self, events: Vec<Event>) {
        match COLLECTED.with_borrow_mut(|collected| collected.add(events)) {
            Due::AtOnce => {
                let events = COLLECTED.with_borrow_mut(Collected::take);
                let messages = events.chunks(FULL).map(written).collect();
                self.send_after_answer(messages, format!("{} events", events.len()));
            }
            Due::Later if !is_awaited() => {
                AWAITED_SINCE.set(Some(clock::millis()));
                self.send_collected_later();
            }
            Due::Later | Due::Along => {}
        }
    }

    fn observe(&self, events: &[Event]) {
        if let Some(dataset) = &self.dataset {
            for event in events {
                write(dataset, event);
            }
        }
    }
}

/// A failure is logged, once in an isolate: it would come with every event.
fn write(dataset: &AnalyticsEngineDataset, event: &Event) {
    let dataset: &DataPoints = AsRef::<JsValue>::as_ref(dataset).unchecked_ref();
    let written = JSON::parse(&data_point::written(event)).and_then(|point| dataset.write_data_point(&point));
    if let Err(thrown) = written
        && !IS_TOLD.replace(true)
    {
        report(Level::Warn, "analytics", &message_of(&thrown));
    }
}

/// Whether a request waits to send what was collected.
fn is_awaited() -> bool {
    AWAITED_SINCE.get().is_some_and(|since| clock::millis() - since < OVERDUE)
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
