//! `tools/list`, in every version.

use serde_json::json;

use super::searching;
use crate::support::mcp::{McpClient, STATELESS, VERSIONS};
use crate::support::tools::{make_tool, switch, tool};

#[tokio::test]
async fn a_tool_is_listed_as_it_was_made() {
    let (server, token) = searching().await;
    for version in VERSIONS {
        let told = McpClient::new(&server, &token, version).result("tools/list", json!({})).await;
        let made = tool("search");
        let listed = json!([
            { "name": "search", "description": made["description"], "inputSchema": made["input_schema"] },
        ]);
        let hints = if version == STATELESS { json!({ "ttlMs": 0, "cacheScope": "private" }) } else { json!({}) };
        let mut expected = hints;
        expected["tools"] = listed;
        assert_eq!(told, expected, "{version}");
    }
}

#[tokio::test]
async fn a_list_comes_in_pages_of_a_hundred_and_every_tool_is_on_one() {
    let (server, token) = searching().await;
    for number in 0..100 {
        make_tool(&server, tool(&format!("tool_{number:03}"))).await;
        switch(&server, &token, &format!("tools/tool_{number:03}"), Some(true)).await;
    }
    for version in VERSIONS {
        let client = McpClient::new(&server, &token, version);
        let first = client.result("tools/list", json!({})).await;
        assert_eq!(first["tools"].as_array().map(Vec::len), Some(100));
        let names = client.names().await;
        assert_eq!((names.len(), names.is_sorted()), (101, true));
        let second = json!({ "cursor": first["nextCursor"] });
        let second = client.result("tools/list", second).await;
        assert_eq!((&second["tools"][0]["name"], second.get("nextCursor")), (&json!("tool_099"), None));
    }
    // A cursor stays good when what it was made of is gone.
    let client = McpClient::new(&server, &token, VERSIONS[0]);
    let cursor = client.result("tools/list", json!({})).await["nextCursor"].clone();
    switch(&server, &token, "tools/tool_098", Some(false)).await;
    let second = client.result("tools/list", json!({ "cursor": cursor })).await;
    assert_eq!(second["tools"][0]["name"], "tool_099");
}

#[tokio::test]
async fn a_cursor_that_is_none_of_ours_is_refused() {
    let (server, token) = searching().await;
    for version in VERSIONS {
        let client = McpClient::new(&server, &token, version);
        for cursor in [json!(""), json!("x y"), json!("JyBPUiAx"), json!(1), json!(null)] {
            let error = client.error("tools/list", json!({ "cursor": cursor }), 200).await;
            assert_eq!(error["code"], -32602, "{version} {cursor}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn listing_and_calling_read_the_tools_beside_the_check_of_the_token() {
    let (server, token) = searching().await;
    server.http.answer(&crate::support::tools::url("search"), 200, "text/plain", b"found");
    for version in VERSIONS {
        let client = McpClient::new(&server, &token, version);
        client.names().await;
        let (_, depth) = server.hops.depth_of(client.result("tools/list", json!({}))).await;
        assert_eq!(depth, 1, "{version}");
        let (_, depth) = server.hops.depth_of(client.call("search", json!({}))).await;
        assert_eq!(depth, 2, "{version}: and the fetch");
    }
}
