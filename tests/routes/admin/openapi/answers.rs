//! What is answered is what the document promises.

use axum::http::Method;
use serde_json::{Value, json};

use super::samples::{fitting, make, new, patch, post};
use crate::support::admin::show;
use crate::support::fault::Fault;
use crate::support::forge::es256_kid;
use crate::support::openapi::{Document, Operation};
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, switch, token, tool, url, with};

fn members(value: &Value) -> Vec<String> {
    let mut names: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn one_of_every_kind_is_as_the_document_says_when_it_is_made_read_listed_and_changed() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    assert_eq!(document.nouns().len(), 8);
    for noun in document.nouns() {
        let (list, one) = (format!("/admin/api/{noun}"), format!("/admin/api/{noun}/{{id}}"));
        let made = post(&server, noun, &new(noun, "sample")).await;
        document.assert_promised("post", &list, &made);
        let id = made.text(document.id_of(noun));
        let here = format!("{list}/{id}");
        let read = server.as_admin(Ask::get(&here)).await;
        document.assert_promised("get", &one, &read);
        assert_eq!(members(&read.json()), members(&document.made(noun)["properties"]), "{noun}");
        document.assert_promised("get", &list, &server.as_admin(Ask::get(&list)).await);
        document.assert_promised("get", &list, &server.as_admin(Ask::get(&format!("{list}?limit=1"))).await);
        document.assert_promised("patch", &one, &patch(&server, noun, &id, &json!({})).await);
        let removed = server.as_admin(Ask::method(Method::DELETE, &here)).await;
        document.assert_promised("delete", &one, &removed);
    }
}

#[tokio::test]
async fn what_else_is_done_with_one_is_answered_as_the_document_says() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    let mut seen = Vec::new();
    for operation in document.operations() {
        let Some((noun, more)) = operation.path.split_once("/{id}/") else { continue };
        let noun = noun.strip_prefix("/admin/api/").expect("a noun");
        let id = match noun {
            "clients" => "demo-server".to_owned(),
            "keys" => es256_kid(),
            _ => make(&server, &document, noun, &format!("sample_{more}")).await,
        };
        let method = Method::from_bytes(operation.method.to_uppercase().as_bytes()).expect("a method");
        let path = operation.path.replace("{id}", &id);
        let reply = match more {
            "try" => server.as_admin(tried(&server, &document, &operation, &path).await).await,
            _ => server.as_admin(Ask::method(method, &path)).await,
        };
        document.assert_promised(&operation.method, &operation.path, &reply);
        seen.push(format!("{noun} {more}"));
    }
    let expected = [
        "clients dependents",
        "clients secret",
        "keys promote",
        "keys retire",
        "providers check",
        "providers dependents",
        "scopes dependents",
        "tools try",
        "users dependents",
        "users password-link",
        "users secret",
    ];
    assert_eq!(seen, expected);
}

/// A call of the tool that was just made, which is on for alice.
async fn tried(server: &Server, document: &Document, operation: &Operation, path: &str) -> Ask {
    let name = "sample_try";
    let token = token(server, "alice", EVERY_SCOPE).await;
    switch(server, &token, &format!("tools/{name}"), Some(true)).await;
    server.http.answer(&url(name), 200, "text/plain", b"done");
    let body = json!({ "user": "alice", "arguments": {}, "scope": "call:tools" });
    document.assert_valid(document.sent(&operation.method, &operation.path), &body);
    Ask::json(Method::POST, path, &body)
}

#[tokio::test]
async fn a_secret_is_in_the_answer_that_made_it_and_described_only_there() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    for (noun, secret, body) in [
        ("users", "client_secret", new("users", "carol")),
        ("clients", "client_secret", json!({ "client_name": "App", "redirect_uris": ["https://a.example/cb"] })),
        ("initial-access-tokens", "token", new("initial-access-tokens", "partner")),
    ] {
        let made = post(&server, noun, &body).await.assert_status(201).json();
        assert!(made[secret].is_string(), "{made}");
        let path = format!("/admin/api/{noun}");
        let promised = &document.0["paths"][&path]["post"]["responses"]["201"]["content"]["application/json"]["schema"];
        assert!(!document.problems(promised, &with(made.clone(), &json!({ secret: 1 }))).is_empty(), "it is a text");
        assert!(document.made(noun)["properties"].get(secret).is_none());
        let shown = show(&server, &format!("{path}/{}", made[document.id_of(noun)].as_str().expect("an id"))).await;
        assert!(shown.get(secret).is_none());
    }
}

