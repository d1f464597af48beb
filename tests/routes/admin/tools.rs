//! `/admin/api/tools`

use axum::http::Method;
use ostiary::model::audit::EventKind;
use serde_json::{Value, json};

use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{make_tool, tool, with};

const PATH: &str = "/admin/api/tools";

async fn create(server: &Server, settings: &Value) -> Reply {
    server.as_admin(Ask::json(Method::POST, PATH, settings)).await
}

async fn edit(server: &Server, id: &str, settings: &Value) -> Reply {
    server.as_admin(Ask::json(Method::PATCH, &format!("{PATH}/{id}"), settings)).await
}

fn id(shown: &Value) -> &str {
    shown["id"].as_str().expect("an id")
}

#[tokio::test]
async fn a_tool_is_made_read_listed_changed_and_removed_and_each_change_is_an_event() {
    let server = Server::new();
    let made = make_tool(&server, tool("search")).await;
    let expected = with(
        tool("search"),
        &json!({
            "id": id(&made), "authentication": "none", "has_secret": false, "timeout_seconds": null, "max_bytes": null,
            "default_enabled": false, "created_at": "2027-01-15T08:00:00Z", "updated_at": "2027-01-15T08:00:00Z",
        }),
    );
    assert_eq!(made, expected);
    let path = format!("{PATH}/{}", id(&made));
    assert_eq!(server.as_admin(Ask::get(&path)).await.assert_status(200).json(), expected);
    server.advance(60);
    let change = json!({ "description": "Other", "timeout_seconds": 5, "max_bytes": 1000, "default_enabled": true });
    let changed = edit(&server, id(&made), &change).await.assert_status(200).json();
    let expected = with(with(expected, &change), &json!({ "updated_at": "2027-01-15T08:01:00Z" }));
    assert_eq!(changed, expected);
    let list = server.as_admin(Ask::get(PATH)).await.assert_status(200).json();
    assert_eq!(list, json!({ "tools": [expected], "next": null }));
    let back = edit(&server, id(&made), &json!({ "timeout_seconds": 0, "max_bytes": 0 })).await.json();
    assert_eq!((&back["timeout_seconds"], &back["max_bytes"]), (&Value::Null, &Value::Null));
    server.as_admin(Ask::method(Method::DELETE, &path)).await.assert_status(204);
    for ask in [Ask::get(&path), Ask::method(Method::DELETE, &path), Ask::json(Method::PATCH, &path, &json!({}))] {
        server.as_admin(ask).await.assert_says(404, "not_found", "there is no tool of this id");
    }
    let events = server.events.take();
    let told: Vec<_> = events.iter().map(|event| (event.kind, event.reason.as_deref().unwrap_or_default())).collect();
    assert_eq!(
        told,
        [
            (EventKind::ToolCreated, "search"),
            (EventKind::ToolUpdated, "search: description timeout_seconds max_bytes default_enabled"),
            (EventKind::ToolUpdated, "search: timeout_seconds max_bytes"),
            (EventKind::ToolRemoved, "search"),
        ]
    );
    assert!(events.iter().all(|event| event.actor.as_deref() == Some("admin")));
}

