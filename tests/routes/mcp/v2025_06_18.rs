//! What 2025-06-18 brought: the header that says the version, structured results, titles; and no batches any more.

use serde_json::json;

use super::{hello, searching};
use crate::support::mcp::{McpClient, message};
use crate::support::tools::url;

const VERSION: &str = "2025-06-18";

#[tokio::test]
async fn a_client_initializes_and_is_told_a_title() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, VERSION);
    let told = client.result("initialize", hello(VERSION)).await;
    let info = json!({ "name": "ostiary", "title": "Ostiary", "version": env!("CARGO_PKG_VERSION") });
    assert_eq!(told, json!({ "protocolVersion": VERSION, "capabilities": { "tools": {} }, "serverInfo": info }));
    assert_eq!(client.result("ping", json!({})).await, json!({}));
}

#[tokio::test]
async fn structured_content_is_an_object_and_stands_beside_its_text() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, VERSION);
    for (body, structured) in [("{\"a\":[1]}", Some(json!({ "a": [1] }))), ("[1]", None), ("1", None), ("\"x\"", None)]
    {
        server.http.answer(&url("search"), 200, "application/json", body.as_bytes());
        let result = client.call("search", json!({})).await;
        assert_eq!(result.get("structuredContent"), structured.as_ref(), "{body}");
        let text = if body == "\"x\"" { "x" } else { body };
        assert_eq!(result["content"], json!([{ "type": "text", "text": text }]));
    }
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_an_error_of_the_protocol() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, VERSION);
    let error = client.error("tools/call", json!({ "name": "search", "arguments": { "q": 1 } }), 200).await;
    assert_eq!((&error["code"], &error["data"]["violations"][0]["pointer"]), (&json!(-32602), &json!("/q")));
}

#[tokio::test]
async fn a_batch_is_refused() {
    let (server, token) = searching().await;
    let batch = json!([message("ping", &json!({}))]);
    let refused = McpClient::new(&server, &token, VERSION).send_raw(&batch).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]["code"]), (400, &json!(-32600)));
}

#[tokio::test]
async fn a_version_that_is_not_spoken_here_is_a_400_that_names_those_that_are() {
    let (server, token) = searching().await;
    let ping = McpClient::new(&server, &token, "2025-03-26").ask("ping", &json!({}));
    for said in ["1999-01-01", "2024-11-05", "", "2025-06-18x"] {
        let refused = server.send(ping.clone().header("mcp-protocol-version", said)).await;
        let answer = refused.assert_status(400).json();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(1), &json!(-32022)), "{said}");
        let supported = json!(["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"]);
        assert_eq!(answer["error"]["data"], json!({ "supported": supported, "requested": said }));
    }
    let twice = ping.header("mcp-protocol-version", VERSION).header("mcp-protocol-version", VERSION);
    assert_eq!(server.send(twice).await.assert_status(400).json()["error"]["code"], -32020);
}

#[tokio::test]
async fn a_method_that_there_is_not_is_an_error_in_an_answer_of_200() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, VERSION);
    for method in ["no/such", "server/discover"] {
        assert_eq!(client.error(method, json!({}), 200).await["code"], -32601, "{method}");
    }
}
