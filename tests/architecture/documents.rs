//! What the documents quote is in the source, and what people may be told is in the documents.

use std::collections::BTreeSet;
use std::path::Path;

use ostiary::protocol::redirect_uri;

use super::sources;

const TROUBLESHOOTING: &str = include_str!("../../docs/troubleshooting.md");
const CONNECTING: &str = include_str!("../../docs/connecting.md");

/// Whose refusals every program meets that follows the protocol: each of them is in docs/troubleshooting.md.
const TOLD: [&str; 6] = [
    "protocol/",
    "service/authorize/",
    "service/grants/",
    "service/registration/",
    "service/resources/",
    "service/upstream/",
];

/// What else says something to somebody, or is named by a document.
const FOLDERS: [&str; 6] = [
    "scripts",
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

#[test]
fn the_redirect_uris_of_the_agents_that_are_told_how_to_connect_may_be_registered() {
    let table = CONNECTING.split("## What each of them assumes").nth(1).and_then(|rest| rest.split("\n## ").next());
    let spans = table.unwrap_or_default().split('`').skip(1).step_by(2);
    let uris: Vec<String> = spans.filter(|span| span.contains("://")).map(|uri| uri.replace('…', "abc")).collect();
    assert!(uris.len() > 9, "{uris:?}");
    for uri in &uris {
        assert!(redirect_uri::validate(uri).is_ok(), "{uri}");
    }
    assert!(redirect_uri::matches("http://127.0.0.1:33418/", "http://127.0.0.1:59656/"), "VS Code takes any free port");
}

/// The anchor that a heading gets: small letters, no punctuation, hyphens for spaces.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The links of a document that lead to another file or heading of the project and end nowhere.
fn dead_links(document: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(document).unwrap_or_default();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let leads = |link: &&str| {
        let (file, wanted) = link.split_once('#').unwrap_or((link, ""));
        let target = if file.is_empty() { document.to_owned() } else { document.with_file_name(file) };
        let found = std::fs::read_to_string(&target).unwrap_or_default();
        let has_heading = || found.lines().any(|line| line.starts_with('#') && anchor(line) == wanted);
        target.exists() && (wanted.is_empty() || has_heading())
    };
    links.filter(|link| !link.contains("://") && !link.contains(' ') && !leads(link)).map(str::to_owned).collect()
}

#[test]
fn every_link_between_the_documents_leads_somewhere() {
    let folders = ["", "docs", "examples", "examples/todo", "examples/camera", "examples/clients"];
    let languages =
        ["rust", "python", "typescript", "go", "curl"].map(|language| format!("examples/clients/{language}"));
    for folder in folders.map(str::to_owned).into_iter().chain(languages) {
        for file in std::fs::read_dir(root().join(folder)).into_iter().flatten().flatten() {
            let path = file.path();
            if path.extension().is_some_and(|extension| extension == "md") {
                assert_eq!(dead_links(&path), [""; 0], "{}", path.display());
            }
        }
    }
}

/// The settings and other names in capitals that documents put into backticks.
fn names_in(document: &str) -> BTreeSet<String> {
    let prose = document.split("```").step_by(2);
    let spans = prose.flat_map(|prose| prose.split('`').skip(1).step_by(2));
    let is_name = |word: &&str| {
        word.len() > 3
            && word.contains('_')
            && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    spans
        .flat_map(|span| span.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'))
        .filter(is_name)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_name_in_capitals_that_the_documents_use_exists() {
    let configuration =
        ["wrangler.toml", ".dev.vars.example", "Makefile", "docs/coming-from.md", "examples/clients/README.md"];
    let mut known = everything();
    for file in configuration {
        known += &std::fs::read_to_string(root().join(file)).unwrap_or_default();
    }
    let documents = std::fs::read_dir(root().join("docs")).into_iter().flatten().flatten().map(|entry| entry.path());
    let documents =
        documents.chain([root().join("README.md")]).filter(|path| path.extension().is_some_and(|e| e == "md"));
    for path in documents.filter(|path| !path.ends_with("coming-from.md")) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let unknown: Vec<_> = names_in(&text).into_iter().filter(|name| !known.contains(name.as_str())).collect();
        assert!(unknown.is_empty(), "{}: {unknown:?}", path.display());
    }
}

#[test]
fn every_setting_that_is_read_is_in_the_table_of_the_readme_and_no_other_is() {
    let readme = include_str!("../../README.md");
    let table = readme.split("\n## Settings\n").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or_default();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split('|').next());
    let told: BTreeSet<String> = rows.flat_map(names_in).collect();
    let read = |(file, text): &(String, String)| {
        let of_config = file.starts_with("config/") && !file.ends_with("tests.rs");
        let strings = text.split('"').skip(1).step_by(2).map(str::to_owned);
        if of_config { strings.collect() } else { Vec::new() }
    };
    let read: BTreeSet<String> = sources().iter().flat_map(read).collect();
    let read: BTreeSet<String> = read.iter().flat_map(|text| names_in(&format!("`{text}`"))).collect();
    // Their names are put together.
    let likewise = |name: &String| name.contains("_OAUTH_CLIENT_");
    assert!(read.len() > 25, "{read:?}");
    assert_eq!(
        read.iter().filter(|name| !likewise(name)).collect::<Vec<_>>(),
        told.iter().filter(|name| !likewise(name)).collect::<Vec<_>>()
    );
}

#[test]
fn every_picture_that_a_document_shows_is_there_and_every_one_that_is_there_is_shown() {
    let pictures = std::fs::read_dir(root().join("docs/images")).into_iter().flatten().flatten();
    let mut there = BTreeSet::new();
    for picture in pictures {
        let size = picture.metadata().map_or(u64::MAX, |metadata| metadata.len());
        let name = picture.file_name().to_string_lossy().into_owned();
        assert!(name.ends_with(".png") && size < 80_000, "{name}: {size} bytes");
        there.insert(name);
    }
    let documents = std::fs::read_dir(root().join("docs")).into_iter().flatten().flatten();
    let texts: String = documents.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect();
    let shown: BTreeSet<String> =
        texts.split("](images/").skip(1).filter_map(|rest| Some(rest.split(')').next()?.to_owned())).collect();
    assert!((1..=12).contains(&there.len()), "{there:?}");
    assert_eq!(there, shown);
}
