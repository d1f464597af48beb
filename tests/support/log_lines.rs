//! What the server writes to the log. Each test runs on a thread of its own, and so has a log of its own.

use std::cell::RefCell;
use std::sync::Once;

use log::{LevelFilter, Log, Metadata, Record};

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Capture;

impl Log for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        LINES.with_borrow_mut(|lines| lines.push(format!("{} {}", record.level(), record.args())));
    }

    fn flush(&self) {}
}

/// From now on every line of this thread is kept, whatever its level.
pub fn capture() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        log::set_logger(&Capture).expect("the only logger");
        log::set_max_level(LevelFilter::Trace);
    });
    take();
}

/// The lines since the last call.
pub fn take() -> Vec<String> {
    LINES.with_borrow_mut(std::mem::take)
}