#[tokio::test]
async fn a_name_is_an_identifier_that_is_free() {
    let server = Server::new();
    let made = make_tool(&server, tool("search")).await;
    for name in ["", "class", "print", "match", "_x", "1a", "a-b", "a b", "a/b", "\u{fc}ber", "a\n", &"x".repeat(65)] {
        create(&server, &with(tool("x"), &json!({ "name": name }))).await.assert_error(400, "invalid_request");
        edit(&server, id(&made), &json!({ "name": name })).await.assert_error(400, "invalid_request");
    }
    create(&server, &tool("search")).await.assert_says(409, "conflict", "a tool of this name exists already");
    make_tool(&server, tool("other")).await;
    edit(&server, id(&made), &json!({ "name": "other" })).await.assert_error(409, "conflict");
    let mut nameless = tool("x");
    nameless.as_object_mut().expect("members").remove("name");
    create(&server, &nameless).await.assert_says(400, "invalid_request", "name is missing");
    assert_eq!(
        server.database.peek("SELECT name FROM tools ORDER BY name"),
        [json!({ "name": "other" }), json!({ "name": "search" })]
    );
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_says_why() {
    let server = Server::deployed();
    let made = make_tool(&server, tool("search")).await;
    let url = |url: &str| json!({ "request": { "method": "GET", "url": url } });
    for (change, says) in [
        (json!({ "input_schema": { "type": "string" } }), "type object"),
        (json!({ "input_schema": { "type": "object", "properties": { "a": { "pattern": "(" } } } }), ""),
        (
            json!({ "input_schema": { "type": "object", "properties": { "a": { "type": "txt" } } } }),
            "/properties/a/type",
        ),
        (json!({ "input_schema": { "type": "object", "$ref": "https://evil.example/" } }), "/$ref"),
        (json!({ "input_schema": { "type": "object", "properties": {} } }), "no property of input_schema"),
        (json!({ "description": "x".repeat(4097) }), "4096"),
        (json!({ "description": "a\0b" }), "control characters"),
        (json!({ "timeout_seconds": 301 }), "300"),
        (json!({ "timeout_seconds": -1 }), "300"),
        (json!({ "max_bytes": 8_388_609 }), "8388608"),
        (url("http://tools.example/"), "https"),
        (url("https://10.0.0.1/"), "public"),
        (url("https://2852039166/"), "as it is read"),
        (url("https://169.254.169.254/latest"), "public"),
        (url("https://[fd00::1]/"), "public"),
        (url("https://localhost/"), "public"),
        (url("https://{q}.example/"), "constant"),
        (url("https://tools.example/{q}"), "must require it"),
        (url("https://auth.example/admin/api/users"), "this server"),
        (url("https://auth.example./"), "this server"),
        (
            json!({ "request": { "method": "GET", "url": "https://a.example/", "headers": { "Host": "x" } } }),
            "can't be set",
        ),
    ] {
        let refused = create(&server, &with(tool("x"), &change)).await;
        refused.assert_error(400, "invalid_request");
        assert!(refused.text("error_description").contains(says), "{change}: {}", refused.body);
        edit(&server, id(&made), &change).await.assert_error(400, "invalid_request");
    }
    for unknown in
        [json!({ "enabled": true }), json!({ "request": { "method": "GET", "url": "https://a.example/", "x": 1 } })]
    {
        create(&server, &with(tool("x"), &unknown)).await.assert_error(400, "invalid_request");
    }
    let stored = server.as_admin(Ask::get(PATH)).await.json();
    assert_eq!(stored["tools"], json!([made]));
}

/// Each kind, with a secret.
fn kinds() -> [(Value, Value); 3] {
    [
        (
            json!({ "api_key": { "header": "X-Api-Key", "secret": "first-secret" } }),
            json!({ "api_key": { "header": "X-Api-Key" } }),
        ),
        (json!({ "bearer": { "secret": "first-secret" } }), json!({ "bearer": {} })),
        (json!({ "basic": { "username": "us", "secret": "first-secret" } }), json!({ "basic": { "username": "us" } })),
    ]
}

#[tokio::test]
async fn a_secret_is_sealed_and_never_shown_again_and_stays_until_another_is_sent() {
    let server = Server::new();
    for (sent, shown) in kinds() {
        let reply = create(&server, &with(tool("search"), &json!({ "authentication": sent }))).await;
        let made = reply.assert_status(201).json();
        assert_eq!((&made["authentication"], &made["has_secret"]), (&shown, &json!(true)));
        let path = format!("{PATH}/{}", id(&made));
        let mut answers =
            vec![reply.body, server.as_admin(Ask::get(PATH)).await.body, server.as_admin(Ask::get(&path)).await.body];
        let row = || server.database.peek("SELECT authentication FROM tools")[0]["authentication"].to_string();
        let sealed = row();
        answers.push(sealed.clone());
        edit(&server, id(&made), &json!({ "authentication": shown })).await.assert_status(200);
        assert_eq!(row(), sealed, "a secret that is not sent stays");
        edit(&server, id(&made), &json!({ "description": "Other" })).await.assert_status(200);
        assert_eq!(row(), sealed);
        let mut other = sent.clone();
        let kind = sent.as_object().expect("one kind").keys().next().expect("one kind");
        other[kind]["secret"] = json!("second-secret");
        answers
            .push(edit(&server, id(&made), &json!({ "authentication": other })).await.assert_status(200).body.clone());
        assert_ne!(row(), sealed);
        let none = edit(&server, id(&made), &json!({ "authentication": "none" })).await.json();
        assert_eq!((&none["authentication"], &none["has_secret"]), (&json!("none"), &json!(false)));
        edit(&server, id(&made), &json!({ "authentication": shown })).await.assert_error(400, "invalid_request");
        server.as_admin(Ask::method(Method::DELETE, &path)).await.assert_status(204);
        let events = format!("{:?}", server.events.take());
        assert!(
            answers
                .iter()
                .chain([&events])
                .all(|text| !text.contains("first-secret") && !text.contains("second-secret"))
        );
        assert!(answers.iter().take(3).all(|text| !text.contains("test-encryption") && !text.contains("\"secret\"")));
    }
}

#[tokio::test]
async fn a_secret_of_another_kind_is_not_taken_over() {
    let server = Server::new();
    let made =
        make_tool(&server, with(tool("search"), &json!({ "authentication": { "bearer": { "secret": "s" } } }))).await;
    for other in [json!({ "api_key": { "header": "X-Api-Key" } }), json!({ "basic": { "username": "us" } })] {
        let refused = edit(&server, id(&made), &json!({ "authentication": other })).await;
        refused.assert_says(400, "invalid_request", "the secret of the authentication is missing");
    }
}

#[tokio::test]
async fn what_cannot_be_sent_in_a_header_is_no_credential() {
    let server = Server::new();
    for wrong in [
        json!({ "bearer": {} }),
        json!({ "bearer": { "secret": "" } }),
        json!({ "bearer": { "secret": "a\r\nX: b" } }),
        json!({ "bearer": { "secret": "a b" } }),
        json!({ "bearer": { "secret": "x".repeat(4097) } }),
        json!({ "api_key": { "header": "Authorization", "secret": "s" } }),
        json!({ "api_key": { "header": "Host", "secret": "s" } }),
        json!({ "api_key": { "header": "a\r\nb", "secret": "s" } }),
        json!({ "api_key": { "header": "X-Taken", "secret": "s" } }),
        json!({ "basic": { "username": "a:b", "secret": "s" } }),
        json!({ "basic": { "username": "a\n", "secret": "s" } }),
        json!({ "basic": { "username": "a", "secret": "s\n" } }),
        json!({ "oauth": { "secret": "s" } }),
        json!("bearer"),
    ] {
        let request = json!({ "method": "GET", "url": "https://a.example/", "headers": { "x-taken": "1" } });
        let settings = json!({ "name": "x", "request": request, "authentication": wrong });
        let refused = create(&server, &settings).await;
        refused.assert_error(400, "invalid_request");
    }
    assert_eq!(server.database.peek("SELECT id FROM tools").len(), 0);
}

#[tokio::test]
async fn edits_at_the_same_time_do_not_undo_each_other() {
    let server = Server::new();
    let made = make_tool(&server, tool("search")).await;
    let now = ostiary::protocol::time::Timestamp::from_seconds(1_800_000_000);
    for settings in [json!({ "description": "Other" }), json!({ "default_enabled": true })] {
        let settings = serde_json::from_value(settings).expect("settings");
        let update = ostiary::store::tools::update(id(&made), &settings, None, now);
        server.app.database.run(update).await.expect("a write");
    }
    let shown = server.as_admin(Ask::get(&format!("{PATH}/{}", id(&made)))).await.json();
    assert_eq!((&shown["description"], &shown["default_enabled"]), (&json!("Other"), &json!(true)));
}

#[tokio::test]
async fn a_header_that_clients_would_not_take_is_refused_beside_the_schema() {
    let server = Server::new();
    let mirrored = |kind: &str, name: &str| {
        let property = json!({ "type": kind, "x-mcp-header": name });
        with(tool("search"), &json!({ "input_schema": { "type": "object", "properties": { "q": property } } }))
    };
    for (kind, name, problem) in [
        ("string", "My Region", "x-mcp-header is the name of a header: letters, digits, - and the like"),
        ("number", "Score", "x-mcp-header Score is of a property that is no string, integer or boolean"),
    ] {
        let reply = server.as_admin(Ask::json(Method::POST, "/admin/api/tools", &mirrored(kind, name))).await;
        reply.assert_field(400, "invalid_request", "input_schema").assert_says(400, "invalid_request", problem);
    }
    let made = make_tool(&server, mirrored("string", "Region")).await;
    let path = format!("/admin/api/tools/{}", made["id"].as_str().expect("an id"));
    let edit = json!({ "input_schema": mirrored("array", "Region")["input_schema"] });
    let reply = server.as_admin(Ask::json(Method::PATCH, &path, &edit)).await;
    reply.assert_field(400, "invalid_request", "input_schema");
}
