//! How much was done.

use log::Level;
use serde_json::{Map, Value};

use crate::app::log_line;

/// How many rows of which table were removed; of grants also how many live and will be looked at again (`grants_kept`), and how many
/// objects gave no answer (`grants_not_asked`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    counts: Vec<(&'static str, u64)>,
    /// Whether there was more than this call's part.
    pub unfinished: bool,
}

impl Removed {
    /// How many of a kind.
    #[must_use]
    pub fn count(&self, kind: &str) -> u64 {
        self.counts.iter().find(|(of, _)| *of == kind).map_or(0, |(_, count)| *count)
    }

    /// What was done at all, kind by kind.
    #[must_use]
    pub fn counts(&self) -> &[(&'static str, u64)] {
        &self.counts
    }

    pub(super) fn add(&mut self, kind: &'static str, more: u64) {
        match self.counts.iter_mut().find(|(of, _)| *of == kind) {
            Some((_, count)) => *count += more,
            None if more > 0 => self.counts.push((kind, more)),
            None => {}
        }
    }

    /// A line in the log, if anything was done.
    pub(super) fn log(&self) {
        if *self == Self::default() {
            return;
        }
        let mut line: Map<String, Value> =
            self.counts.iter().map(|(kind, count)| ((*kind).to_owned(), Value::from(*count))).collect();
        line.insert("unfinished".to_owned(), self.unfinished.into());
        log_line(Level::Info, "cleaned_up", Value::Object(line));
    }
}
