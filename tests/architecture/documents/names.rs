//! Settings and other names that the documents use exist, and redirect URIs that they name can be registered.

use std::collections::BTreeSet;

use ostiary::protocol::redirect_uri;

use super::{everything, root};
use crate::sources;

const CONNECTING: &str = include_str!("../../../docs/connecting.md");

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
    let readme = include_str!("../../../README.md");
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
