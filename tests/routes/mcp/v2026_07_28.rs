//! What 2026-07-28 brought: requests that each stand for themselves, headers that say what the body says, `server/discover`.

use axum::http::Method;
use serde_json::{Value, json};

use super::{hello, searching, with_tool};
use crate::support::mcp::{McpClient, STATELESS, message, meta};
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{tool, url, with};

const HEADER_MISMATCH: i32 = -32020;

/// `body` with these headers.
async fn send(server: &Server, token: &str, body: &Value, headers: &[(&str, &str)]) -> (u16, Value) {
    let ask = Ask::json(Method::POST, "/mcp", body).bearer(token);
    let reply = server.send(headers.iter().fold(ask, |ask, (name, value)| ask.header(name, value))).await;
    (reply.status.as_u16(), reply.json())
}

fn call(name: &str) -> Value {
    message("tools/call", &json!({ "name": name, "arguments": {}, "_meta": meta() }))
}

const CALL_HEADERS: [(&str, &str); 3] =
    [("mcp-protocol-version", STATELESS), ("mcp-method", "tools/call"), ("mcp-name", "search")];

#[tokio::test]
async fn what_the_server_is_can_be_asked_before_anything_else() {
    let (server, token) = searching().await;
    let told = McpClient::new(&server, &token, STATELESS).result("server/discover", json!({})).await;
    let expected = json!({
        "supportedVersions": ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"],
        "capabilities": { "tools": {} },
        "ttlMs": 3_600_000,
        "cacheScope": "public",
    });
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_tool_is_called_without_a_handshake() {
    let (server, token) = searching().await;
    server.http.answer(&url("search"), 200, "application/json", b"[1]");
    let (status, answer) = send(&server, &token, &call("search"), &CALL_HEADERS).await;
    let info = json!({ "name": "ostiary", "title": "Ostiary", "version": env!("CARGO_PKG_VERSION") });
    let result = json!({
        "resultType": "complete",
        "content": [{ "type": "text", "text": "[1]" }],
        "structuredContent": [1],
        "isError": false,
        "_meta": { "io.modelcontextprotocol/serverInfo": info },
    });
    assert_eq!((status, answer), (200, json!({ "jsonrpc": "2.0", "id": 1, "result": result })));
}

#[tokio::test]
async fn a_request_that_does_not_say_what_it_must_of_itself_is_malformed() {
    let (server, token) = searching().await;
    let headers = [("mcp-protocol-version", STATELESS), ("mcp-method", "server/discover")];
    let without = |key: &str| {
        let mut meta = meta();
        meta.as_object_mut().expect("an object").remove(&format!("io.modelcontextprotocol/{key}"));
        meta
    };
    let with = |key: &str, value: Value| {
        let mut meta = meta();
        meta[format!("io.modelcontextprotocol/{key}")] = value;
        meta
    };
    for meta in [
        json!(null),
        json!([]),
        json!({}),
        without("protocolVersion"),
        with("protocolVersion", json!(1)),
        without("clientCapabilities"),
        with("clientCapabilities", json!([])),
    ] {
        let (status, answer) =
            send(&server, &token, &message("server/discover", &json!({ "_meta": meta })), &headers).await;
        assert_eq!((status, &answer["error"]["code"], &answer["id"]), (400, &json!(-32602), &json!(1)), "{meta}");
    }
    let nothing = send(&server, &token, &message("server/discover", &json!({})), &headers).await;
    assert_eq!((nothing.0, &nothing.1["error"]["code"]), (400, &json!(-32602)));
    let good = message("server/discover", &json!({ "_meta": without("clientInfo") }));
    assert_eq!(send(&server, &token, &good, &headers).await.0, 200, "who the client is it need not say");
}

#[tokio::test]
async fn a_header_that_is_missing_or_says_something_else_is_a_mismatch() {
    let (server, token) = searching().await;
    let [version, method, name] = CALL_HEADERS;
    for headers in [
        vec![method, name],
        vec![version, name],
        vec![version, method],
        vec![("mcp-protocol-version", "2025-11-25"), method, name],
        vec![version, ("mcp-method", "tools/list"), name],
        vec![version, ("mcp-method", "TOOLS/CALL"), name],
        vec![version, method, ("mcp-name", "other")],
        vec![version, method, ("mcp-name", "=?base64?b3RoZXI=?=")],
        vec![version, method, ("mcp-name", "=?base64?c2Vhcm!?=")],
        vec![version, method, method, name],
        vec![version, method, name, name],
        vec![version, version, method, name],
    ] {
        let (status, answer) = send(&server, &token, &call("search"), &headers).await;
        assert_eq!((status, &answer["id"]), (400, &json!(1)), "{headers:?}");
        assert_eq!(answer["error"]["code"], HEADER_MISMATCH, "{headers:?}");
    }
    assert!(server.http.take_sent().is_empty());
    server.http.answer(&url("search"), 200, "text/plain", b"found");
    for name in [("Mcp-Name", "search"), ("MCP-NAME", "  search\t"), ("mcp-name", "=?base64?c2VhcmNo?=")] {
        assert_eq!(send(&server, &token, &call("search"), &[version, ("MCP-Method", "tools/call"), name]).await.0, 200);
    }
}

#[tokio::test]
async fn a_version_that_is_not_spoken_here_is_named_with_those_that_are() {
    let (server, token) = searching().await;
    let mut meta = meta();
    meta["io.modelcontextprotocol/protocolVersion"] = json!("1900-01-01");
    let headers = [("mcp-protocol-version", "1900-01-01"), ("mcp-method", "server/discover")];
    let (status, answer) =
        send(&server, &token, &message("server/discover", &json!({ "_meta": meta })), &headers).await;
    let data = json!({
        "supported": ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"], "requested": "1900-01-01",
    });
    assert_eq!((status, &answer["error"]["code"], &answer["error"]["data"]), (400, &json!(-32022), &data));
}

#[tokio::test]
async fn a_method_that_there_is_not_or_no_longer_is_a_404() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, STATELESS);
    for method in
        ["initialize", "ping", "logging/setLevel", "resources/list", "prompts/list", "subscriptions/listen", "x"]
    {
        assert_eq!(client.error(method, hello(STATELESS), 404).await["code"], -32601, "{method}");
    }
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_a_result_that_the_model_can_learn_from() {
    let (server, token) = searching().await;
    let result = McpClient::new(&server, &token, STATELESS).call("search", json!({ "q": 1 })).await;
    assert_eq!(result["isError"], true);
    assert!(result["content"][0]["text"].as_str().expect("a text").contains("/q: "), "{result}");
    assert!(server.http.take_sent().is_empty());
}

