//! `POST /api/tools/{name}/call`

use axum::http::Method;
use ostiary::model::audit::{EventKind, Outcome};
use serde_json::{Value, json};

use crate::support::fault::Fault;
use crate::support::flow::SERVER;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, ask, call, make_tool, switch, token, tool, url, with};

/// A server with this tool, on for alice, and a token of hers.
async fn with_tool(settings: Value) -> (Server, String) {
    let server = Server::seeded().await;
    let name = settings["name"].as_str().expect("a name").to_owned();
    make_tool(&server, settings).await;
    let token = token(&server, "alice", EVERY_SCOPE).await;
    switch(&server, &token, &format!("tools/{name}"), Some(true)).await;
    server.events.take();
    (server, token)
}

async fn searching() -> (Server, String) {
    let (server, token) = with_tool(tool("search")).await;
    server.http.answer(&url("search"), 200, "application/json", br#"{"found":[1,2]}"#);
    (server, token)
}

#[tokio::test]
async fn a_call_answers_what_the_tools_server_did() {
    let (server, token) = searching().await;
    let reply = call(&server, &token, "search", json!({})).await;
    let expected = json!({ "status": 200, "content_type": "application/json", "body": { "found": [1, 2] } });
    assert_eq!((reply.status.as_u16(), reply.json()), (200, expected));
    assert_eq!(reply.header("cache-control"), "no-store");
    server.http.answer(&format!("{}?q=a%26b", url("search")), 404, "text/plain", b"none");
    let reply = call(&server, &token, "search", json!({ "q": "a&b" })).await;
    assert_eq!(reply.json(), json!({ "status": 404, "content_type": "text/plain", "body": "none" }));
    server.http.answer(&format!("{}?q=png", url("search")), 201, "", b"\x89\xff");
    let reply = call(&server, &token, "search", json!({ "q": "png" })).await;
    let expected = json!({ "status": 201, "content_type": null, "body": "if8=", "encoding": "base64" });
    assert_eq!(reply.json(), expected);
    let sent = server.http.take_sent();
    assert!(sent.iter().all(|request| request.method == "GET" && request.headers.is_empty() && request.body.is_none()));
    let alice = crate::support::admin::user_id(&server, "alice").await;
    let events: Vec<_> = server.events.take();
    assert_eq!(
        events.iter().map(|event| event.reason.as_deref().expect("why")).collect::<Vec<_>>(),
        ["search: 200", "search: 404", "search: 201"]
    );
    for event in events {
        assert_eq!((event.kind, event.outcome), (EventKind::ToolCalled, Outcome::Success));
        assert_eq!((event.actor.as_deref(), event.subject.as_deref()), (Some(&*alice), Some(&*alice)));
    }
}

#[tokio::test]
async fn every_place_is_filled_and_the_secret_goes_along() {
    let request = json!({
        "method": "POST", "url": "https://tools.example/u/{user}/x", "query": { "tag": "{tags}" },
        "headers": { "X-Trace": "t-{trace}" }, "body": { "json": { "text": "{text}", "all": ["{tags}"] } },
    });
    let names = ["user", "trace", "text"].map(|name| (name.to_owned(), json!({ "type": "string" })));
    let mut properties = serde_json::Map::from_iter(names);
    properties.insert("tags".to_owned(), json!({ "type": "array" }));
    let schema = json!({ "type": "object", "properties": properties, "required": ["user"] });
    for (authentication, header) in [
        (json!({ "api_key": { "header": "X-Key", "secret": "s3cret" } }), ("X-Key", "s3cret")),
        (json!({ "bearer": { "secret": "s3cret" } }), ("authorization", "Bearer s3cret")),
        (json!({ "basic": { "username": "us", "secret": "p:w" } }), ("authorization", "Basic dXM6cDp3")),
    ] {
        let settings = json!({
            "name": "post_it", "input_schema": schema, "request": request, "authentication": authentication,
        });
        let (server, token) = with_tool(settings).await;
        let url = "https://tools.example/u/a%2Fb/x?tag=1&tag=%22%26";
        server.http.answer(url, 204, "", b"");
        let arguments = json!({ "user": "a/b", "trace": "7", "text": "\"}", "tags": [1, "\"&"] });
        let reply = call(&server, &token, "post_it", arguments).await.assert_status(200).json();
        assert_eq!(reply, json!({ "status": 204, "content_type": null, "body": "" }));
        let [sent] = server.http.take_sent().try_into().ok().expect("one request");
        assert_eq!((sent.method, sent.url.as_str()), ("POST", url));
        let body: Value = serde_json::from_str(&sent.body.expect("a body")).expect("JSON");
        assert_eq!(body, json!({ "text": "\"}", "all": [[1, "\"&"]] }));
        let pairs = [("X-Trace", "t-7"), ("content-type", "application/json"), header];
        assert_eq!(sent.headers, pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_422_with_a_pointer_and_nothing_is_sent() {
    let schema = json!({
        "type": "object", "required": ["city"], "additionalProperties": false,
        "properties": {
            "city": { "type": "string", "minLength": 2, "pattern": "^[A-Z]" }, "days": { "type": "integer", "maximum": 7 },
            "a/b": { "type": "object", "properties": { "c~d": { "enum": ["x"] } } },
        },
    });
    let request = json!({ "method": "GET", "url": "https://tools.example/{city}", "headers": { "X-Days": "{days}" } });
    let (server, token) = with_tool(json!({ "name": "weather", "input_schema": schema, "request": request })).await;
    for (arguments, pointers) in [
        (json!({}), vec![""]),
        (json!({ "city": 1 }), vec!["/city"]),
        (json!({ "city": "X" }), vec!["/city"]),
        (json!({ "city": "paris" }), vec!["/city"]),
        (json!({ "city": "Paris", "days": 8 }), vec!["/days"]),
        (json!({ "city": "Paris", "days": 1.5 }), vec!["/days"]),
        (json!({ "city": "Paris", "a/b": { "c~d": 1 } }), vec!["/a~1b/c~0d"]),
        (json!({ "city": "Paris", "more": 1 }), vec!["/more"]),
        (json!({ "city": "P", "days": "x" }), vec!["/city", "/days"]),
        (json!({ "city": "Paris", "days": "\u{e9}".repeat(5000) }), vec!["/days"]),
        (json!({ "city": "A/../b" }), vec!["/city"]),
    ] {
        let reply = call(&server, &token, "weather", arguments.clone()).await;
        reply.assert_error(422, "invalid_arguments");
        let violations = reply.json()["violations"].clone();
        let told: Vec<_> = violations.as_array().expect("a list").iter().map(|one| &one["pointer"]).collect();
        assert_eq!(told, pointers, "{arguments}: {violations}");
        for violation in violations.as_array().expect("a list") {
            assert!((4..=300).contains(&violation["message"].as_str().expect("a text").chars().count()), "{violation}");
        }
    }
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn an_unknown_tool_and_one_that_is_off_are_the_same_404() {
    let (server, token) = searching().await;
    make_tool(&server, tool("other")).await;
    let unknown = call(&server, &token, "none", json!({})).await;
    unknown.assert_says(404, "not_found", "there is no tool of this name, or it is switched off");
    for name in ["other", "Search", "search%20", "%00", "'%20OR%201=1", "%ff"] {
        let reply = call(&server, &token, name, json!({})).await;
        assert_eq!(reply.status, 404, "{name}: {}", reply.body);
    }
    assert_eq!(call(&server, &token, "other", json!({})).await.body, unknown.body);
    switch(&server, &token, "tools/search", Some(false)).await;
    assert_eq!(call(&server, &token, "search", json!({ "wrong": 1 })).await.body, unknown.body);
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn a_tools_server_that_fails_redirects_or_says_too_much_is_502_and_one_that_is_slow_504() {
    let (server, token) = with_tool(with(tool("search"), &json!({ "max_bytes": 10 }))).await;
    let at = url("search");
    for (status, why) in [
        (500, "the tool's server answered with status 500"),
        (503, "the tool's server answered with status 503"),
        (301, "the tool's server answered with a redirect (301)"),
        (302, "the tool's server answered with a redirect (302)"),
        (307, "the tool's server answered with a redirect (307)"),
        (304, "the tool's server answered with a redirect (304)"),
        (101, "the tool's server answered with status 101"),
    ] {
        server.http.answer(&at, status, "text/plain", b"x");
        call(&server, &token, "search", json!({})).await.assert_says(502, "bad_gateway", why);
    }
    let unreachable = "the tool's server cannot be reached, or answered too much";
    server.http.answer(&at, 200, "text/plain", b"0123456789");
    call(&server, &token, "search", json!({})).await.assert_status(200);
    server.http.answer(&at, 200, "text/plain", b"01234567890");
    call(&server, &token, "search", json!({})).await.assert_says(502, "bad_gateway", unreachable);
    server.http.fault.set(Fault::Fail);
    call(&server, &token, "search", json!({})).await.assert_says(502, "bad_gateway", unreachable);
    server.http.fault.set(Fault::None);
    server.http.never_answer(&at);
    call(&server, &token, "search", json!({})).await.assert_says(
        504,
        "gateway_timeout",
        "the tool's server took too long",
    );
    let last = server.events.take().pop().expect("an event");
    assert_eq!((last.kind, last.outcome), (EventKind::ToolCalled, Outcome::Failure));
    assert_eq!(last.reason.as_deref(), Some("search: too slow"));
}

#[tokio::test]
async fn limits_are_the_settings_unless_the_tool_has_its_own() {
    for (own, bytes) in [(json!({}), 20), (json!({ "max_bytes": 30 }), 30)] {
        let server = Server::with(&[("TOOL_MAX_BYTES", "20"), ("TOOL_TIMEOUT_SECONDS", "3")]).seed().await;
        make_tool(&server, with(with(tool("search"), &own), &json!({ "default_enabled": true }))).await;
        let token = token(&server, "alice", EVERY_SCOPE).await;
        switch(&server, &token, "tools/search", Some(true)).await;
        for (length, status) in [(bytes, 200), (bytes + 1, 502)] {
            server.http.answer(&url("search"), 200, "text/plain", &vec![b'x'; length]);
            call(&server, &token, "search", json!({})).await.assert_status(status);
        }
    }
}

#[tokio::test]
async fn a_url_that_may_not_be_asked_any_more_is_not_asked() {
    let (server, token) = searching().await;
    for url in [
        "https://10.0.0.1/",
        "http://tools.example:80/x",
        "https://0xA9FEA9FE/",
        "https://printer.local/",
        "https://tools.example/../x",
    ] {
        let request = json!({ "method": "GET", "url": url }).to_string();
        let change = ostiary::ports::Statement::write("UPDATE tools SET request = ?1", vec![request.into()]);
        server.app.database.run(change).await.expect("a write");
        let reply = call(&server, &token, "search", json!({})).await;
        assert!([422, 502].contains(&reply.status.as_u16()), "{url}: {}", reply.body);
    }
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn a_secret_of_another_tool_does_not_open() {
    let (server, token) =
        with_tool(with(tool("search"), &json!({ "authentication": { "bearer": { "secret": "s" } } }))).await;
    make_tool(&server, with(tool("other"), &json!({ "authentication": { "bearer": { "secret": "o" } } }))).await;
    server.http.answer(&url("search"), 200, "text/plain", b"x");
    call(&server, &token, "search", json!({})).await.assert_status(200);
    assert_eq!(server.http.take_sent()[0].headers, [("authorization".to_owned(), "Bearer s".to_owned())]);
    let swapped =
        "UPDATE tools SET authentication = (SELECT authentication FROM tools WHERE name = 'other') RETURNING id";
    server.database.peek(swapped);
    call(&server, &token, "search", json!({})).await.assert_says(500, "server_error", "a secret does not open");
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn only_a_token_of_a_user_with_the_scope_may_call_and_nobody_else_is_told_anything() {
    let (server, _) = searching().await;
    let path = "/api/tools/search/call";
    let described = "resource_metadata=\"http://localhost:8787/.well-known/oauth-protected-resource/api\"";
    for body in [json!({}), json!({ "wrong": 1 })] {
        let without = server.send(Ask::json(Method::POST, path, &body)).await;
        without.assert_error(401, "invalid_token");
        assert!(without.header("www-authenticate").ends_with(described));
        server.send(Ask::json(Method::POST, path, &body).bearer("x.y.z")).await.assert_error(401, "invalid_token");
        let reader = token(&server, "alice", "read:tools manage:tools").await;
        let refused = server.send(ask(&reader, "search", &body)).await;
        refused.assert_says(403, "insufficient_scope", "the access token lacks the scope call:tools");
        assert!(refused.header("www-authenticate").contains("scope=\"call:tools\""));
        let machine = [("grant_type", "client_credentials"), ("scope", "call:tools")];
        let machine = server.send(SERVER.ask("/oauth/token", &machine)).await.text("access_token");
        let refused = server.send(ask(&machine, "search", &body)).await;
        refused.assert_says(403, "access_denied", "the access token acts for no user");
    }
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn arguments_are_a_json_object_of_64_kib_at_most() {
    let (server, token) = searching().await;
    let path = "/api/tools/search/call";
    let send = |content_type: &str, body: &[u8]| server.send(Ask::post_raw(path, content_type, body).bearer(&token));
    for body in [&b""[..], b"[]", b"1", b"\"a\"", b"null", b"{", b"{\"q\":\"\xff\"}"] {
        send("application/json", body).await.assert_error(400, "invalid_request");
    }
    let deep = format!("{{\"q\":{}{}}}", "[".repeat(200), "]".repeat(200));
    send("application/json", deep.as_bytes()).await.assert_error(400, "invalid_request");
    send("text/plain", b"{}").await.assert_error(415, "unsupported_media_type");
    let long = json!({ "q": "x".repeat(64 * 1024) }).to_string();
    send("application/json", long.as_bytes()).await.assert_error(413, "content_too_large");
    assert!(server.http.take_sent().is_empty());
}
