//! What the server writes to the log. Each test runs on a thread of its own, and so has a log of its own.
//!
//! Every line of every test is held against docs/logs.md as it is written, and when the test's server goes, against every secret that
//! passed through it ([`super::secrets`]).

use std::cell::RefCell;
use std::sync::Once;

use log::{LevelFilter, Log, Metadata, Record};

use super::{log_table, secrets};

/// So many lines of a test are looked at.
const MOST: usize = 20_000;

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// The same, of which no test takes anything away.
    static ALL: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static PROBLEMS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Capture;

impl Log for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let line = record.args().to_string();
        LINES.with_borrow_mut(|lines| lines.push(format!("{} {line}", record.level())));
        ALL.with_borrow_mut(|lines| {
            if lines.len() < MOST {
                let problem = log_table::problem_of(record.level(), &line);
                PROBLEMS
                    .with_borrow_mut(|problems| problems.extend(problem.map(|problem| format!("{problem}: {line}"))));
                lines.push(line);
            }
        });
    }

    fn flush(&self) {}
}

/// From now on every line of this thread is kept, whatever its level.
pub fn capture() {
    install();
    take();
}

fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        log::set_logger(&Capture).expect("the only logger");
        log::set_max_level(LevelFilter::Trace);
    });
}

/// The lines since the last call.
pub fn take() -> Vec<String> {
    LINES.with_borrow_mut(std::mem::take)
}

/// Looks through the log when it goes, with the last of the servers that share it.
pub struct Watch(());

impl Watch {
    pub fn new() -> Self {
        install();
        Self(())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let (lines, problems) = (ALL.take(), PROBLEMS.take());
        if std::thread::panicking() {
            return;
        }
        assert!(problems.is_empty(), "lines that are not as docs/logs.md says:\n{}", problems.join("\n"));
        let found = secrets::found_in(&lines);
        assert!(found.is_empty(), "secrets in the log:\n{}", found.join("\n"));
    }
}
