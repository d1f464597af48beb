//! The time: the runtime's, moved by `CLOCK_OFFSET_SECONDS` in development so that tests can let time pass.

use std::time::Duration;

use crate::config::Config;
use crate::ports::Clock;
use crate::protocol::time::Timestamp;

/// The runtime's clock and how far it is moved.
#[derive(Clone, Copy)]
pub struct WorkerClock {
    offset_millis: i64,
}

impl WorkerClock {
    /// The clock that the settings ask for.
    pub fn new(config: &Config) -> Self {
        Self { offset_millis: config.clock_offset.saturating_mul(1000) }
    }

    /// The runtime's own time.
    pub const fn unmoved() -> Self {
        Self { offset_millis: 0 }
    }
}

impl Clock for WorkerClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(millis().saturating_add(self.offset_millis))
    }
}

/// The runtime's time, milliseconds since the Unix epoch: read without making a `Date`, and it is read often.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds stay below 2^53, and a cast of a float never wraps")]
pub fn millis() -> i64 {
    worker::js_sys::Date::now() as i64
}

/// How long until `moment`, at least a second, so that an alarm never sets itself again at once.
pub fn until(moment: Timestamp, now: Timestamp) -> Duration {
    moment.since(now).max(Duration::from_secs(1))
}
