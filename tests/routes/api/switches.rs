//! `/api/users/me/tools` and `/api/users/me/tool-groups`

use axum::http::Method;
use ostiary::model::audit::EventKind;
use serde_json::json;

use crate::support::admin::{edit_client, make_user};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, call, make_group, make_tool, names_on, switch, token, tool, url, with};

const TOOLS: &str = "/api/users/me/tools";
const GROUPS: &str = "/api/users/me/tool-groups";

/// Tools a, b and c; the groups one (a, b) and two (b).
async fn world() -> (Server, String) {
    let server = Server::seeded().await;
    for name in ["a", "b", "c"] {
        make_tool(&server, tool(name)).await;
        server.http.answer(&url(name), 200, "text/plain", name.as_bytes());
    }
    make_group(&server, "one", &["a", "b"]).await;
    make_group(&server, "two", &["b"]).await;
    server.events.take();
    let token = token(&server, "alice", EVERY_SCOPE).await;
    (server, token)
}

#[tokio::test]
async fn everything_there_is_is_listed_with_how_it_stands() {
    let (server, token) = world().await;
    switch(&server, &token, "tools/c", Some(true)).await;
    switch(&server, &token, "tools/a", Some(false)).await;
    switch(&server, &token, "tool-groups/one", Some(true)).await;
    let row = |name: &str, enabled: bool, own: Option<bool>, groups: &[&str]| json!({ "name": name, "description": format!("What {name} does"), "enabled": enabled, "own": own, "groups": groups });
    let listed = server.send(Ask::get(TOOLS).bearer(&token)).await.assert_status(200).json();
    let expected =
        [row("a", false, Some(false), &["one"]), row("b", true, None, &["one"]), row("c", true, Some(true), &[])];
    assert_eq!(listed, json!({ "tools": expected }));
    let row = |name: &str, tools: &[&str], enabled: bool| json!({ "name": name, "description": "", "tools": tools, "enabled": enabled });
    let listed = server.send(Ask::get(GROUPS).bearer(&token)).await.assert_status(200).json();
    assert_eq!(listed, json!({ "tool_groups": [row("one", &["a", "b"], true), row("two", &["b"], false)] }));
}

#[tokio::test]
async fn a_tool_is_on_by_its_own_switch_or_a_group_that_is_on_and_an_own_off_wins() {
    let (server, token) = world().await;
    let names = async || names_on(&server, &token).await.concat();
    assert_eq!(names().await, "", "nothing is on by itself");
    switch(&server, &token, "tool-groups/one", Some(true)).await;
    assert_eq!(names().await, "ab");
    let off = switch(&server, &token, "tools/b", Some(false)).await;
    assert_eq!(
        off,
        json!({ "name": "b", "description": "What b does", "enabled": false, "own": false, "groups": ["one"] })
    );
    switch(&server, &token, "tool-groups/two", Some(true)).await;
    assert_eq!(names().await, "a", "two groups are no stronger than one own no");
    let back = switch(&server, &token, "tools/b", None).await;
    assert_eq!((&back["enabled"], &back["own"], &back["groups"]), (&json!(true), &json!(null), &json!(["one", "two"])));
    switch(&server, &token, "tool-groups/one", Some(false)).await;
    assert_eq!(names().await, "b", "the other group still holds it");
    switch(&server, &token, "tools/a", Some(true)).await;
    switch(&server, &token, "tool-groups/two", None).await;
    assert_eq!(names().await, "a");
}

#[tokio::test]
async fn a_switch_acts_in_the_next_call_of_every_isolate_though_replicas_lag() {
    let (server, token) = world().await;
    let other = server.fresh_isolate();
    call(&other, &token, "a", json!({})).await.assert_status(404);
    server.database.replicas_lag();
    for (what, enabled, status) in [
        ("tools/a", Some(true), 200),
        ("tools/a", Some(false), 404),
        ("tool-groups/one", Some(true), 404),
        ("tools/a", None, 200),
        ("tool-groups/one", None, 404),
    ] {
        switch(&server, &token, what, enabled).await;
        for isolate in [&server, &other] {
            call(isolate, &token, "a", json!({})).await.assert_status(status);
        }
    }
}

#[tokio::test]
async fn what_is_on_by_default_is_switched_on_when_a_user_is_made_and_at_no_other_time() {
    let (server, alice) = world().await;
    make_tool(&server, with(tool("d"), &json!({ "default_enabled": true }))).await;
    let default_group = json!({ "name": "three", "tools": ["c"], "default_enabled": true });
    server.as_admin(Ask::json(Method::POST, "/admin/api/tool-groups", &default_group)).await.assert_status(201);
    make_user(&server, "carol", "correct horse").await;
    let carol = token(&server, "carol", EVERY_SCOPE).await;
    assert_eq!(names_on(&server, &carol).await.concat(), "cd");
    assert!(names_on(&server, &alice).await.is_empty(), "she was there before");
    switch(&server, &carol, "tools/d", Some(false)).await;
    assert_eq!(names_on(&server, &carol).await.concat(), "c");
    let later = make_tool(&server, with(tool("e"), &json!({ "default_enabled": true }))).await;
    assert_eq!(names_on(&server, &carol).await.concat(), "c", "a tool that came later is not on");
    assert_eq!(later["default_enabled"], true);
    // The development users, too, are made so.
    server.database.peek("DELETE FROM users WHERE name = 'bob' RETURNING id");
    let server = server.seed().await;
    let bob = token(&server, "bob", EVERY_SCOPE).await;
    assert_eq!(names_on(&server, &bob).await.concat(), "cde");
}

