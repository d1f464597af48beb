//! Who may name whom.

use super::lexer::{Token, tokens};
use super::paths::paths;

/// A file longer than this is about more than one thing.
const LONGEST_FILE: usize = 500;

/// A room of the house: a folder in `src`, or a file.
pub struct Room {
    pub name: &'static str,
    /// The rooms it may name, beside itself.
    may_name: &'static [&'static str],
}

const fn room(name: &'static str, may_name: &'static [&'static str]) -> Room {
    Room { name, may_name }
}

pub const ROOMS: &[Room] = &[
    room("cloudflare", &["web", "service", "store", "app", "config", "ports", "model", "protocol"]),
    room("web", &["service", "store", "app", "config", "ports", "model", "protocol"]),
    room("service", &["store", "app", "config", "ports", "model", "protocol"]),
    room("store", &["ports", "model", "protocol"]),
    room("app", &["config", "ports", "model", "protocol"]),
    room("config", &["model", "protocol"]),
    room("ports", &["model", "protocol"]),
    room("model", &["protocol"]),
    room("protocol", &[]),
];

/// Crates that only some rooms may name.
const CRATES: &[(&[&str], &[&str])] = &[
    (&["worker", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "web_sys"], &["cloudflare"]),
    (&["axum", "tower", "tower_http"], &["cloudflare", "web"]),
];

/// Rooms in which nothing waits.
const SYNCHRONOUS: &[&str] = &["protocol", "model", "config"];

/// The room that a file of `src` lies in; `lib.rs`, the map, lies in none.
pub fn room_of(file: &str) -> Option<&str> {
    let room = file.split('/').next()?;
    let room = room.strip_suffix(".rs").unwrap_or(room);
    (room != "lib").then_some(room)
}

/// What is wrong with a file of `src`.
pub fn violations(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if text.lines().count() > LONGEST_FILE {
        found.push(format!("{file}: longer than {LONGEST_FILE} lines"));
    }
    let Some(name) = room_of(file) else { return found };
    let Some(room) = ROOMS.iter().find(|room| room.name == name) else {
        found.push(format!("{file}: {name} is no room of the house"));
        return found;
    };
    let tokens = tokens(text);
    for path in paths(file, &tokens) {
        let target = path.first().map_or("", String::as_str);
        if target != room.name && !room.may_name.contains(&target) {
            found.push(format!("{file}: {name} may not name crate::{}", path.join("::")));
        }
    }
    found.extend(wrong_words(room, &tokens).into_iter().map(|problem| format!("{file}: {problem}")));
    found
}

fn wrong_words(room: &Room, tokens: &[Token]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        if names_a_crate(before, tokens.get(at + 1)) {
            let closed =
                |(crates, rooms): &(&[&str], &[&str])| crates.contains(&word.as_str()) && !rooms.contains(&room.name);
            // By its own name the crate would be entered past the guard.
            if word == "ostiary" || CRATES.iter().any(closed) {
                found.push(format!("{} may not name the crate {word}", room.name));
            }
        }
        if matches!(word.as_str(), "async" | "await") && SYNCHRONOUS.contains(&room.name) {
            found.push(format!("nothing waits in {}", room.name));
        }
    }
    found
}

/// Whether the word between these tokens can name a crate: `word::…`, `use word`, `extern crate word`.
fn names_a_crate(before: Option<&Token>, after: Option<&Token>) -> bool {
    let begins = matches!(before, Some(Token::Word(word)) if word == "use" || word == "crate");
    begins || (after == Some(&Token::Separator) && before != Some(&Token::Separator))
}
