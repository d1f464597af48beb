//! What an MCP client sends: the body, and before the first line end the headers that belong to it, as `name: value` between
//! bars.

use ostiary::protocol::mcp::{Exchange, Mirrored, Version, check_parameter_headers};
use serde_json::{Map, Value, json};

use super::halves;

pub const SEEDS: &[&[u8]] = &[
    b"\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\"}}",
    b"\n[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"},{\"jsonrpc\":\"2.0\",\"method\":\"x\"},{\"id\":2}]",
    b"mcp-protocol-version: 2025-06-18\n{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"tools/list\",\"params\":{\"cursor\":\"c2VhcmNo\"}}",
    b"mcp-protocol-version: 2026-07-28|mcp-method: tools/call|mcp-name: =?base64?c2VhcmNo?=|mcp-param-q: a\n\
      {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"search\",\"arguments\":{\"q\":\"a\"},\"_meta\":{\
      \"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}}}",
];

pub fn check(data: &[u8]) {
    let (headers, body) = halves(data);
    let headers = read_headers(&String::from_utf8_lossy(headers));
    let exchange = match Exchange::read(body, headers.clone()) {
        Ok(exchange) => exchange,
        Err(refusal) => {
            assert!([-32700, -32600, -32020, -32022].contains(&refusal.error.code), "{refusal:?}");
            return;
        }
    };
    assert_eq!(exchange.is_batch, body.trim_ascii_start().starts_with(b"["));
    assert!(!exchange.is_batch || exchange.version == Version::V2025_03_26);
    assert!(exchange.asked.len() <= if exchange.is_batch { 10 } else { 1 });
    assert!(exchange.asked.iter().all(|asked| asked.call.is_err() || asked.id.is_some()), "{exchange:?}");
    let schema = json!({ "properties": { "q": { "x-mcp-header": "Q" } } });
    for arguments in [json!({}), json!({ "q": "a" }), serde_json::from_slice(body).unwrap_or_default()] {
        let nothing = Map::new();
        let arguments = arguments.as_object().unwrap_or(&nothing);
        let absent = arguments.get("q").is_none_or(Value::is_null);
        if check_parameter_headers(&schema, arguments, &headers).is_ok() {
            assert_eq!(headers.get("mcp-param-q").expect("good letters").is_none(), absent);
        }
    }
}

fn read_headers(text: &str) -> Mirrored {
    let pairs = text.split('|').filter_map(|header| header.split_once(": "));
    pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect()
}
