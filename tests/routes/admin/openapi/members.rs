//! What may be said of one is what the document names, and nothing else.

use ostiary::model::client_settings::ClientSettings;
use ostiary::model::provider::ProviderSettings;
use ostiary::model::scope::ScopeSettings;
use ostiary::model::tool::ToolSettings;
use ostiary::model::tool_group::ToolGroupSettings;
use ostiary::model::user_settings::UserSettings;
use ostiary::service::clients::NewClient;
use ostiary::service::registration::initial_tokens::{InitialTokenSettings, NewInitialToken};
use ostiary::service::resources::{NewResource, ResourceSettings};
use ostiary::service::scope_table::NewScope;
use ostiary::service::users::NewUser;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::samples::{fitting, make, new, patch, post};
use crate::support::openapi::Document;
use crate::support::server::Server;

/// The members that the schema names.
fn named(schema: &Value) -> Vec<String> {
    assert_eq!(schema["additionalProperties"], false);
    schema["properties"].as_object().expect("properties").keys().cloned().collect()
}

/// Every member of anything, and some that are none.
fn all_members(document: &Document) -> Vec<String> {
    let of_noun = |noun: &&str| named_or_shown(document, noun);
    let mut all: Vec<String> = document.nouns().iter().flat_map(of_noun).collect();
    all.extend(["unknown", "client_secret", "secret_hash", "token", "valid_from", "revision", ""].map(str::to_owned));
    all.sort_unstable();
    all.dedup();
    all
}

fn named_or_shown(document: &Document, noun: &str) -> Vec<String> {
    let shown = document.made(noun)["properties"].as_object().expect("properties").keys().cloned();
    shown.chain(named(document.sent("post", &format!("/admin/api/{noun}")))).collect()
}

#[tokio::test]
async fn each_member_that_may_be_said_of_a_new_one_is_taken_and_every_other_is_refused_by_name() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    for noun in document.nouns() {
        let schema = document.sent("post", &format!("/admin/api/{noun}"));
        let known = named(schema);
        for (number, member) in all_members(&document).into_iter().enumerate() {
            let mut body = new(noun, &format!("sample_{number}"));
            let said_already = body.get(&member).is_some() && !matches!(member.as_str(), "client_name" | "description");
            if !said_already {
                body[&member] = fitting(noun, &member);
            }
            if member == "jwks_uri" {
                body.as_object_mut().expect("members").remove("jwks");
            }
            let reply = post(&server, noun, &body).await;
            if known.contains(&member) {
                document.assert_valid(schema, &body);
                assert_eq!(reply.status, 201, "{noun} {member}: {}", reply.body);
            } else {
                assert_eq!(reply.status, 400, "{noun} {member}: {}", reply.body);
                reply.assert_field(400, "invalid_request", &member);
            }
        }
    }
}

#[tokio::test]
async fn each_member_that_may_be_changed_is_taken_alone_and_every_other_is_refused_by_name() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    for noun in document.nouns() {
        let schema = document.sent("patch", &format!("/admin/api/{noun}/{{id}}"));
        let known = named(schema);
        let id = make(&server, &document, noun, "sample").await;
        for member in all_members(&document) {
            let body = json!({ member.as_str(): fitting(noun, &member) });
            let reply = patch(&server, noun, &id, &body).await;
            if known.contains(&member) {
                document.assert_valid(schema, &body);
                let changed = reply.assert_status(200).json();
                let shown = changed.get(&member).is_none_or(|shown| *shown == without_secret(body[&member].clone()));
                assert!(shown, "{noun} {member}: {changed}");
            } else {
                assert_eq!(reply.status, 400, "{noun} {member}: {}", reply.body);
                reply.assert_field(400, "invalid_request", &member);
            }
        }
    }
}

fn without_secret(mut value: Value) -> Value {
    if let Some(basic) = value.pointer_mut("/basic").and_then(Value::as_object_mut) {
        basic.remove("secret");
    }
    value
}

