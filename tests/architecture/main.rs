//! The house stays as `src/lib.rs` draws it: rooms name only rooms to their right, and only `cloudflare` knows the
//! runtime.

mod documents;
mod lexer;
mod paths;
mod planted;
mod rules;
mod security;

use std::path::{Path, PathBuf};

/// Every source file, by its path inside `src`, with its text.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() { folders.push(entry.path()) } else { files.push(entry.path()) }
        }
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    let named = files.iter().filter_map(|file| {
        let name = file.strip_prefix(&root).ok()?.to_str()?.to_owned();
        Some((name, std::fs::read_to_string(file).ok()?))
    });
    named.collect()
}

#[test]
fn every_path_in_the_house_leads_from_left_to_right() {
    let sources = sources();
    for room in rules::ROOMS {
        let lives = sources.iter().any(|(file, _)| rules::room_of(file) == Some(room.name));
        assert!(lives, "no file was read of the room {}", room.name);
    }
    let violations: Vec<String> = sources.iter().flat_map(|(file, text)| rules::violations(file, text)).collect();
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
}
