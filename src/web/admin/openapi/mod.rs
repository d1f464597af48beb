//! `GET /admin/api/openapi.json`: the admin API as OpenAPI 3.1 describes one. It is made of what the nouns say of themselves
//! ([`About`]), put into texts: `noun.json` is what every kind of thing has, `frame.json` all the rest.

mod schema;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::noun::{ALL, About, Action};
use crate::app::App;
use crate::model::audit::EventKind;
use crate::protocol::error::OAuthError;
use crate::protocol::json::{from_text, set};
use crate::web::root::VERSION;

const FRAME: &str = include_str!("frame.json");
const NOUN: &str = include_str!("noun.json");

/// `GET /admin/api/openapi.json`. It holds no secret, so it is there for whoever asks.
pub async fn read(State(app): State<Arc<App>>) -> Result<Json<Value>, OAuthError> {
    let made = document(app.config.issuer.as_str());
    made.map(Json).map_err(|error| OAuthError::server_error("the document cannot be made").source(error))
}

fn document(issuer: &str) -> serde_json::Result<Value> {
    let mut document: Value = from_text(FRAME)?;
    set(&mut document, "servers", json!([{ "url": issuer }]));
    let kinds: Value = EventKind::ALL.iter().map(|kind| kind.as_str()).collect();
    for (place, name, value) in
        [("/info", "version", VERSION.into()), ("/components/schemas/event_kind", "enum", kinds)]
    {
        add(&mut document, place, [(name.to_owned(), value)].into_iter().collect());
    }
    for noun in ALL {
        let schemas = schema::of_noun(noun.about(), &document);
        add(&mut document, "/components/schemas", schemas);
        add(&mut document, "/paths", paths(noun.about())?);
    }
    Ok(document)
}

fn add(document: &mut Value, place: &str, members: Map<String, Value>) {
    if let Some(Value::Object(there)) = document.pointer_mut(place) {
        there.extend(members);
    }
}

/// The paths of a kind of thing, as far as it has them.
fn paths(about: &About) -> serde_json::Result<Map<String, Value>> {
    let mut paths: Map<String, Value> = from_text(&filled_in(about, None))?;
    paths.retain(|path, _| {
        !path.ends_with("/$action") && (!path.ends_with("/dependents") || !about.dependents.is_empty())
    });
    for action in about.actions {
        let with_action: Map<String, Value> = from_text(&filled_in(about, Some(action)))?;
        paths.extend(with_action.into_iter().filter(|(path, _)| path.ends_with(&format!("{{id}}/{}", action.name))));
    }
    Ok(paths)
}

/// `noun.json` with everything in its place: words as they are, and where a text is one placeholder, whatever JSON.
fn filled_in(about: &About, action: Option<&Action>) -> String {
    let words = [
        ("$path", about.path.to_owned()),
        ("$list", about.list.to_owned()),
        ("$many", about.title_of_list.to_lowercase()),
        ("$tag", about.title_of_list.to_owned()),
        ("$schema", schema::name(about)),
        ("$id", about.id.to_owned()),
    ];
    let json = [
        ("\"$filters\"", parameters(about)),
        ("\"$removal\"", about.removal.into()),
        ("\"$dependents\"", schema::of_members(about.dependents, &json!({ "type": "integer", "minimum": 0 }))),
    ];
    let filled = words.iter().fold(NOUN.to_owned(), |text, (mark, word)| text.replace(mark, word));
    let filled = json.iter().fold(filled, |text, (mark, value)| text.replace(mark, &value.to_string()));
    let Some(action) = action else { return filled };
    let answer = schema::of_members(action.answer, &json!({ "type": "string" }));
    filled
        .replace("$action", action.name)
        .replace("$status", action.status.as_str())
        .replace("\"$label\"", &Value::from(action.label).to_string())
        .replace("\"$meaning\"", &Value::from(action.meaning).to_string())
        .replace("\"$answer\"", &answer.to_string())
}

/// What a list may be narrowed by: where a member is called so, what that may be.
fn parameters(about: &About) -> Value {
    let common = ["after", "limit"].map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }));
    let filters = about.filters.iter().map(|(name, meaning)| {
        let field = about.fields.iter().find(|field| field.name == *name);
        let schema = field.map_or_else(|| json!({ "type": "string" }), |field| schema::of_kind(field.kind));
        json!({ "name": name, "in": "query", "description": meaning, "schema": schema })
    });
    common.into_iter().chain(filters).collect()
}
