//! README.md and docs/api.md tell of every path that the router has, with its methods, and of no other.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;

use axum::http::Method;
use ostiary::protocol::scope::{BUILT_IN, BuiltIn};

use crate::support::request::Ask;
use crate::support::router_table::paths;
use crate::support::server::Server;

const README: &str = include_str!("../../README.md");
const API: &str = include_str!("../../docs/api.md");

/// Files that the runtime serves before the router is asked.
const STATIC: &str = "/static/…";

fn routes() -> BTreeSet<&'static str> {
    paths().into_iter().collect()
}

/// Whether what a document says is this route: a parameter of the router may be anything, and has any name.
fn is_route(said: &str, route: &str) -> bool {
    let is_parameter = |part: &str| part.starts_with('{');
    let same = |(said, route): (&str, &str)| {
        said == route || (is_parameter(route) && !said.is_empty()) || (is_parameter(said) && is_parameter(route))
    };
    said.split('/').count() == route.split('/').count() && said.split('/').zip(route.split('/')).all(same)
}

/// The texts between backticks.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// `/admin/{users,clients}/x` as two paths; a parameter stays as it is.
fn alternatives(path: &str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else { return vec![path.to_owned()] };
    let Some((inside, after)) = rest.split_once('}').filter(|(inside, _)| inside.contains(',')) else {
        return vec![path.to_owned()];
    };
    inside.split(',').map(|one| format!("{before}{one}{after}")).collect()
}

/// `/b` or `…/b` after `/x/a` is `/x/b`, or `/x/a/b`, or `/b` below what is above; a path that is whole is itself.
fn candidates<'a>(said: &str, before: Option<&'a str>) -> Vec<String> {
    let last = said.trim_start_matches('…');
    let Some(before) = before else { return vec![last.to_owned()] };
    let whole = (!said.starts_with('…')).then_some("");
    let above = |path: &&'a str| path.rsplit_once('/').map(|(folder, _)| folder);
    let sibling = above(&before);
    let folders = whole.into_iter().chain(sibling).chain(successors(Some(before), above));
    folders.map(|folder| format!("{folder}{last}")).collect()
}

fn known(said: &str) -> bool {
    said == STATIC || routes().iter().any(|route| is_route(said, route))
}

/// Every path of README.md's table, each with the methods that its row names.
fn readme() -> BTreeMap<String, BTreeSet<String>> {
    let table = README.split("\n## Paths\n").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("the table");
    let mut found = BTreeMap::new();
    let mut row_before: Vec<String> = Vec::new();
    for row in table.lines().filter(|line| line.starts_with("| ") && line.contains('`')) {
        let cells: Vec<&str> = row.split('|').collect();
        let methods: BTreeSet<String> = cells[2].split(',').map(|method| method.trim().to_owned()).collect();
        let paths = paths_of(cells[1], &row_before);
        found.extend(paths.iter().map(|path| (path.clone(), methods.clone())));
        row_before = paths;
    }
    found
}

/// The paths of a row, which may build upon those of the row before (`the same with …`).
fn paths_of(cell: &str, row_before: &[String]) -> Vec<String> {
    let said: Vec<String> = spans(cell).flat_map(alternatives).collect();
    if cell.trim_start().starts_with("the same with") {
        let longer = |path: &String| said.iter().map(move |more| format!("{path}{more}")).collect::<Vec<_>>();
        return row_before.iter().flat_map(longer).filter(|path| known(path)).collect();
    }
    let mut paths: Vec<String> = Vec::new();
    for one in said {
        let possible = candidates(&one, paths.last().map(String::as_str));
        let good = possible.iter().find(|path| known(path));
        paths.push(good.unwrap_or_else(|| panic!("README.md: no route is any of {possible:?}")).clone());
    }
    paths
}

/// Every path of a heading of docs/api.md with its methods: "`GET`, `POST /oauth/authorize`".
fn api_headings() -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for line in API.lines().filter(|line| line.starts_with("##") && line.contains('`')) {
        let mut methods = BTreeSet::new();
        for span in spans(line) {
            let (method, path) = span.split_once(' ').unwrap_or((span, ""));
            methods.insert(method.to_owned());
            if let Some(path) = path.split('?').next().filter(|path| !path.is_empty()) {
                found.insert(path.to_owned(), std::mem::take(&mut methods));
            }
        }
    }
    found
}

/// Every path that docs/api.md writes anywhere.
fn api_paths() -> BTreeSet<String> {
    let is_of_path = |letter: char| letter.is_ascii_alphanumeric() || "/._-{}…".contains(letter);
    let mut found = BTreeSet::new();
    for line in API.replace("$issuer", " ").replace("<issuer>", " ").lines() {
        let mut before: Option<String> = None;
        for text in line.split(|letter: char| !is_of_path(letter)) {
            let text = text.trim_end_matches('.');
            if !text.starts_with('/') && !text.starts_with("…/") {
                continue;
            }
            let path = candidates(text, before.as_deref()).into_iter().find(|path| known(path));
            found.extend(path.clone());
            before = path.or(before);
        }
    }
    found
}

/// The methods that the server says a path has; none where it looks at who asks before it looks at the method.
async fn allowed(server: &Server, path: &str) -> Option<BTreeSet<String>> {
    let parts: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
    let reply = server.send(Ask::method(Method::TRACE, &parts.join("/"))).await;
    assert_ne!(reply.status, 404, "{path} is told of, and is nowhere: {}", reply.body);
    let methods = || reply.header("allow").split(',').filter(|method| *method != "HEAD").map(str::to_owned).collect();
    (reply.status == 405).then(methods)
}

#[test]
fn the_api_reference_lists_the_scopes_that_are_there_from_the_start() {
    let table = API.split("\n### Scopes\n").nth(1).and_then(|rest| rest.split("\n### ").next()).expect("the table");
    let cells = |row: &str| row.split('|').map(|cell| cell.trim().replace('`', "")).collect::<Vec<_>>();
    let listed: Vec<_> = table.lines().filter(|line| line.starts_with("| `")).map(cells).collect();
    let is_open = |scope: &BuiltIn| if scope.open { "yes" } else { "no" };
    let there: Vec<_> = BUILT_IN
        .iter()
        .map(|scope| ["", scope.name, scope.description, is_open(scope), ""].map(str::to_owned))
        .collect();
    assert_eq!(listed, there);
}

#[test]
fn every_route_is_told_of_in_the_readme_and_in_the_api_reference() {
    let (readme, api) = (readme(), api_paths());
    let is_told = |route: &str, document: &BTreeSet<&str>| document.iter().any(|said| is_route(said, route));
    let (readme, api) = (readme.keys().map(String::as_str).collect(), api.iter().map(String::as_str).collect());
    let untold = |document: &BTreeSet<&str>| -> Vec<_> {
        routes().into_iter().filter(|route| !is_told(route, document)).collect()
    };
    assert_eq!((untold(&readme), untold(&api)), (vec![], vec![]), "README.md, docs/api.md");
}

#[tokio::test]
async fn every_path_in_the_documents_is_there_with_the_methods_that_they_name() {
    let server = Server::seeded().await;
    for (document, paths) in [("README.md", readme()), ("docs/api.md", api_headings())] {
        assert!(paths.len() > 50, "{document}: {}", paths.len());
        for (path, said) in paths.iter().filter(|(path, _)| *path != STATIC) {
            let Some(allowed) = allowed(&server, path).await else { continue };
            let good = if document == "README.md" { allowed.is_subset(said) } else { said.is_subset(&allowed) };
            assert!(good, "{document}: {path} has {allowed:?}, not {said:?}");
        }
    }
}
