//! What troubleshooting quotes is in the source, and what the protocol's endpoints refuse is in troubleshooting.

use std::collections::BTreeSet;

use super::{everything, on_one_line};
use crate::sources;

const TROUBLESHOOTING: &str = include_str!("../../../docs/troubleshooting.md");

/// Whose refusals every program meets that follows the protocol: each of them is in docs/troubleshooting.md.
const TOLD: [&str; 6] = [
    "protocol/",
    "service/authorize/",
    "service/grants/",
    "service/registration/",
    "service/resources/",
    "service/upstream/",
];

/// What the first cells of the tables quote, in backticks or as what a page shows.
fn quoted() -> BTreeSet<String> {
    let rows = TROUBLESHOOTING.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| --"));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    let spans = cells.flat_map(|cell| {
        let marked = cell.split('`').skip(1).step_by(2);
        let shown = cell.split('`').step_by(2).flat_map(|plain| plain.split('"').skip(1).step_by(2));
        marked.chain(shown).map(str::to_owned).collect::<Vec<_>>()
    });
    // A word alone is an error code, a setting or a path, not a text; other programs say some of it.
    let of_others = ["Wrangler requires", "listen EADDRINUSE", "address already in use"];
    spans.filter(|text| text.contains(' ') && !of_others.iter().any(|other| text.starts_with(other))).collect()
}

/// The parts of a quoted text that stand in the source as they are: not what is put in (`…`), nor the setting's name before it.
fn fixed_parts(text: &str) -> Vec<String> {
    let said = match text.split_once(": ") {
        Some((name, rest)) if name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') => rest,
        _ => text,
    };
    // A number is put in, too, and so is what stands before a place (`: …`, `(line …)`).
    let put_in = |letter: char| letter == '…' || letter == '(' || letter.is_ascii_digit();
    let parts = said.split(put_in).flat_map(|part| part.split(": "));
    parts.map(|part| part.trim_matches([' ', ':', '.', ')']).to_owned()).filter(|part| part.len() > 3).collect()
}

#[test]
fn every_text_that_troubleshooting_quotes_is_in_the_source() {
    let everything = everything();
    let quoted = quoted();
    assert!(quoted.len() > 150, "{}", quoted.len());
    let is_nowhere = |text: &&String| fixed_parts(text).iter().any(|part| !everything.contains(part));
    let missing: Vec<_> = quoted.iter().filter(is_nowhere).collect();
    assert!(missing.is_empty(), "nothing says:\n{missing:#?}");
}

/// The literal texts that are given to `OAuthError` in a file, as far as they are fixed; those of our own faults left out.
fn refusals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lived = text.split("#[cfg(test)]").next().unwrap_or_default();
    for rest in lived.replace("\\\n", "\n").split("OAuthError::").skip(1) {
        let Some((kind, arguments)) = rest.split_once('(') else { continue };
        let arguments = arguments.trim_start().trim_start_matches("format!(").trim_start();
        let literal = arguments.strip_prefix('"').and_then(|inside| inside.split('"').next());
        if let Some(literal) = literal.filter(|_| kind != "server_error") {
            found.push(on_one_line(literal));
        }
    }
    found
}

/// Whether it says all of a text that is not put in.
fn tells(document: &str, refusal: &str) -> bool {
    let fixed = refusal.split('{').map(|part| part.split_once('}').map_or(part, |(_, after)| after));
    fixed.filter(|part| part.trim().len() > 3).all(|part| document.contains(part.trim()))
}

#[test]
fn every_refusal_of_the_protocol_is_in_troubleshooting() {
    let document = on_one_line(TROUBLESHOOTING);
    let sources = sources();
    let of_protocol = sources.iter().filter(|(file, _)| TOLD.iter().any(|folder| file.starts_with(folder)));
    let all: BTreeSet<String> = of_protocol.flat_map(|(_, text)| refusals(text)).collect();
    assert!(all.len() > 60, "{}", all.len());
    let missing: Vec<_> = all.iter().filter(|refusal| !tells(&document, refusal)).collect();
    assert!(missing.is_empty(), "docs/troubleshooting.md does not tell of\n{missing:#?}");
}

#[test]
fn a_refusal_is_found_in_source_whatever_it_is_given_by() {
    let source = "OAuthError::invalid_grant(\"the code has expired\")\nOAuthError::access_denied(format!(\n    \"not at {}; \\\n  no\"))\n\
                  OAuthError::server_error(\"ours\")\nOAuthError::new(ErrorCode::NotFound, NONE)";
    assert_eq!(refusals(source), ["the code has expired", "not at {}; no"]);
    assert!(tells("`not at …; no`", "not at {}; no") && !tells("`not at …`", "not at {}; nobody"));
}
