//! docs/logs.md, as a table: of each event its levels, and which members a line of it may have.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use log::Level;
use serde_json::{Map, Value};

const TEXT: &str = include_str!("../../docs/logs.md");

/// A row of it.
pub struct Row {
    pub levels: &'static str,
    /// Whether it is kept in the audit log; empty for what is no event.
    pub kept: &'static str,
    members: Vec<&'static str>,
}

/// The rows by their events.
pub static ROWS: LazyLock<BTreeMap<&'static str, Row>> = LazyLock::new(|| {
    let (_, rest) = TEXT.split_once("\n## Members of an event\n").expect("the heading");
    let (common, rest) = rest.split_once("\n## Events\n").expect("the heading");
    let (events, others) = rest.split_once("\n## Other lines\n").expect("the heading");
    let common: Vec<_> = rows(common).map(|cells| cells[0].trim_matches('`')).collect();
    let event = |cells: Vec<&'static str>| {
        (cells[0].trim_matches('`'), Row { levels: cells[1], kept: cells[2], members: common.clone() })
    };
    let other = |cells: Vec<&'static str>| {
        let members = cells[2].split('`').skip(1).step_by(2).collect();
        (cells[0].trim_matches('`'), Row { levels: cells[1], kept: "", members })
    };
    rows(events).map(event).chain(rows(others).map(other)).collect()
});

/// The cells of the rows that begin with a name.
fn rows(section: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = section.lines().filter(|line| line.starts_with("| `"));
    lines.map(|line| line.split('|').skip(1).map(str::trim).collect())
}

/// What is wrong with a line of the log.
pub fn problem_of(level: Level, line: &str) -> Option<String> {
    let Ok(members) = serde_json::from_str::<Map<String, Value>>(line) else {
        return Some("it is no JSON object".to_owned());
    };
    let event = members.get("event").and_then(Value::as_str).unwrap_or_default();
    let Some(row) = ROWS.get(event) else { return Some(format!("docs/logs.md does not know {event:?}")) };
    if !row.levels.contains(&level.as_str().to_ascii_lowercase()) {
        return Some(format!("docs/logs.md does not say that {event} is at {level}"));
    }
    let unknown = members.keys().find(|name| *name != "event" && !row.members.contains(&name.as_str()));
    unknown.map(|name| format!("docs/logs.md does not say that {event} has {name}"))
}
