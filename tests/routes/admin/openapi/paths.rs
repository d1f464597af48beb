//! The paths and methods of the document are those that the router answers.

use std::collections::BTreeSet;

use axum::http::Method;

use super::samples::{make, new};
use crate::support::admin::user_id;
use crate::support::forge::es256_kid;
use crate::support::openapi::{Document, Operation};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::router_table::paths;
use crate::support::server::Server;

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

fn routes() -> Vec<&'static str> {
    paths().into_iter().filter(|path| path.starts_with("/admin/api")).collect()
}

/// Every path that a route may mean: what stands for a kind, or for what else is done with one, in every way.
fn possible(document: &Document) -> BTreeSet<String> {
    let nouns = document.nouns();
    let more: BTreeSet<&str> = document.paths().keys().filter_map(|path| Some(path.split_once("/{id}/")?.1)).collect();
    let mut all = BTreeSet::new();
    for route in routes() {
        for noun in &nouns {
            for more in &more {
                all.insert(route.replace("{noun}", noun).replace("{more}", more));
            }
        }
    }
    all
}

async fn asked(server: &Server, method: &Method, path: &str, noun: Option<&str>) -> Reply {
    let body = noun.map(|noun| new(noun, "one_more")).unwrap_or_default();
    server.as_admin(Ask::json(method.clone(), path, &body)).await
}

#[tokio::test]
async fn what_the_router_answers_is_what_the_document_has() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    let (mut answered, mut made) = (Vec::new(), 0);
    for path in possible(&document) {
        let noun = document.nouns().into_iter().find(|noun| path.starts_with(&format!("/admin/api/{noun}")));
        for method in METHODS {
            made += 1;
            let id = match noun {
                Some("users") if path.contains("/{id}/") => user_id(&server, "alice").await,
                Some(noun) if path.contains("{id}") => make(&server, &document, noun, &format!("a{made}")).await,
                None if path.contains("{id}") => es256_kid(),
                _ => String::new(),
            };
            let reply = asked(&server, &method, &path.replace("{id}", &id), noun).await;
            let says = reply.json_or_null()["error_description"].as_str().unwrap_or_default().to_owned();
            if reply.status == 405 {
                assert!(
                    !reply.header("allow").is_empty() && !reply.header("allow").contains(method.as_str()),
                    "{path}"
                );
            } else if reply.status == 404 {
                assert_eq!(says, "there is nothing here", "{method} {path}");
            } else {
                answered.push(Operation::new(&method.as_str().to_lowercase(), &path));
            }
        }
    }
    let mut documented = document.operations();
    answered.sort();
    documented.sort();
    assert_eq!(answered, documented);
}

#[tokio::test]
async fn whatever_else_there_is_of_one_is_told_which_method_does_it() {
    let server = Server::seeded().await;
    let alice = user_id(&server, "alice").await;
    for (method, more, status, allow) in [
        (Method::POST, "dependents", 405, "GET,HEAD"),
        (Method::DELETE, "dependents", 405, "GET,HEAD"),
        (Method::GET, "secret", 405, "POST"),
        (Method::PUT, "password-link", 405, "POST"),
        (Method::POST, "nothing", 404, ""),
        (Method::GET, "nothing", 404, ""),
    ] {
        let reply = server.as_admin(Ask::method(method, &format!("/admin/api/users/{alice}/{more}"))).await;
        reply.assert_error(status, if status == 405 { "method_not_allowed" } else { "not_found" });
        assert_eq!((reply.header("allow"), reply.is_problem()), (allow, true), "{more}");
    }
    let head = Ask::method(Method::HEAD, &format!("/admin/api/users/{alice}/dependents"));
    let head = server.as_admin(head).await;
    assert_eq!((head.status.as_u16(), head.body.as_str(), head.header("content-type")), (200, "", "application/json"));
}