#[tokio::test]
async fn any_json_is_structured_content() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, STATELESS);
    for body in [json!({ "a": 1 }), json!([1]), json!(1), json!(false), json!(null)] {
        server.http.answer(&url("search"), 200, "application/json", body.to_string().as_bytes());
        let result = client.call("search", json!({})).await;
        assert_eq!(result.get("structuredContent"), Some(&body));
        assert_eq!(result["content"][0]["text"], body.to_string());
    }
}

/// Nobody was asked for anything, so nothing that answers is looked at.
#[tokio::test]
async fn input_that_was_not_asked_for_is_ignored() {
    let (server, token) = searching().await;
    server.http.answer(&url("search"), 200, "text/plain", b"found");
    let client = McpClient::new(&server, &token, STATELESS);
    let params = json!({ "name": "search", "inputResponses": { "a": { "action": "accept" } }, "requestState": "x" });
    assert_eq!(client.result("tools/call", params).await["content"][0]["text"], "found");
}

#[tokio::test]
async fn an_argument_that_its_schema_wants_in_a_header_must_stand_there() {
    let schema = json!({ "type": "object", "properties": { "q": { "type": "string", "x-mcp-header": "Query" } } });
    let (server, token) = with_tool(with(tool("search"), &json!({ "input_schema": schema }))).await;
    server.http.answer(&format!("{}?q=a", url("search")), 200, "text/plain", b"found");
    server.http.answer(&url("search"), 200, "text/plain", b"all");
    let params = json!({ "name": "search", "arguments": { "q": "a" } });
    let client = McpClient::new(&server, &token, STATELESS);
    let listed = client.result("tools/list", json!({})).await;
    assert_eq!(listed["tools"][0]["inputSchema"]["properties"]["q"]["x-mcp-header"], "Query");
    for value in ["a", "=?base64?YQ==?="] {
        let reply = server.send(client.ask("tools/call", &params).header("Mcp-Param-Query", value)).await;
        assert_eq!(reply.assert_status(200).json()["result"]["content"][0]["text"], "found");
    }
    assert_eq!(client.call("search", json!({})).await["content"][0]["text"], "all");
    server.http.take_sent();
    for value in ["b", "=?base64?YQ=?=", "=?base64?!?="] {
        let reply = server.send(client.ask("tools/call", &params).header("Mcp-Param-Query", value)).await;
        assert_eq!(reply.assert_status(400).json()["error"]["code"], HEADER_MISMATCH, "{value}");
    }
    assert_eq!(client.error("tools/call", params.clone(), 400).await["code"], HEADER_MISMATCH);
    assert!(server.http.take_sent().is_empty());
    // An older client does not know of it.
    let older = McpClient::new(&server, &token, "2025-11-25");
    assert_eq!(older.result("tools/call", params).await["content"][0]["text"], "found");
}

#[tokio::test]
async fn a_batch_is_refused() {
    let (server, token) = searching().await;
    let (status, answer) = send(&server, &token, &json!([call("search")]), &CALL_HEADERS).await;
    assert_eq!((status, &answer["error"]["code"]), (400, &json!(-32600)));
}

#[tokio::test]
async fn what_is_left_of_sessions_is_ignored() {
    let (server, token) = searching().await;
    let client = McpClient::new(&server, &token, STATELESS);
    let ask = client.ask("server/discover", &json!({})).header("mcp-session-id", "x").header("last-event-id", "1");
    let reply = server.send(ask).await;
    reply.assert_status(200);
    assert!(reply.headers.get("mcp-session-id").is_none());
}
