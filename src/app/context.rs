//! One request: when it came, from where, and what happened in it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::App;
use crate::model::audit::{Event, EventKind, Outcome, TokenDates};
use crate::model::client::could_be_id;
use crate::model::network::{is_outside, neighbourhood, network};
use crate::protocol::client_id_url;
use crate::protocol::time::Timestamp;

/// One request: when it came, from where, and what happened in it.
#[derive(Clone)]
pub struct Context(Arc<Inner>);

/// From where a request came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whence {
    /// The network address, as the edge saw it.
    pub address: String,
    /// The zone of the Worker that sent it, where the address is that of every Worker.
    pub worker: Option<String>,
    /// The place that the edge takes that address to be at, for people to read: "Amsterdam, NL".
    pub place: Option<String>,
    /// What the browser calls itself (`User-Agent`).
    pub user_agent: Option<String>,
}

struct Inner {
    now: Timestamp,
    request_id: String,
    whence: Whence,
    event_prefix: String,
    events: Mutex<Vec<Event>>,
}

impl Context {
    /// A request that came now.
    #[must_use]
    pub fn new(app: &App, request_id: String, whence: Whence) -> Self {
        let event_prefix = app.random_text::<12>();
        let now = app.clock.now();
        Self(Arc::new(Inner { now, request_id, whence, event_prefix, events: Mutex::default() }))
    }

    /// When the request came: the one time that all its rules go by.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.now
    }

    /// The request's name in the log (`cf-ray` on Workers).
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// The client's network address, as the edge saw it.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0.whence.address
    }

    /// The network that it counts for: that of the address, or of all Workers at Cloudflare the one that sent it.
    #[must_use]
    pub fn network(&self) -> String {
        self.with_worker(network(self.address()))
    }

    /// The same, with what is around: all that one holder may have as a whole.
    #[must_use]
    pub fn neighbourhood(&self) -> String {
        self.with_worker(neighbourhood(self.address()))
    }

    fn with_worker(&self, network: String) -> String {
        match &self.0.whence.worker {
            Some(worker) => format!("{network} {worker}"),
            None => network,
        }
    }

    /// Whether it came from elsewhere than the machine itself.
    #[must_use]
    pub fn is_from_outside(&self) -> bool {
        is_outside(self.address())
    }

    /// From where it came.
    #[must_use]
    pub fn whence(&self) -> &Whence {
        &self.0.whence
    }

    /// Notes that something happened; it is logged and, after the answer, sent on.
    pub fn record(&self, happening: Happening) {
        let mut events = self.0.events.lock().unwrap_or_else(PoisonError::into_inner);
        let id = format!("{}.{}", self.0.event_prefix, events.len());
        events.push(self.event(id, happening));
    }

    /// The members of a line for something that is not recorded.
    #[must_use]
    pub fn without_record(&self, happening: &Happening) -> Value {
        json!({
            "kind": happening.kind.as_str(),
            "reason": happening.reason,
            "actor": happening.actor,
            "client_id": happening.client_id,
            "address": self.address(),
        })
    }

    fn event(&self, id: String, happening: Happening) -> Event {
        Event {
            id,
            at: self.0.now,
            kind: happening.kind,
            outcome: happening.outcome,
            actor: happening.actor,
            subject: happening.subject,
            client_id: happening.client_id,
            grant_id: happening.grant_id,
            address: Some(self.0.whence.address.clone()).filter(|address| !address.is_empty()),
            request_id: self.0.request_id.clone(),
            reason: happening.reason,
            provider: happening.provider,
            agent_id: happening.agent_id,
            seconds: happening.seconds,
            tokens: happening.tokens,
            times: None,
        }
    }

    /// Takes what happened so far.
    #[must_use]
    pub fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.0.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Something that happened in a request. Never put a secret into one.
#[derive(Clone, Debug)]
pub struct Happening {
    kind: EventKind,
    outcome: Outcome,
    actor: Option<String>,
    subject: Option<String>,
    client_id: Option<String>,
    grant_id: Option<String>,
    reason: Option<String>,
    provider: Option<String>,
    agent_id: Option<String>,
    seconds: Option<u64>,
    tokens: Option<TokenDates>,
}

impl Happening {
    /// `kind` was done.
    #[must_use]
    pub const fn done(kind: EventKind) -> Self {
        Self {
            kind,
            outcome: Outcome::Success,
            actor: None,
            subject: None,
            client_id: None,
            grant_id: None,
            reason: None,
            provider: None,
            agent_id: None,
            seconds: None,
            tokens: None,
        }
    }

    /// `kind` was refused, and why.
    #[must_use]
    pub fn refused(kind: EventKind, reason: impl Into<String>) -> Self {
        Self { outcome: Outcome::Failure, reason: Some(reason.into()), ..Self::done(kind) }
    }

    /// What happened.
    #[must_use]
    pub const fn kind(&self) -> EventKind {
        self.kind
    }

    /// Who did it.
    #[must_use]
    pub fn by(mut self, actor: impl Into<String>) -> Self {
        self.actor = Some(actor.into());
        self
    }

    /// To whom it happened.
    #[must_use]
    pub fn to(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The client it concerns.
    #[must_use]
    pub fn client(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// The client it concerns, by an id that a stranger sent: noted only when it looks like one.
    #[must_use]
    pub fn client_as_sent(self, client_id: &str) -> Self {
        let is_id = could_be_id(client_id) || client_id_url::host(client_id, false).is_some();
        if is_id { self.client(client_id) } else { self }
    }

    /// The grant it concerns.
    #[must_use]
    pub fn grant(mut self, grant_id: impl Into<String>) -> Self {
        self.grant_id = Some(grant_id.into());
        self
    }

    /// The provider it concerns, and for which agent of the user; empty: for themselves.
    #[must_use]
    pub fn at(mut self, provider_id: &str, agent_id: &str) -> Self {
        self.provider = Some(provider_id.to_owned());
        self.agent_id = Some(agent_id.to_owned());
        self
    }

    /// How long it lasted.
    #[must_use]
    pub fn after(mut self, time: Duration) -> Self {
        self.seconds = Some(time.as_secs());
        self
    }

    /// The tokens it concerns.
    #[must_use]
    pub const fn tokens(mut self, dates: TokenDates) -> Self {
        self.tokens = Some(dates);
        self
    }

    /// Why.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}
