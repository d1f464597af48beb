//! `/admin/api/openapi.json`: the document says what the admin API does, no more and no less.

mod answers;
mod members;
mod paths;
pub mod samples;

use serde_json::{Value, json};

use crate::support::openapi::Document;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

/// Every object and array within.
fn all_within<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    found.push(value);
    match value {
        Value::Object(members) => members.values().for_each(|member| all_within(member, found)),
        Value::Array(items) => items.iter().for_each(|item| all_within(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_is_there_for_whoever_asks_and_names_this_server() {
    let server = Server::deployed();
    let reply = server.send(Ask::get("/admin/api/openapi.json")).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/json"));
    let document = reply.json();
    assert_eq!(document["openapi"], "3.1.1");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(document["servers"], json!([{ "url": "https://auth.example" }]));
    assert!(!reply.body.contains(ADMIN_TOKEN));
    assert_eq!(server.hops.take(), Vec::<&str>::new(), "no store is asked");
}

#[tokio::test]
async fn whatever_the_document_refers_to_is_in_it_and_no_placeholder_is_left() {
    let document = Document::of(&Server::new()).await;
    let mut found = Vec::new();
    all_within(&document.0, &mut found);
    let references: Vec<&&Value> = found.iter().filter(|value| value["$ref"].is_string()).collect();
    assert!(references.len() > 100);
    for reference in references {
        document.resolved(reference);
    }
    let is_mark =
        |text: &str| text.starts_with(|letter: char| letter.is_ascii_lowercase()) && !text.starts_with("response.");
    let words = found.iter().filter_map(|value| value.as_str());
    let left: Vec<&str> = words.filter(|word| word.split('$').skip(1).any(is_mark)).collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(document.paths().keys().all(|path| !path.contains('$')));
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own_and_tells_of_errors_as_problems() {
    let document = Document::of(&Server::new()).await;
    let operations = document.operations();
    let mut names: Vec<&str> =
        operations.iter().map(|operation| document.told(operation)["operationId"].as_str().expect("a name")).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), operations.len());
    for operation in &operations {
        let told = document.told(operation);
        let problem = &document.resolved(&told["responses"]["default"])["content"];
        assert!(problem["application/problem+json"].is_object(), "{operation:?}");
        let open = told["security"] == json!([]);
        assert_eq!(open, operation.path == "/admin/api/openapi.json", "{operation:?}");
    }
    assert_eq!(document.0["security"], json!([{ "adminToken": [] }, { "bearer": ["admin"] }]));
}

#[tokio::test]
async fn the_links_of_what_was_made_lead_to_operations_that_there_are() {
    let document = Document::of(&Server::new()).await;
    let operations = document.operations();
    let names: Vec<&str> =
        operations.iter().filter_map(|operation| document.told(operation)["operationId"].as_str()).collect();
    for noun in document.nouns() {
        let links = &document.0["paths"][format!("/admin/api/{noun}")]["post"]["responses"]["201"]["links"];
        let shown = document.made(noun);
        for link in links.as_object().expect("links").values() {
            assert!(names.contains(&link["operationId"].as_str().expect("an operation")), "{link}");
            let id =
                link["parameters"]["id"].as_str().and_then(|id| id.strip_prefix("$response.body#/")).expect("an id");
            assert!(shown["properties"][id].is_object(), "{noun}: {id}");
        }
    }
}
