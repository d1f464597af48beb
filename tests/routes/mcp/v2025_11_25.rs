//! What 2025-11-25 brought: arguments that do not fit are told to the model. (That an origin that is refused is a 403 is in
//! `access.rs`, for all versions.)

use serde_json::json;

use super::{hello, searching, with_tool};
use crate::support::mcp::{McpClient, message};
use crate::support::tools::{tool, url, with};

const VERSION: &str = "2025-11-25";

#[tokio::test]
async fn a_client_initializes_and_gets_this_version_where_its_own_is_unknown() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, VERSION);
    let info = json!({ "name": "ostiary", "title": "Ostiary", "version": env!("CARGO_PKG_VERSION") });
    let expected = json!({ "protocolVersion": VERSION, "capabilities": { "tools": {} }, "serverInfo": info });
    for wanted in [VERSION, "1999-01-01", "2024-11-05", "2026-07-28", ""] {
        assert_eq!(client.result("initialize", hello(wanted)).await, expected, "{wanted}");
    }
    assert_eq!(client.error("initialize", json!({}), 200).await["code"], -32602);
    assert_eq!(client.result("ping", json!({})).await, json!({}));
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_a_result_that_the_model_can_learn_from() {
    let schema = json!({
        "type": "object", "required": ["city"],
        "properties": { "city": { "type": "string" }, "days": { "type": "integer" } },
    });
    let request = json!({ "method": "GET", "url": url("weather"), "query": { "q": "{city}", "d": "{days}" } });
    let settings = with(tool("weather"), &json!({ "input_schema": schema, "request": request }));
    let (server, token) = with_tool(settings).await;
    let client = McpClient::new(&server, &token, VERSION);
    for (arguments, places) in
        [(json!({ "city": 1, "days": "x" }), vec!["/city: ", "/days: "]), (json!({}), vec!["the arguments: "])]
    {
        let result = client.call("weather", arguments).await;
        assert_eq!((&result["isError"], result.get("structuredContent")), (&json!(true), None));
        let said = result["content"][0]["text"].as_str().expect("a text").to_owned();
        assert!(places.iter().all(|place| said.contains(place)), "{said}");
    }
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn structured_content_is_an_object() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, VERSION);
    for (body, structured) in [("{\"a\":1}", Some(json!({ "a": 1 }))), ("[1]", None)] {
        server.http.answer(&url("search"), 200, "application/json", body.as_bytes());
        assert_eq!(client.call("search", json!({})).await.get("structuredContent"), structured.as_ref(), "{body}");
    }
}

#[tokio::test]
async fn tasks_are_not_offered_so_a_call_that_wants_one_is_a_call() {
    let (server, token) = searching().await;
    server.http.answer(&url("search"), 200, "text/plain", b"found");
    let client = McpClient::new(&server, &token, VERSION);
    let result = client.result("tools/call", json!({ "name": "search", "task": { "ttl": 1000 } })).await;
    assert_eq!(result["content"][0]["text"], "found");
    assert_eq!(client.error("tasks/list", json!({}), 200).await["code"], -32601);
}

#[tokio::test]
async fn a_batch_is_refused() {
    let (server, token) = searching().await;
    let batch = json!([message("ping", &json!({}))]);
    let refused = McpClient::new(&server, &token, VERSION).send_raw(&batch).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]["code"]), (400, &json!(-32600)));
}
