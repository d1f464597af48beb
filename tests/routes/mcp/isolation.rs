//! Two users with different switches: what each can list or call through MCP is their own.

use serde_json::json;

use crate::support::admin::edit_client;
use crate::support::flow::SERVER;
use crate::support::mcp::{McpClient, VERSIONS};
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, make_group, make_tool, switch, token, tool, url};

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
    for version in VERSIONS {
        for (token, own) in &users {
            let client = McpClient::new(&server, token, version);
            assert_eq!(client.names().await.concat(), *own, "{version}");
            for name in ["a", "b", "c", "d"] {
                if own.contains(name) {
                    assert_eq!(client.call(name, json!({})).await["content"][0]["text"], name);
                } else {
                    let error = client.error("tools/call", json!({ "name": name }), 200).await;
                    assert_eq!(error["message"], format!("Unknown tool: {name}"));
                }
            }
        }
        assert_eq!(server.http.take_sent().len(), 3);
    }
}

#[tokio::test]
async fn a_switch_holds_in_the_next_list_and_the_next_call() {
    let (server, [(alice, _), (bob, _)]) = world().await;
    for version in VERSIONS {
        let (mine, other) = (McpClient::new(&server, &alice, version), McpClient::new(&server, &bob, version));
        switch(&server, &alice, "tools/d", Some(true)).await;
        assert_eq!(mine.names().await.concat(), "abd");
        assert_eq!(mine.call("d", json!({})).await["isError"], false);
        for (what, enabled, left) in
            [("tools/d", Some(false), "ab"), ("tool-groups/group", None, "a"), ("tool-groups/group", Some(true), "ab")]
        {
            switch(&server, &alice, what, enabled).await;
            assert_eq!(mine.names().await.concat(), left, "{what}");
        }
        assert_eq!(mine.error("tools/call", json!({ "name": "d" }), 200).await["code"], -32602);
        assert_eq!(other.names().await.concat(), "c");
    }
}

#[tokio::test]
async fn a_token_without_a_user_is_403() {
    let (server, _) = world().await;
    edit_client(&server, SERVER.id, json!({ "scope": "read:tools call:tools" })).await;
    let form = [("grant_type", "client_credentials"), ("scope", "read:tools call:tools")];
    let machine = server.send(SERVER.ask("/oauth/token", &form)).await.assert_status(200).text("access_token");
    for version in VERSIONS {
        let client = McpClient::new(&server, &machine, version);
        for method in ["tools/list", "tools/call"] {
            let refused = client.send(method, json!({ "name": "a" })).await;
            refused.assert_says(403, "access_denied", "the access token acts for no user");
        }
    }
    assert!(server.http.take_sent().is_empty());
}
