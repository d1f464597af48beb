//! What an agent sends by its WebSocket.

use ostiary::protocol::json_rpc::{PARSE_ERROR, Received, Request};
use ostiary::service::agents::{AgentRequest, texts};
use serde_json::{Value, json};

use super::assert_describable;

pub const SEEDS: &[&[u8]] = &[
    b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"authenticate\",\"params\":{\"token\":\"a.b.c\"}}",
    b"{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"oauth/initiate\",\"params\":{\"agent_id\":\"bot\",\"provider\":\"github\",\
      \"requested_scopes\":[\"read:user\",\"repo\"]}}",
    b"{\"jsonrpc\":\"2.0\",\"id\":2.5,\"method\":\"oauth/session\",\"params\":{\"agent_id\":\"bot\",\"provider\":\"github\"}}",
    b"{\"jsonrpc\":\"2.0\",\"id\":-1,\"method\":\"oauth/token\",\"params\":{\"agent_id\":\"bot\",\"provider\":\"github\",\
      \"authorization_code\":\"c\",\"state\":\"s\"}}",
    b"{\"jsonrpc\":\"2.0\",\"method\":\"oauth/session\"}",
    b"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"oauth/session\"}]",
];

pub fn check(data: &[u8]) {
    match Received::parse(data) {
        Ok(Received::One(request)) => check_request(&request),
        Ok(Received::Batch(messages)) => assert!(data.trim_ascii_start().starts_with(b"[") && !messages.is_empty()),
        Err(refusal) => {
            let is_json = serde_json::from_slice::<Value>(data).is_ok();
            assert!([-32700, -32600].contains(&refusal.error.code), "{refusal:?}");
            assert!(!is_json || refusal.error.code != PARSE_ERROR, "{refusal:?}");
            assert!(refusal.id.is_none_or(|id| id.is_string() || id.is_number()));
        }
    }
}

/// What is read is written and read again as the same, and its parameters are whole or the refusal says which is at fault.
fn check_request(request: &Request) {
    let Request { method, params, id } = request;
    let mut written = json!({ "jsonrpc": "2.0", "method": method, "params": params });
    if let Some(id) = id {
        assert!(id.is_string() || id.is_number(), "{id}");
        written["id"] = id.clone();
    }
    assert_eq!(Received::parse(written.to_string().as_bytes()), Ok(Received::One(request.clone())));
    match AgentRequest::read(params) {
        Ok(asked) => assert!(!asked.agent_id.is_empty() && !asked.provider.is_empty() && params.len() <= 3),
        Err(error) => {
            assert_describable(&error);
            assert!(error.field.is_some(), "{error}");
        }
    }
    if let Ok([token]) = texts(params, ["token"], "") {
        assert_eq!((params.len(), params["token"].as_str()), (1, Some(token)));
    }
}
