//! What a tool's server answered, as callers are told.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use crate::ports::HttpReply;
use crate::service::fetch;

/// What a tool's server answered.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ToolAnswer {
    /// Its status, 200 to 499 and no redirect.
    pub status: u16,
    /// Its media type, as it was sent.
    pub content_type: Option<String>,
    /// What it answered: JSON as what it says, other text as text, anything else in base64.
    pub body: Value,
    /// `base64` when `body` is written so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
}

impl From<HttpReply> for ToolAnswer {
    fn from(reply: HttpReply) -> Self {
        let json = fetch::media_type(&reply).is_some_and(|media_type| fetch::is_json(&media_type));
        let parsed = json.then(|| serde_json::from_slice(&reply.body).ok()).flatten();
        let (body, encoding) = match parsed {
            Some(value) => (value, None),
            None => text(reply.body),
        };
        Self { status: reply.status, content_type: reply.content_type, body, encoding }
    }
}

fn text(bytes: Vec<u8>) -> (Value, Option<&'static str>) {
    match String::from_utf8(bytes) {
        Ok(text) => (Value::String(text), None),
        Err(error) => (Value::String(STANDARD.encode(error.as_bytes())), Some("base64")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ports::Caching;

    fn told(content_type: &str, body: &[u8]) -> (Value, Option<&'static str>) {
        let content_type = Some(content_type.to_owned());
        let answer =
            ToolAnswer::from(HttpReply { status: 200, content_type, caching: Caching::default(), body: body.to_vec() });
        (answer.body, answer.encoding)
    }

    #[test]
    fn json_is_told_as_what_it_says_text_as_text_and_anything_else_in_base64() {
        for json_type in ["application/json", "Application/JSON; charset=utf-8", "application/problem+json"] {
            assert_eq!(told(json_type, br#"{"a":[1,null]}"#), (json!({ "a": [1, null] }), None), "{json_type}");
        }
        assert_eq!(told("application/json", b"{"), (json!("{"), None), "what is no JSON is text");
        assert_eq!(told("text/plain", b"{\"a\":1}"), (json!("{\"a\":1}"), None));
        assert_eq!(told("application/json", b"\xff\xfe"), (json!("//4="), Some("base64")));
        assert_eq!(told("image/png", b"\x89PNG"), (json!("iVBORw=="), Some("base64")));
        assert_eq!(told("text/html", b""), (json!(""), None));
        let deep = [b"[".repeat(200), b"]".repeat(200)].concat();
        assert_eq!(told("application/json", &deep).0, json!(String::from_utf8(deep).unwrap()));
    }
}
