//! What only 2025-03-26 has: batches, and no header that says the version.

use axum::http::Method;
use serde_json::{Value, json};

use super::{hello, searching};
use crate::support::mcp::{McpClient, message};
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{token, url};

const VERSION: &str = "2025-03-26";

fn numbered(id: i64, method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

#[tokio::test]
async fn a_client_initializes_says_so_pings_lists_and_calls() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, VERSION);
    let told = client.send("initialize", hello(VERSION)).await.assert_status(200).clone();
    let info = json!({ "name": "ostiary", "version": env!("CARGO_PKG_VERSION") });
    let expected = json!({ "protocolVersion": VERSION, "capabilities": { "tools": {} }, "serverInfo": info });
    assert_eq!(told.json()["result"], expected, "a name is all that there is to show");
    assert!(told.headers.get("mcp-session-id").is_none());
    let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(client.send_raw(&initialized).await.status, 202);
    assert_eq!(client.result("ping", json!({})).await, json!({}));
    assert_eq!(client.names().await, ["search"]);
    server.http.answer(&url("search"), 200, "application/json", b"{\"a\":1}");
    let result = client.call("search", json!({})).await;
    assert_eq!(result, json!({ "content": [{ "type": "text", "text": "{\"a\":1}" }], "isError": false }));
}

#[tokio::test]
async fn a_request_that_says_no_version_is_of_this_one_and_the_header_may_say_so() {
    let (server, token) = searching().await;
    let ask = McpClient::new(&server, &token, VERSION).ask_raw(&json!([message("ping", &json!({}))]));
    for ask in [ask.clone(), ask.header("mcp-protocol-version", VERSION)] {
        assert_eq!(
            server.send(ask).await.assert_status(200).json(),
            json!([{ "jsonrpc": "2.0", "id": 1, "result": {} }])
        );
    }
}

#[tokio::test]
async fn a_batch_is_answered_by_a_list_with_an_answer_for_each_request() {
    let (server, token) = searching().await;
    server.http.answer(&url("search"), 200, "text/plain", b"found");
    let call = json!({ "name": "search" });
    let batch = json!([
        numbered(1, "ping", &json!({})),
        { "jsonrpc": "2.0", "method": "notifications/initialized" },
        numbered(2, "tools/call", &call),
        numbered(3, "tools/list", &json!({})),
        numbered(4, "tools/call", &json!({ "name": "none" })),
        numbered(5, "no/such", &json!({})),
        numbered(6, "initialize", &hello(VERSION)),
        { "jsonrpc": "1.0", "id": 7, "method": "ping" },
        1,
    ]);
    let answers = McpClient::new(&server, &token, VERSION).send_raw(&batch).await.assert_status(200).json();
    let ids: Vec<_> = answers.as_array().expect("a list").iter().map(|answer| answer.get("id").cloned()).collect();
    let expected = [1, 2, 3, 4, 5, 6, 7].map(|id| Some(json!(id))).into_iter().chain([None]);
    assert_eq!(ids, expected.collect::<Vec<_>>());
    assert_eq!(answers[0]["result"], json!({}));
    assert_eq!(answers[1]["result"]["content"][0]["text"], "found");
    assert_eq!(answers[2]["result"]["tools"][0]["name"], "search");
    let codes: Vec<_> = (3..8).map(|at| answers[at]["error"]["code"].as_i64()).collect();
    assert_eq!(codes, [-32602, -32601, -32600, -32600, -32600].map(Some), "{answers}");
    assert_eq!(server.http.take_sent().len(), 1);
}

#[tokio::test]
async fn a_batch_of_notifications_alone_has_no_answer() {
    let (server, token) = searching().await;
    let notification = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let batch = json!([notification, notification]);
    let reply = McpClient::new(&server, &token, VERSION).send_raw(&batch).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (202, ""));
}

#[tokio::test]
async fn a_batch_has_one_message_at_least_and_ten_at_most() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, VERSION);
    for (length, status) in [(0, 400), (1, 200), (10, 200), (11, 400)] {
        let reply = client.send_raw(&json!(vec![message("ping", &json!({})); length])).await;
        assert_eq!(reply.status.as_u16(), status, "{length}");
        if status == 400 {
            assert_eq!(reply.json()["error"]["code"], -32600);
        }
    }
}

/// One message that is not allowed keeps all from being answered: otherwise the challenge would be lost.
#[tokio::test]
async fn a_batch_needs_the_scopes_of_all_its_messages() {
    let server = Server::seeded().await;
    let batch = json!([message("tools/list", &json!({})), message("tools/call", &json!({ "name": "x" }))]);
    for (held, lacking) in [("read:tools", "call:tools"), ("call:tools", "read:tools")] {
        let token = token(&server, "alice", held).await;
        let refused = server.send(Ask::json(Method::POST, "/mcp", &batch).bearer(&token)).await;
        refused.assert_error(403, "insufficient_scope");
        assert!(refused.header("www-authenticate").contains(&format!("scope=\"{lacking}\"")), "{held}");
    }
    let token = token(&server, "alice", "read:tools call:tools").await;
    server.send(Ask::json(Method::POST, "/mcp", &batch).bearer(&token)).await.assert_status(200);
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_an_error_of_the_protocol() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, VERSION);
    let error = client.error("tools/call", json!({ "name": "search", "arguments": { "q": 1 } }), 200).await;
    assert_eq!(error["code"], -32602);
    assert_eq!(error["data"]["violations"][0]["pointer"], "/q");
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn a_method_that_there_is_not_is_an_error_in_an_answer_of_200() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, VERSION);
    for method in ["no/such", "server/discover", "resources/list", "prompts/list", "logging/setLevel", "Ping"] {
        assert_eq!(client.error(method, json!({}), 200).await["code"], -32601, "{method}");
    }
}
