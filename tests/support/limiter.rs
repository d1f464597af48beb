//! Counts on the test clock, instead of the rate-limit binding.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ostiary::ports::{Clock, Limiter, Stored};

use super::fault::FaultSwitch;

pub struct TestLimiter {
    clock: Arc<dyn Clock>,
    /// How many a key may have in one minute of the clock.
    a_minute: u32,
    counts: Mutex<HashMap<(String, i64), u32>>,
    pub fault: FaultSwitch,
}

impl TestLimiter {
    pub fn new(clock: Arc<dyn Clock>, a_minute: u32) -> Self {
        Self { clock, a_minute, counts: Mutex::default(), fault: FaultSwitch::default() }
    }

    /// As if nobody had come before.
    pub fn forget(&self) {
        self.counts.lock().expect("no test panics here").clear();
    }
}

/// No hop: the binding counts where the request is.
#[async_trait]
impl Limiter for TestLimiter {
    async fn allow(&self, key: &str) -> Stored<bool> {
        self.fault.guard("limiter", || {
            let minute = self.clock.now().seconds().div_euclid(60);
            let mut counts = self.counts.lock().expect("no test panics here");
            let count = counts.entry((key.to_owned(), minute)).or_default();
            *count += 1;
            Ok(*count <= self.a_minute)
        })
    }
}
