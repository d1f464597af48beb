//! `/admin/api/tool-groups`

use axum::http::Method;
use ostiary::model::audit::EventKind;
use serde_json::{Value, json};

use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{make_group, make_tool, tool};

const PATH: &str = "/admin/api/tool-groups";

async fn create(server: &Server, settings: &Value) -> Reply {
    server.as_admin(Ask::json(Method::POST, PATH, settings)).await
}

fn path(shown: &Value) -> String {
    format!("{PATH}/{}", shown["id"].as_str().expect("an id"))
}

async fn with_tools() -> Server {
    let server = Server::new();
    for name in ["b", "a", "c"] {
        make_tool(&server, tool(name)).await;
    }
    server.events.take();
    server
}

#[tokio::test]
async fn a_group_is_made_read_listed_changed_and_removed_and_each_change_is_an_event() {
    let server = with_tools().await;
    let made = make_group(&server, "my-group", &["b", "a", "a"]).await;
    let expected = json!({
        "id": made["id"], "name": "my-group", "description": "", "tools": ["a", "b"], "default_enabled": false,
        "created_at": "2027-01-15T08:00:00Z", "updated_at": "2027-01-15T08:00:00Z",
    });
    assert_eq!(made, expected);
    assert_eq!(server.as_admin(Ask::get(&path(&made))).await.json(), expected);
    assert_eq!(server.as_admin(Ask::get(PATH)).await.json(), json!({ "tool_groups": [expected], "next": null }));
    let edit = |settings: Value| server.as_admin(Ask::json(Method::PATCH, &path(&made), &settings));
    let renamed = edit(json!({ "description": "Mine", "default_enabled": true })).await.assert_status(200).json();
    assert_eq!((&renamed["tools"], &renamed["description"]), (&json!(["a", "b"]), &json!("Mine")));
    assert_eq!(edit(json!({ "tools": ["c"] })).await.json()["tools"], json!(["c"]));
    assert_eq!(edit(json!({ "tools": [] })).await.json()["tools"], json!([]));
    server.as_admin(Ask::method(Method::DELETE, &path(&made))).await.assert_status(204);
    for ask in [Ask::get(&path(&made)), Ask::method(Method::DELETE, &path(&made))] {
        server.as_admin(ask).await.assert_says(404, "not_found", "there is no group of this id");
    }
    edit(json!({ "tools": ["a"] })).await.assert_error(404, "not_found");
    assert_eq!(server.database.peek("SELECT * FROM tool_group_members").len(), 0);
    let told: Vec<_> =
        server.events.take().into_iter().map(|event| (event.kind, event.reason.unwrap_or_default())).collect();
    let expected = [
        (EventKind::ToolGroupCreated, "my-group"),
        (EventKind::ToolGroupUpdated, "my-group: description default_enabled"),
        (EventKind::ToolGroupUpdated, "my-group: tools"),
        (EventKind::ToolGroupUpdated, "my-group: tools"),
        (EventKind::ToolGroupRemoved, "my-group"),
    ];
    assert_eq!(told, expected.map(|(kind, reason)| (kind, reason.to_owned())));
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_nothing_is_written() {
    let server = with_tools().await;
    make_group(&server, "one", &["a"]).await;
    create(&server, &json!({ "name": "one" })).await.assert_says(
        409,
        "conflict",
        "a group of this name exists already",
    );
    for wrong in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": "a b" }),
        json!({ "name": "-a" }),
        json!({ "name": "a/b" }),
        json!({ "name": "two", "tools": ["a", "none"] }),
        json!({ "name": "two", "tools": "a" }),
        json!({ "name": "two", "description": "\u{7}" }),
        json!({ "name": "two", "members": [] }),
    ] {
        create(&server, &wrong).await.assert_error(400, "invalid_request");
    }
    let groups = server.as_admin(Ask::get(PATH)).await.json();
    assert_eq!(groups["tool_groups"].as_array().expect("groups").len(), 1);
    assert_eq!(groups["tool_groups"][0]["tools"], json!(["a"]));
}

#[tokio::test]
async fn a_tool_that_goes_leaves_its_groups() {
    let server = with_tools().await;
    let made = make_group(&server, "one", &["a", "b"]).await;
    let tools = server.as_admin(Ask::get("/admin/api/tools")).await.json();
    let a = tools["tools"].as_array().expect("tools").iter().find(|tool| tool["name"] == "a").expect("a");
    let gone = format!("/admin/api/tools/{}", a["id"].as_str().expect("an id"));
    server.as_admin(Ask::method(Method::DELETE, &gone)).await.assert_status(204);
    assert_eq!(server.as_admin(Ask::get(&path(&made))).await.json()["tools"], json!(["b"]));
}