/// With each member that may be null both null and not, and each kind of what may be of kinds.
#[tokio::test]
async fn full_ones_and_empty_ones_are_as_the_document_says() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    let bare = json!({ "client_name": "App", "grant_types": [], "scope": "" });
    let mut full = with(bare.clone(), &json!({ "redirect_uris": ["https://a.example/cb", "com.example.app:/cb"] }));
    let sent = document.sent("post", "/admin/api/clients")["properties"].clone();
    for member in members(&sent).iter().filter(|member| member.ends_with("_uri") || member.ends_with("_alg")) {
        full[member] = fitting("clients", member);
    }
    full["token_endpoint_auth_method"] = json!("private_key_jwt");
    let claims = json!({ "email": "a@example.com", "address": { "country": "FR" } });
    let key = json!({ "authentication": { "api_key": { "header": "X-Key", "secret": "s" } } });
    let long = json!({ "authentication": { "bearer": { "secret": "s" } }, "timeout_seconds": 1, "max_bytes": 1 });
    let form = json!({ "method": "POST", "url": "https://t.example/", "body": { "form": { "q": "{q}" } } });
    let json_body = json!({ "method": "PUT", "url": "https://t.example/", "body": { "json": ["{q}"] } });
    let plain =
        json!({ "method": "POST", "url": "https://t.example/", "body": "arguments", "headers": { "X-A": "1" } });
    for (noun, body) in [
        ("clients", bare),
        ("clients", full),
        ("clients", json!({ "client_name": "App", "public": true, "redirect_uris": ["http://localhost/cb"] })),
        ("users", json!({ "name": "erin", "password": "correct horse", "role": "admin", "claims": claims })),
        ("initial-access-tokens", json!({ "name": "x", "expires_in": 60 })),
        ("resources", json!({ "resource": "https://b.example/", "name": "x", "scope": "read:tools call:tools" })),
        ("scopes", json!({ "name": "x", "description": "X", "open": true, "claims": ["email"] })),
        ("tools", with(tool("one"), &key)),
        ("tools", with(tool("two"), &long)),
        ("tools", with(tool("three"), &json!({ "request": form }))),
        ("tools", with(tool("four"), &json!({ "request": json_body }))),
        ("tools", with(tool("five"), &json!({ "request": plain }))),
        ("tool-groups", json!({ "name": "x", "description": "X", "tools": ["one"], "default_enabled": true })),
        ("providers", crate::support::idp::settings()),
    ] {
        let path = format!("/admin/api/{noun}");
        document.assert_valid(document.sent("post", &path), &body);
        document.assert_promised("post", &path, &post(&server, noun, &body).await);
        document.assert_promised("get", &path, &server.as_admin(Ask::get(&path)).await);
    }
}

#[tokio::test]
async fn the_audit_log_the_settings_and_the_keys_are_as_the_document_says() {
    let server = Server::with(&[("OAUTH_VALID_SCOPES", "photos:read"), ("JURISDICTION", "eu")]).seed().await;
    let document = Document::of(&server).await;
    post(&server, "users", &new("users", "carol")).await.assert_status(201);
    ostiary::service::audit::store(&server.app, server.events.take()).await.expect("kept");
    let path = "/admin/api/audit";
    let shown = server.as_admin(Ask::get(path)).await;
    assert!(shown.json()["events"].as_array().is_some_and(|events| !events.is_empty()));
    document.assert_promised("get", path, &shown);
    for path in ["/admin/api/settings", "/admin/api/keys", "/admin/api/openapi.json"] {
        document.assert_promised("get", path, &server.as_admin(Ask::get(path)).await);
    }
    let path = "/admin/api/encryption-keys/reseal";
    document.assert_promised("post", path, &server.as_admin(Ask::post(path, &[])).await);
}

#[tokio::test]
async fn whatever_goes_wrong_is_the_problem_that_the_document_promises() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    let users = "/admin/api/users";
    let bad = Ask::json(Method::POST, users, &json!({ "name": "" }));
    document.assert_promised("post", users, &server.as_admin(bad).await);
    document.assert_promised("get", users, &server.send(Ask::get(users)).await);
    document.assert_promised("get", "/admin/api/users/{id}", &server.as_admin(Ask::get("/admin/api/users/x")).await);
    server.database.fault.set(Fault::Fail);
    document.assert_promised("get", users, &server.as_admin(Ask::get(users)).await);
}

/// The forms of the admin pages send every field, filled in or not.
#[tokio::test]
async fn a_parameter_of_a_list_that_is_sent_empty_is_as_if_it_was_left_out() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    let mut seen = Vec::new();
    for Operation { method, path } in document.operations() {
        let told = document.told(&Operation::new(&method, &path));
        for parameter in told.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let parameter = document.resolved(parameter);
            if parameter["in"] != "query" {
                continue;
            }
            assert_eq!(parameter["allowEmptyValue"], true, "{path} {parameter}");
            let name = parameter["name"].as_str().expect("a name");
            let asked =
                |path: &str| Ask::method(Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method"), path);
            let (whole, reply) = (asked(&path), asked(&format!("{path}?{name}=")));
            let (whole, reply) = (server.as_admin(whole).await, server.as_admin(reply).await);
            document.assert_promised(&method, &path, &reply);
            assert_eq!(reply.assert_status(200).json(), whole.json(), "{path} {name}");
            seen.push(name.to_owned());
        }
    }
    for name in ["after", "limit", "role", "q", "event", "from", "to"] {
        assert!(seen.iter().any(|known| known == name), "{name}: {seen:?}");
    }
}

#[tokio::test]
async fn a_name_that_the_document_refuses_is_refused() {
    let server = Server::seeded().await;
    let document = Document::of(&server).await;
    for (noun, good, bad) in [
        ("scopes", vec!["photos:read", "x"], vec!["", "a b", "a\"b", "a\\b", "ä"]),
        ("tools", vec!["a_1", "X"], vec!["", "1a", "a-b", "a b", "_a", "ä"]),
        ("tool-groups", vec!["a-1", "X"], vec!["", "1a", "-a", "a b", "ä"]),
    ] {
        let schema = document.sent("post", &format!("/admin/api/{noun}"));
        for (names, fits) in [(good, true), (bad, false)] {
            for name in names {
                let body = new(noun, name);
                assert_eq!(document.problems(schema, &body).is_empty(), fits, "{noun} {name}");
                let reply = post(&server, noun, &body).await;
                assert_eq!(reply.status, if fits { 201 } else { 400 }, "{noun} {name}: {}", reply.body);
            }
        }
    }
}
