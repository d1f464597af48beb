//! `GET /admin/api/openapi.json`: the admin API as OpenAPI 3.1 describes one. It is made of what the nouns say of themselves
//! ([`About`]), put into texts: `noun.json` is what every kind of thing has, `dependents.json` and `action.json` what some have, and
//! `frame.json` all the rest. It is put together as text, since values of JSON would take four times the wasm.

mod schema;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderName, header};
use serde_json::Value;

use super::noun::{ALL, About, Action};
use crate::app::App;
use crate::model::audit::EventKind;
use crate::web::root::VERSION;

const FRAME: &str = include_str!("frame.json");
const NOUN: &str = include_str!("noun.json");
const DEPENDENTS: &str = include_str!("dependents.json");
const ACTION: &str = include_str!("action.json");

/// `GET /admin/api/openapi.json`. It holds no secret, so it is there for whoever asks.
pub async fn read(State(app): State<Arc<App>>) -> ([(HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, "application/json")], document(app.config.issuer.as_str()))
}

fn document(issuer: &str) -> String {
    let (mut paths, mut schemas) = (String::new(), String::new());
    for noun in ALL {
        add_paths(&mut paths, noun.about());
        schema::add(&mut schemas, noun.about(), FRAME);
    }
    let kinds: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.as_str()).collect();
    filled(
        FRAME,
        &[
            ("\"$paths\": {},", &paths),
            ("\"$schemas\": {},", &schemas),
            ("\"$kinds\"", &list(&kinds)),
            ("$version", VERSION),
            ("$issuer", issuer),
        ],
    )
}

/// A text with these in the places of their marks.
fn filled(text: &str, marks: &[(&str, &str)]) -> String {
    marks.iter().fold(text.to_owned(), |text, (mark, put)| text.replace(mark, put))
}

/// A list of plain words as JSON.
fn list(words: &[&str]) -> String {
    format!("{words:?}")
}

/// A text as JSON.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// The paths of a kind of thing, as far as it has them.
fn add_paths(paths: &mut String, about: &About) {
    add_members(
        paths,
        &filled(NOUN, &[("\"$filters\"", &filters(about)), ("\"$removal\"", &quoted(about.removal))]),
        about,
    );
    if !about.dependents.is_empty() {
        let counts = schema::of_members(about.dependents, r#"{"type":"integer","minimum":0}"#);
        add_members(paths, &filled(DEPENDENTS, &[("\"$dependents\"", &counts)]), about);
    }
    for action in about.actions {
        add_members(paths, &described(about, action), about);
    }
}

fn described(about: &About, action: &Action) -> String {
    let refined = [about.list, ".", action.name].concat();
    let answer = if FRAME.contains(&refined) {
        ["{", &schema::reference(&refined), "}"].concat()
    } else {
        schema::of_members(action.answer, r#"{"type":"string"}"#)
    };
    let sent = if action.has_input() {
        let schema = schema::of_input(about, action, FRAME);
        [r#""requestBody":{"required":true,"content":{"application/json":{"schema":"#, &schema, "}}},"].concat()
    } else {
        String::new()
    };
    filled(
        ACTION,
        &[
            ("$action", action.name),
            ("\"$label\"", &quoted(action.label)),
            ("\"$meaning\"", &quoted(action.meaning)),
            ("$status", action.status.as_str()),
            ("\"$body\": {},", &sent),
            ("\"$answer\"", &answer),
        ],
    )
}

/// The members of an object, about this kind of thing, with a comma behind.
fn add_members(object: &mut String, members: &str, about: &About) {
    let members = members.trim().strip_prefix('{').and_then(|members| members.strip_suffix('}')).unwrap_or_default();
    let names = [
        ("$path", about.path),
        ("$list", about.list),
        ("$tag", about.title_of_list),
        ("$many", &about.title_of_list.to_lowercase()),
        ("$schema", &schema::name(about)),
        ("$id", about.id),
    ];
    *object += &filled(members, &names);
    *object += ",";
}

/// What a list may be narrowed by: where a member is called so, what that may be.
fn filters(about: &About) -> String {
    let mut parameters =
        r##"[{"$ref":"#/components/parameters/after"},{"$ref":"#/components/parameters/limit"}"##.to_owned();
    for (name, meaning) in about.filters {
        let field = about.fields.iter().find(|field| field.name == *name);
        let schema = field.map_or_else(|| r#""type":"string""#.to_owned(), |field| schema::of_kind(field.kind, "", ""));
        let name = quoted(name);
        let parts = [
            r#",{"in":"query","allowEmptyValue":true,"name":"#,
            &name,
            r#","description":"#,
            &quoted(meaning),
            r#","schema":{"#,
            &schema,
            "}}",
        ];
        parameters += &parts.concat();
    }
    parameters + "]"
}
