//! What docs/security.md says is there is there: every row names code and tests, and each of them exists.

use std::fs;
use std::path::{Path, PathBuf};

/// A row of one of its tables.
struct Row {
    rule: String,
    code: String,
    test: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// The rows of the tables whose columns are rule, code and test.
fn rows(document: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut of_rules = false;
    for line in document.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        match cells.as_slice() {
            ["rule", "code", "test"] | ["date", "attack", "outcome", "test"] => of_rules = true,
            [rule, code, test] if of_rules && !rule.starts_with("---") => {
                rows.push(Row { rule: (*rule).to_owned(), code: (*code).to_owned(), test: (*test).to_owned() });
            }
            // What was tried is shown by tests alone.
            [_, attack, _, test] if of_rules && !attack.starts_with("---") => {
                rows.push(Row { rule: (*attack).to_owned(), code: (*test).to_owned(), test: (*test).to_owned() });
            }
            [_, _, _] | [_, _, _, _] => {}
            _ => of_rules = false,
        }
    }
    rows
}

/// What stands between two of `mark`.
fn between(cell: &str, mark: char) -> Vec<&str> {
    cell.split(mark).skip(1).step_by(2).collect()
}

fn is_file(name: &str) -> bool {
    [".rs", ".ts", ".js", ".toml", ".sql", ".html", ".jsonl", ".example", ".gitignore"]
        .iter()
        .any(|end| name.ends_with(end))
}

fn is_place(name: &str) -> bool {
    is_file(name) || name.ends_with('/')
}

/// Every file of the repository that a row may name.
fn all_files() -> Vec<String> {
    let mut found: Vec<String> = ["wrangler.toml", ".gitignore", ".dev.vars.example"].map(str::to_owned).into();
    let mut folders: Vec<PathBuf> = ["src", "tests", "migrations", "public"].map(|name| root().join(name)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if let Some(name) = entry.path().strip_prefix(root()).ok().and_then(Path::to_str) {
                found.push(name.to_owned());
            }
        }
    }
    found
}

/// The files that a name in a row means: from the root, from `src`, or by its last part.
fn meant<'a>(name: &str, all: &'a [String]) -> Vec<&'a str> {
    let within = |file: &str, place: &str| if place.ends_with('/') { file.starts_with(place) } else { file == place };
    let by = |fits: &dyn Fn(&str) -> bool| all.iter().map(String::as_str).filter(|file| fits(file)).collect::<Vec<_>>();
    let exact = by(&|file| within(file, name) || within(file, &format!("src/{name}")));
    if exact.is_empty() { by(&|file| file.ends_with(&format!("/{name}"))) } else { exact }
}

/// A name that goes on after what is written of it.
fn begun(name: &str) -> &str {
    name.trim_end_matches('…').trim_end()
}

/// What a file has that has this name: of a test its function.
fn wanted(cell: &str, name: &str) -> String {
    let is_test = cell == "test" && name.contains('_');
    if is_test { format!("fn {}", begun(name)) } else { name.rsplit("::").next().unwrap_or(name).to_owned() }
}

/// What is wrong with a row.
fn problems(row: &Row, all: &[String]) -> Vec<String> {
    let spans = |cell: &'static str, text: &str| -> Vec<(&'static str, String)> {
        between(text, '`').into_iter().map(|span| (cell, span.to_owned())).collect()
    };
    let spans = spans("code", &row.code).into_iter().chain(spans("test", &row.test));
    let (places, names): (Vec<_>, Vec<_>) = spans.partition(|(_, span)| is_place(span));
    let mut found: Vec<String> = Vec::new();
    let mut texts = String::new();
    for (_, place) in &places {
        let files = meant(place, all);
        if files.is_empty() {
            found.push(format!("there is no {place}"));
        }
        texts.extend(files.into_iter().map(text));
    }
    let missing = names.iter().filter(|(cell, name)| !texts.contains(&wanted(cell, name)) && !is_target(name, all));
    found.extend(missing.map(|(_, name)| format!("no file it names has {name}")));
    let titles = between(&row.test, '"').into_iter().map(begun);
    found.extend(titles.filter(|title| !texts.contains(title)).map(|title| format!("no test is called \"{title}\"")));
    if row.code.is_empty() || row.test.is_empty() {
        found.push("it says not where it is seen to, or shown".to_owned());
    }
    found.into_iter().map(|problem| format!("{}: {problem}", row.rule)).collect()
}

/// A target of the fuzzer goes by its own name.
fn is_target(name: &str, all: &[String]) -> bool {
    all.iter().any(|file| *file == format!("tests/parsers/targets/{name}.rs"))
}

#[test]
fn every_rule_of_the_security_page_names_code_and_tests_that_are_there() {
    let (rows, all) = (rows(&text("docs/security.md")), all_files());
    assert!(rows.len() > 100, "{} rows were read", rows.len());
    let problems: Vec<String> = rows.iter().flat_map(|row| problems(row, &all)).collect();
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn a_row_that_names_what_is_not_there_is_seen() {
    let all = all_files();
    let row = |code: &str, test: &str| Row { rule: "r".to_owned(), code: code.to_owned(), test: test.to_owned() };
    for (code, test) in [
        ("`web/no_such.rs`", "`tests/routes/cors.rs`"),
        ("`web/headers.rs` (`no_such_name_is_there`)", "`tests/routes/headers.rs`"),
        ("`web/headers.rs`", "`tests/routes/headers.rs`: `there_is_no_such_rule`"),
        ("`web/headers.rs`", "`tests/worker/smoke.test.ts`: \"there is no such title\""),
        ("`web/headers.rs`", ""),
    ] {
        assert_eq!(problems(&row(code, test), &all).len(), 1, "{code} {test}");
    }
    let good = row("`web/headers.rs` (`Forms`)", "`headers.rs`");
    assert_eq!(problems(&good, &all), Vec::<String>::new());
}

#[test]
fn what_the_worker_fetches_never_reaches_our_own_zone_from_within() {
    let settings = text("wrangler.toml");
    let flags = settings.split_once("\ncompatibility_flags").and_then(|(_, rest)| rest.split_once(']'));
    let (flags, _) = flags.unwrap_or_default();
    let set = flags.lines().filter(|line| !line.trim_start().starts_with('#'));
    assert!(set.collect::<String>().contains("\"global_fetch_strictly_public\""), "{flags}");
}

#[test]
fn no_secret_is_in_the_configuration_and_the_file_that_has_some_is_no_part_of_the_repository() {
    let settings = text("wrangler.toml");
    let secrets = ["SIGNING_KEYS", "ENCRYPTION_KEYS", "ADMIN_TOKEN", "SETUP_CODE", "_CLIENT_SECRET"];
    let set =
        settings.lines().filter(|line| !line.trim_start().starts_with('#')).filter_map(|line| line.split_once('='));
    let wrong: Vec<&str> =
        set.map(|(name, _)| name.trim()).filter(|name| secrets.iter().any(|secret| name.contains(secret))).collect();
    assert!(wrong.is_empty() && settings.contains("[vars]"), "{wrong:?}");
    let ignored = text(".gitignore");
    assert!(
        ignored.lines().any(|line| matches!(line.trim(), ".dev.vars" | "/.dev.vars" | ".dev.vars*" | "/.dev.vars*")),
        "{ignored}"
    );
}