#[tokio::test]
async fn each_change_of_a_switch_is_an_event_of_its_user() {
    let (server, token) = world().await;
    server.events.take();
    switch(&server, &token, "tools/a", Some(true)).await;
    switch(&server, &token, "tool-groups/one", Some(false)).await;
    switch(&server, &token, "tools/a", None).await;
    let alice = crate::support::admin::user_id(&server, "alice").await;
    let events = server.events.take();
    let told: Vec<_> = events.iter().map(|event| event.reason.as_deref().expect("why")).collect();
    assert_eq!(told, ["tool a: on", "group one: off", "tool a: as by itself"]);
    assert!(events.iter().all(|event| event.kind == EventKind::ToolSwitched && event.kind.decides()));
    assert!(events.iter().all(|event| event.actor.as_deref() == Some(&alice) && event.subject == event.actor));
}

#[tokio::test]
async fn what_is_nowhere_cannot_be_switched() {
    let (server, token) = world().await;
    server.events.take();
    for path in [format!("{TOOLS}/none"), format!("{GROUPS}/none"), format!("{TOOLS}/one"), format!("{GROUPS}/a")] {
        let put = Ask::json(Method::PUT, &path, &json!({ "enabled": true })).bearer(&token);
        server.send(put).await.assert_error(404, "not_found");
        server.send(Ask::method(Method::DELETE, &path).bearer(&token)).await.assert_error(404, "not_found");
    }
    let put = |body: &str| {
        let ask = Ask::post_raw(TOOLS, "application/json", body.as_bytes());
        server.send(ask.with_method(Method::PUT, &format!("{TOOLS}/a")).bearer(&token))
    };
    for body in ["", "{}", "[]", r#"{"enabled":1}"#, r#"{"enabled":null}"#, r#"{"enabled":true,"user":"bob"}"#] {
        put(body).await.assert_error(400, "invalid_request");
    }
    let rows = "SELECT tool_id AS id FROM user_tools UNION ALL SELECT group_id FROM user_tool_groups";
    assert!(server.database.peek(rows).is_empty());
    assert!(server.events.take().is_empty(), "nothing happened");
}

#[tokio::test]
async fn the_scope_is_needed_and_is_had_by_consent_where_an_administrator_allowed_it() {
    let (server, _) = world().await;
    edit_client(&server, SERVER.id, json!({ "scope": "manage:tools read:tools" })).await;
    let authorized = flow::authorize(&mut Browser::new(&server), &SERVER, &[("scope", "manage:tools")]).await;
    let code = authorized.location_parameter("code").expect("a code");
    let token = server.send(SERVER.redeem(&code)).await.text("access_token");
    assert_eq!(switch(&server, &token, "tools/a", Some(true)).await["enabled"], true);
    let agent = crate::support::tools::token(&server, "alice", "read:tools call:tools").await;
    for path in [TOOLS, GROUPS, "/api/users/me/tools/a", "/api/users/me/tool-groups/one"] {
        let method = if path.ends_with('s') { Method::GET } else { Method::DELETE };
        let refused = server.send(Ask::method(method.clone(), path).bearer(&agent)).await;
        refused.assert_says(403, "insufficient_scope", "the access token lacks the scope manage:tools");
        assert!(refused.header("www-authenticate").contains("scope=\"manage:tools\""));
        server.send(Ask::method(method, path)).await.assert_error(401, "invalid_token");
    }
    assert_eq!(names_on(&server, &token).await, ["a"]);
}

#[tokio::test]
async fn whoever_or_whatever_goes_takes_its_switches_along() {
    let (server, token) = world().await;
    for what in ["tools/a", "tools/c", "tool-groups/one"] {
        switch(&server, &token, what, Some(true)).await;
    }
    let count = |sql: &'static str| server.database.peek(sql).len();
    let (tools, groups) = ("SELECT * FROM user_tools", "SELECT * FROM user_tool_groups");
    server.database.peek("DELETE FROM tools WHERE name = 'a' RETURNING id");
    assert_eq!((count(tools), count(groups)), (1, 1));
    server.database.peek("DELETE FROM tool_groups WHERE name = 'one' RETURNING id");
    assert_eq!((count(tools), count(groups)), (1, 0));
    server.database.peek("DELETE FROM users WHERE name = 'alice' RETURNING id");
    assert_eq!((count(tools), count(groups)), (0, 0));
}
