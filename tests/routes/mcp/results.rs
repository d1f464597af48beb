//! What a call ends in, in every version.

use serde_json::{Value, json};

use super::{searching, with_tool};
use crate::support::fault::Fault;
use crate::support::mcp::{McpClient, VERSIONS, message};
use crate::support::tools::{make_tool, switch, tool, url, with};

fn text(said: &str) -> Value {
    json!([{ "type": "text", "text": said }])
}

#[tokio::test]
async fn the_tools_request_is_made_of_the_arguments_and_its_answer_is_told() {
    let (server, token) = searching().await;
    let at = format!("{}?q=two+words", url("search"));
    for version in VERSIONS {
        let client = McpClient::new(&server, &token, version);
        server.http.answer(&at, 200, "text/plain", b"found it");
        let result = client.call("search", json!({ "q": "two words" })).await;
        assert_eq!(result, json!({ "content": text("found it"), "isError": false }), "{version}");
        let [sent] = server.http.take_sent().try_into().ok().expect("one request");
        assert_eq!((sent.method, sent.url.as_str()), ("GET", at.as_str()));
        server.http.answer(&url("search"), 200, "application/json", b"{ \"hits\": 2 }");
        let result = client.result("tools/call", json!({ "name": "search" })).await;
        assert_eq!((&result["content"], &result["isError"]), (&text("{\"hits\":2}"), &json!(false)), "{version}");
        let structured = (version != VERSIONS[0]).then(|| json!({ "hits": 2 }));
        assert_eq!(result.get("structuredContent"), structured.as_ref(), "{version}");
        server.http.take_sent();
    }
}

#[tokio::test]
async fn what_the_tool_refuses_or_cannot_do_is_a_result_that_says_so() {
    let (server, token) = with_tool(with(tool("search"), &json!({ "max_bytes": 10 }))).await;
    let at = url("search");
    let unreachable = text("the tool's server cannot be reached, or answered too much");
    for version in VERSIONS {
        let client = McpClient::new(&server, &token, version);
        let failed = |content: Value| json!({ "content": content, "isError": true });
        server.http.answer(&at, 404, "text/plain", b"gone");
        let told = json!([text("The tool's server answered with status 404.")[0], text("gone")[0]]);
        assert_eq!(client.call("search", json!({})).await, failed(told), "{version}");
        server.http.answer(&at, 500, "text/plain", b"inside");
        let told = text("the tool's server answered with status 500");
        assert_eq!(client.call("search", json!({})).await, failed(told), "{version}");
        server.http.answer(&at, 200, "text/plain", b"01234567890");
        assert_eq!(client.call("search", json!({})).await, failed(unreachable.clone()), "{version}");
        server.http.fault.set(Fault::Fail);
        assert_eq!(client.call("search", json!({})).await, failed(unreachable.clone()), "{version}");
        server.http.fault.set(Fault::None);
        server.http.never_answer(&at);
        let told = text("the tool's server took too long");
        assert_eq!(client.call("search", json!({})).await, failed(told), "{version}");
    }
}

#[tokio::test]
async fn an_unknown_tool_and_one_that_is_off_are_the_same_error() {
    let (server, token) = searching().await;
    make_tool(&server, tool("other")).await;
    switch(&server, &token, "tools/search", Some(false)).await;
    for version in VERSIONS {
        let client = McpClient::new(&server, &token, version);
        for name in ["other", "search", "none", "Search", "' OR 1=1"] {
            let error = client.error("tools/call", json!({ "name": name, "arguments": { "wrong": 1 } }), 200).await;
            assert_eq!(error, json!({ "code": -32602, "message": format!("Unknown tool: {name}") }), "{version}");
        }
    }
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn a_call_that_is_no_call_is_an_error_and_nothing_is_sent() {
    let (server, token) = searching().await;
    for version in VERSIONS {
        let client = McpClient::new(&server, &token, version);
        for params in [
            json!({}),
            json!({ "name": 1 }),
            json!({ "name": "search", "arguments": [] }),
            json!({ "name": "search", "arguments": null }),
            json!({ "name": "search", "arguments": "x" }),
        ] {
            assert_eq!(client.error("tools/call", params, 200).await["code"], -32602, "{version}");
        }
    }
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn a_failure_of_ours_is_an_error_that_tells_nothing_of_the_inside() {
    let (server, token) =
        with_tool(with(tool("search"), &json!({ "authentication": { "bearer": { "secret": "s" } } }))).await;
    make_tool(&server, with(tool("other"), &json!({ "authentication": { "bearer": { "secret": "o" } } }))).await;
    let exchange =
        "UPDATE tools SET authentication = (SELECT authentication FROM tools WHERE name = 'other') RETURNING id";
    server.database.peek(exchange);
    for version in VERSIONS {
        let error = McpClient::new(&server, &token, version);
        let error = error.error("tools/call", json!({ "name": "search", "arguments": {} }), 500).await;
        assert_eq!(error, json!({ "code": -32603, "message": "this server cannot answer at the moment" }));
    }
    server.database.fault.set(Fault::Fail);
    for method in ["tools/list", "tools/call"] {
        let reply = McpClient::new(&server, &token, VERSIONS[0]).send(method, json!({ "name": "search" })).await;
        reply.assert_error(503, "temporarily_unavailable");
    }
}

#[tokio::test]
async fn a_message_that_is_an_answer_is_not_accepted_since_nothing_was_asked() {
    let (server, token) = searching().await;
    for version in VERSIONS {
        let client = McpClient::new(&server, &token, version);
        let reply = client.send_raw(&json!({ "jsonrpc": "2.0", "id": 1, "result": {} })).await;
        assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (400, &json!(-32600)), "{version}");
    }
}

#[tokio::test]
async fn a_notification_is_accepted_without_an_answer_and_calls_nothing() {
    let (server, token) = searching().await;
    for version in VERSIONS {
        let client = McpClient::new(&server, &token, version);
        for method in ["notifications/initialized", "notifications/cancelled", "tools/call"] {
            let mut notification = message(method, &json!({ "name": "search", "requestId": 1 }));
            notification.as_object_mut().expect("an object").remove("id");
            let reply = client.send_raw(&notification).await;
            assert_eq!((reply.status.as_u16(), reply.body.as_str()), (202, ""), "{version} {method}");
        }
    }
    assert!(server.http.take_sent().is_empty());
}
