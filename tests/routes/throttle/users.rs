//! What a user has us ask of others is limited for the user, wherever they ask from.

use ostiary::ports::Limit;
use serde_json::json;

use crate::support::agent_socket::AgentSocket;
use crate::support::idp;
use crate::support::mcp::{McpClient, VERSIONS};
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, call, make_tool, switch, token, tool, url};

const TOO_MANY: &str = "too many calls of tools for this user within a minute; try again in a minute";

async fn world() -> (Server, [String; 2]) {
    let server = Server::seeded().await;
    make_tool(&server, tool("search")).await;
    server.http.answer(&url("search"), 200, "text/plain", b"found");
    let tokens = [token(&server, "alice", EVERY_SCOPE).await, token(&server, "bob", EVERY_SCOPE).await];
    for token in &tokens {
        switch(&server, token, "tools/search", Some(true)).await;
    }
    (server, tokens)
}

#[tokio::test]
async fn a_user_calls_so_many_tools_a_minute_and_others_are_not_held_up() {
    let (server, [alice, bob]) = world().await;
    server.limiter.set(Limit::Outbound, 2);
    for _ in 0..2 {
        call(&server, &alice, "search", json!({})).await.assert_status(200);
    }
    let refused = call(&server, &alice, "search", json!({})).await;
    refused.assert_says(429, "too_many_requests", TOO_MANY);
    assert_eq!(refused.header("retry-after"), "60");
    call(&server, &bob, "search", json!({})).await.assert_status(200);
    server.advance(60);
    call(&server, &alice, "search", json!({})).await.assert_status(200);
}

#[tokio::test]
async fn a_model_is_told_in_words_that_it_called_too_much() {
    let (server, [alice, _]) = world().await;
    server.limiter.set(Limit::Outbound, 0);
    for version in VERSIONS {
        let client = McpClient::new(&server, &alice, version);
        let result = client.result("tools/call", json!({ "name": "search", "arguments": {} })).await;
        assert_eq!(result["isError"], true, "{version}");
        assert_eq!(result["content"], json!([{ "type": "text", "text": TOO_MANY }]), "{version}");
    }
}

#[tokio::test]
async fn an_agent_sends_so_many_messages_a_minute_for_its_user() {
    let server = idp::world().await;
    let alice = token(&server, "alice", "agent:connect").await;
    server.limiter.set(Limit::Outbound, 1);
    let mut socket = AgentSocket::with_token(&server, &alice).await;
    let params = json!({ "agent_id": "bot", "provider": "idp" });
    assert_eq!(socket.result("oauth/session", params.clone()).await["authenticated"], false);
    let error = socket.whole_error("oauth/session", params.clone()).await;
    assert_eq!((&error["code"], &error["data"]["retry_after"]), (&json!(-32003), &json!(60)));
    server.advance(60);
    assert_eq!(socket.result("oauth/session", params).await["authenticated"], false);
}
