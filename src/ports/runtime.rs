//! What the runtime has at hand: nothing here is asked of another machine before the answer.

use crate::model::audit::Event;
use crate::model::logout_notice::LogoutNotice;
use crate::protocol::time::Timestamp;

/// Takes events off the request's path: a Queue on Workers, sent after the answer.
pub trait Events: Send + Sync {
    /// Hands the events of one request on. Never waits, never fails the request.
    fn send(&self, events: Vec<Event>);

    /// Shows events to whoever draws curves of them, if anybody does: Workers Analytics Engine. Never waits, never fails.
    fn observe(&self, events: &[Event]);
}

/// Takes the ends of sessions to the clients that are to be told, again and again if need be: a Queue on Workers.
pub trait Logouts: Send + Sync {
    /// Hands notices on. Never waits, never fails the request.
    fn send(&self, notices: Vec<LogoutNotice>);
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Makes randomness fit for keys.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}
