//! The consuming end of both queues.

use futures_util::future::join_all;
use log::Level;
use worker::js_sys::JSON;
use worker::{Env, MessageBatch, MessageExt as _, QueueRetryOptionsBuilder, RawMessage};

use crate::app::App;
use crate::cloudflare::console::report;
use crate::cloudflare::isolate;
use crate::model::audit::Event;
use crate::model::logout_notice::LogoutNotice;
use crate::protocol::json::from_stored;
use crate::service::audit;
use crate::service::back_channel::{self, Verdict};

/// So many clients are told at the same time: the runtime opens six connections at once.
const AT_ONCE: usize = 6;

/// A batch of either queue. What a message is is told by itself, so that the queues may have any name.
pub async fn consume(batch: &MessageBatch<()>, env: &Env) {
    let app = match isolate::isolate(env) {
        Ok(isolate) => &isolate.app.clone(),
        Err(error) => {
            report(Level::Error, "queue", &error.to_string());
            return batch.retry_all();
        }
    };
    let (mut of_events, mut contents, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    for message in batch.raw_iter() {
        match read(&message) {
            Some(Content::Events(events)) => {
                contents.push(events);
                of_events.push(message);
            }
            Some(Content::Logout(notice)) => notices.push((notice, message)),
            None => {
                report(Level::Error, "queue", "a message is neither a list of events nor a logout notice");
                message.retry();
            }
        }
    }
    store(app, &contents, &of_events).await;
    for some in notices.chunks(AT_ONCE) {
        join_all(some.iter().map(|(notice, message)| deliver(app, notice, message))).await;
    }
}

/// Stores the events of a batch by one call. Whatever goes wrong, the messages come again, and in the end lie in the
/// dead-letter queue.
async fn store(app: &App, contents: &[Vec<Event>], messages: &[RawMessage]) {
    match audit::store_all(app, contents).await {
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