#[tokio::test]
async fn null_says_the_same_as_leaving_a_member_out() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    for noun in document.nouns() {
        let (list, one) = (format!("/admin/api/{noun}"), format!("/admin/api/{noun}/{{id}}"));
        let made = post(&server, noun, &new(noun, "sample")).await.assert_status(201).json();
        let id = made[document.id_of(noun)].as_str().expect("an id");
        for member in named(document.sent("patch", &one)) {
            let body = json!({ member.as_str(): null });
            document.assert_valid(document.sent("patch", &one), &body);
            let changed = patch(&server, noun, id, &body).await.assert_status(200).json();
            assert!(
                changed.as_object().expect("members").iter().all(|(name, value)| made[name] == *value),
                "{changed}"
            );
        }
        let schema = document.sent("post", &list);
        let required: Vec<&str> =
            schema["required"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        for (number, member) in named(schema).into_iter().enumerate() {
            let mut body = new(noun, &format!("null_{number}"));
            if required.contains(&member.as_str()) {
                body[&member] = Value::Null;
                assert!(!document.problems(schema, &body).is_empty());
                post(&server, noun, &body).await.assert_field(400, "invalid_request", &member);
            } else if body.get(&member).is_none() {
                body[&member] = Value::Null;
                document.assert_valid(schema, &body);
                post(&server, noun, &body).await.assert_status(201);
            }
        }
    }
}

/// The members that serde knows of: it names them all when it meets one that it does not know.
fn read_by<T: DeserializeOwned>() -> Vec<String> {
    let error = serde_json::from_str::<T>(r#"{"unheard of":1}"#).err().expect("it is refused").to_string();
    let (_, expected) = error.split_once("expected").unwrap_or_else(|| panic!("{error}"));
    let mut names: Vec<String> = expected.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn the_document_names_all_that_is_read() {
    let document = Document::of(&Server::new()).await;
    let with = |mut names: Vec<String>, more: &[&str]| {
        names.extend(more.iter().map(|name| (*name).to_owned()));
        names.sort_unstable();
        names
    };
    let client = read_by::<ClientSettings>();
    // It takes these two from the object, and reads the rest as settings.
    assert_eq!(read_by::<NewClient>(), client);
    for (noun, new, changed) in [
        ("users", read_by::<NewUser>(), read_by::<UserSettings>()),
        ("clients", with(client.clone(), &["client_id", "public"]), client),
        ("scopes", read_by::<NewScope>(), read_by::<ScopeSettings>()),
        ("resources", read_by::<NewResource>(), read_by::<ResourceSettings>()),
        ("initial-access-tokens", read_by::<NewInitialToken>(), read_by::<InitialTokenSettings>()),
        ("tools", read_by::<ToolSettings>(), read_by::<ToolSettings>()),
        ("tool-groups", read_by::<ToolGroupSettings>(), read_by::<ToolGroupSettings>()),
        ("providers", with(read_by::<ProviderSettings>(), &["id"]), read_by::<ProviderSettings>()),
    ] {
        assert_eq!(named(document.sent("post", &format!("/admin/api/{noun}"))), new, "{noun}");
        assert_eq!(named(document.sent("patch", &format!("/admin/api/{noun}/{{id}}"))), changed, "{noun}");
    }
}

/// Bounds that the document states hold: just beyond them is refused, by name.
#[tokio::test]
async fn what_is_beyond_a_bound_of_the_document_is_refused() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    let mut seen = 0;
    for noun in document.nouns() {
        let schema = document.sent("post", &format!("/admin/api/{noun}"));
        for (member, told) in schema["properties"].as_object().expect("properties") {
            let bounds = [("minimum", -1), ("maximum", 1)].into_iter();
            let beyond = bounds.filter_map(|(bound, step)| Some(json!(told[bound].as_i64()? + step)));
            let unknown = told.get("enum").map(|_| json!("something else"));
            for wrong in beyond.chain(unknown) {
                let mut body = new(noun, "sample");
                body[member] = wrong;
                assert!(!document.problems(schema, &body).is_empty(), "{noun} {member}");
                post(&server, noun, &body).await.assert_field(400, "invalid_request", member);
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "{seen}");
}
