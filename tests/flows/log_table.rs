//! docs/logs.md has every line that the code may write, and no other.

use std::collections::BTreeSet;
use std::path::Path;

use ostiary::model::audit::EventKind;

use crate::support::log_table::ROWS;

/// Every source file's text.
fn sources(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "js") {
            found.push(std::fs::read_to_string(&path).expect("a source"));
        }
    }
}

/// The texts that come first in calls of `function`, which is given a level before them or not.
fn named_in<'a>(text: &'a str, function: &str) -> Vec<&'a str> {
    let calls = text.split(function).skip(1);
    let first = |call: &'a str| {
        let before = call.find('"')?;
        let is_call = call[..before].chars().all(|letter| letter.is_alphanumeric() || " \n:,".contains(letter));
        call[before + 1..].split('"').next().filter(|_| is_call)
    };
    calls.filter_map(first).collect()
}

#[test]
fn every_line_that_is_written_has_its_row_and_every_row_its_line() {
    let mut texts = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut texts);
    let mut written: BTreeSet<String> = EventKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect();
    for text in &texts {
        for function in ["log_line(", "log_failure("] {
            written.extend(named_in(text, function).into_iter().map(str::to_owned));
        }
        written.extend(named_in(text, "report(").into_iter().map(|place| format!("{place}_failed")));
        written.extend(named_in(text, "JSON.stringify({ event: ").into_iter().map(str::to_owned));
    }
    let rows: BTreeSet<String> = ROWS.keys().map(|event| (*event).to_owned()).collect();
    assert_eq!(written, rows);
    assert!(rows.len() > EventKind::ALL.len() + 25, "{rows:?}");
}

#[test]
fn a_row_says_whether_its_event_is_kept() {
    for kind in EventKind::ALL {
        assert_eq!(ROWS[kind.as_str()].kept, if kind.decides() { "yes" } else { "no" }, "{}", kind.as_str());
    }
}

#[test]
fn no_line_is_written_past_the_one_function_that_names_the_request() {
    let mut texts = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut texts);
    let macros = ["log::error!", "log::warn!", "log::info!", "log::debug!", "log::trace!", "log::log!"];
    let count: usize = texts.iter().flat_map(|text| macros.map(|name| text.matches(name).count())).sum();
    assert_eq!(count, 2, "that function, and events, which name it themselves");
}
