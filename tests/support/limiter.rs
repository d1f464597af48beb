//! Counts on the test clock, instead of the rate-limit bindings.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use ostiary::ports::{Clock, Limit, Limiter, Stored};

use super::fault::FaultSwitch;
use super::limits::of_wrangler_toml;

pub struct TestLimiter {
    clock: Arc<dyn Clock>,
    /// Limits other than those of `wrangler.toml`.
    changed: Mutex<HashMap<Limit, u32>>,
    counts: Mutex<HashMap<(Limit, String, i64), u32>>,
    pub fault: FaultSwitch,
}

impl TestLimiter {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, changed: Mutex::default(), counts: Mutex::default(), fault: FaultSwitch::default() }
    }

    /// As if nobody had come before.
    pub fn forget(&self) {
        self.counts.lock().expect("no test panics here").clear();
    }

    /// From now on so many a minute.
    pub fn set(&self, limit: Limit, a_minute: u32) {
        self.changed.lock().expect("no test panics here").insert(limit, a_minute);
    }

    /// What was counted under this limit, by its keys, in whatever minute.
    pub fn counted(&self, limit: Limit) -> Vec<String> {
        let counts = self.counts.lock().expect("no test panics here");
        let mut keys: Vec<_> = counts.keys().filter(|(of, ..)| *of == limit).map(|(_, key, _)| key.clone()).collect();
        keys.sort();
        keys
    }

    /// How many a key may have in one minute of the clock.
    fn a_minute(&self, limit: Limit) -> u32 {
        let changed = self.changed.lock().expect("no test panics here").get(&limit).copied();
        changed.unwrap_or_else(|| of_wrangler_toml(limit))
    }
}

/// No hop: the binding counts where the request is.
#[async_trait]
impl Limiter for TestLimiter {
    async fn allow(&self, limit: Limit, key: &str) -> Stored<bool> {
        self.fault.guard("limiter", || {
            let minute = self.clock.now().seconds().div_euclid(60);
            let mut counts = self.counts.lock().expect("no test panics here");
            let count = counts.entry((limit, key.to_owned(), minute)).or_default();
            *count += 1;
            Ok(*count <= self.a_minute(limit))
        })
    }
}
