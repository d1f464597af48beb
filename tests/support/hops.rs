//! Counts what a request asks of the outer world, and measures how much of it stands one after another.

use std::future::Future;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::Instant;

/// What a hop takes while depth is measured.
const HOP: Duration = Duration::from_millis(10);

/// Every twin whose real thing is remote records its hops here.
#[derive(Debug, Default)]
pub struct Hops {
    made: Mutex<Vec<&'static str>>,
    slow: AtomicBool,
}

impl Hops {
    /// Called by a twin before anything else.
    pub async fn hop(&self, name: &'static str) {
        self.made.lock().expect("no test panics here").push(name);
        if self.slow.load(Ordering::SeqCst) {
            tokio::time::sleep(HOP).await;
        }
    }

    /// The hops made since the last call, in the order they began.
    pub fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.made.lock().expect("no test panics here"))
    }

    /// How many hops of `action` had to follow one another. Needs `#[tokio::test(start_paused = true)]`: the time
    /// that passes is the hops' own.
    pub async fn depth_of<T>(&self, action: impl Future<Output = T>) -> (T, u128) {
        self.slow.store(true, Ordering::SeqCst);
        let start = Instant::now();
        let answer = action.await;
        let depth = start.elapsed().as_millis() / HOP.as_millis();
        self.slow.store(false, Ordering::SeqCst);
        (answer, depth)
    }
}
