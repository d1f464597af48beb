//! The documents are held to the source, and the source to the documents.

mod links;
mod names;
mod texts;

use std::path::Path;

use super::sources;

/// What else says something to somebody, or is named by a document.
const FOLDERS: [&str; 7] = [
    "scripts",
    ".github/workflows",
    "src/web/templates",
    "src/protocol/python_module",
    "tests/clients/support",
    "tests/browser/support",
    "tests/worker/support",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A text with every run of white space as one space.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of all sources, scripts and templates on one line, with string literals that go on in the next line joined.
fn everything() -> String {
    let mut texts: Vec<String> = sources().into_iter().map(|(_, text)| text.replace("\\\n", "\n")).collect();
    for folder in FOLDERS {
        let files = std::fs::read_dir(root().join(folder)).into_iter().flatten().flatten();
        texts.extend(files.filter_map(|file| std::fs::read_to_string(file.path()).ok()));
    }
    on_one_line(&texts.join("\n")).replace("&#39;", "'").replace(['\\', '`'], "")
}
