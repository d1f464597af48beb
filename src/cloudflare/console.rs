//! The log: the runtime's console, a line a record.

use log::{Level, Log, Metadata, Record};
use serde_json::json;
use worker::{console_debug, console_error, console_log, console_warn};

use crate::app::log_line;

struct Console;

static CONSOLE: Console = Console;

impl Log for Console {
    fn enabled(&self, metadata: &Metadata) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record) {
        if !self.enabled(record.metadata()) {
            return;
        }
        match record.level() {
            Level::Error => console_error!("{}", record.args()),
            Level::Warn => console_warn!("{}", record.args()),
            Level::Info => console_log!("{}", record.args()),
            Level::Debug | Level::Trace => console_debug!("{}", record.args()),
        }
    }

    fn flush(&self) {}
}

/// Makes the console the log of this isolate. Until the settings are read, it takes everything up to `info`.
pub fn install() {
    // Fails only when there is a log already, and that can only be this one.
    if log::set_logger(&CONSOLE).is_ok() {
        log::set_max_level(log::LevelFilter::Info);
    }
}

/// Logs a problem of the runtime's side as the JSON line that all our records are.
pub fn report(level: Level, place: &str, problem: &str) {
    log_line(level, &format!("{place}_failed"), json!({ "problem": problem }));
}
