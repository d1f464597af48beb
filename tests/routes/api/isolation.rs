//! Two users with different switches: what each can list or call is their own, by every path.

use axum::http::Method;
use serde_json::json;

use crate::support::flow::SERVER;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{
    EVERY_SCOPE, ask, call, functions, make_group, make_tool, names_on, switch, token, tool, url,
};

/// alice has a and, by the group, b; bob has c. Nobody has d.
async fn world() -> (Server, [(String, &'static str); 2]) {
    let server = Server::seeded().await;
    for name in ["a", "b", "c", "d"] {
        make_tool(&server, tool(name)).await;
        server.http.answer(&url(name), 200, "text/plain", name.as_bytes());
    }
    make_group(&server, "group", &["b"]).await;
    let (alice, bob) = (token(&server, "alice", EVERY_SCOPE).await, token(&server, "bob", EVERY_SCOPE).await);
    switch(&server, &alice, "tools/a", Some(true)).await;
    switch(&server, &alice, "tool-groups/group", Some(true)).await;
    switch(&server, &bob, "tools/c", Some(true)).await;
    (server, [(alice, "ab"), (bob, "c")])
}

#[tokio::test]
async fn each_lists_and_calls_their_own_tools_and_nothing_of_the_others() {
    let (server, users) = world().await;
    for (token, own) in &users {
        assert_eq!(names_on(&server, token).await.concat(), *own);
        assert_eq!(functions(&server, token).await.concat(), *own);
        for name in ["a", "b", "c", "d"] {
            let reply = call(&server, token, name, json!({})).await;
            if own.contains(name) {
                assert_eq!(reply.assert_status(200).json()["body"], name);
            } else {
                reply.assert_error(404, "not_found");
            }
        }
    }
    assert_eq!(server.http.take_sent().len(), 3);
}

#[tokio::test]
async fn a_switch_of_one_changes_nothing_of_the_others() {
    let (server, [(alice, _), (bob, _)]) = world().await;
    for (what, enabled) in
        [("tools/a", Some(false)), ("tools/d", Some(true)), ("tool-groups/group", None), ("tools/c", None)]
    {
        switch(&server, &alice, what, enabled).await;
        assert_eq!(names_on(&server, &bob).await, ["c"], "{what}");
        assert_eq!(functions(&server, &bob).await, ["c"], "{what}");
    }
    assert_eq!(names_on(&server, &alice).await, ["d"]);
    switch(&server, &bob, "tool-groups/group", Some(true)).await;
    assert_eq!(names_on(&server, &alice).await, ["d"]);
}

/// The tools that are on, as the use case answers them to the module and to MCP.
#[tokio::test]
async fn what_agents_are_told_of_is_what_their_user_can_call() {
    let (server, _) = world().await;
    for (name, own) in [("alice", "ab"), ("bob", "c")] {
        let user_id = crate::support::admin::user_id(&server, name).await;
        let listed = ostiary::service::tools::listed(&server.app, &user_id).await.expect("a list");
        assert_eq!(listed.iter().map(|tool| tool.name.as_str()).collect::<String>(), own);
        assert_eq!(listed[0].description, format!("What {} does", &own[..1]));
        assert_eq!(listed[0].input_schema, tool(&own[..1])["input_schema"]);
    }
    let nobody = ostiary::service::tools::listed(&server.app, "usr_nobody").await.expect("a list");
    assert!(nobody.is_empty());
}

#[tokio::test]
async fn a_token_without_a_user_is_403_everywhere() {
    let (server, _) = world().await;
    let scope = json!({ "scope": "read:tools call:tools manage:tools" });
    crate::support::admin::edit_client(&server, SERVER.id, scope).await;
    let form = [("grant_type", "client_credentials"), ("scope", EVERY_SCOPE)];
    let machine = server.send(SERVER.ask("/oauth/token", &form)).await.assert_status(200).text("access_token");
    let enabled = json!({ "enabled": true });
    for request in [
        Ask::get("/api/users/me"),
        Ask::get("/api/users/me/tools"),
        Ask::get("/api/users/me/tool-groups"),
        Ask::json(Method::PUT, "/api/users/me/tools/a", &enabled),
        Ask::json(Method::PUT, "/api/users/me/tool-groups/group", &enabled),
        Ask::method(Method::DELETE, "/api/users/me/tools/a"),
        Ask::method(Method::DELETE, "/api/users/me/tool-groups/group"),
    ] {
        let refused = server.send(request.bearer(&machine)).await;
        refused.assert_says(403, "access_denied", "the access token acts for no user");
    }
    let refused = server.send(ask(&machine, "a", &json!({}))).await;
    refused.assert_says(403, "access_denied", "the access token acts for no user");
    assert_eq!(server.database.peek("SELECT * FROM user_tools").len(), 2, "as they were");
    assert!(server.http.take_sent().is_empty());
}
