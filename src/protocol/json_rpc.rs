//! JSON-RPC 2.0: one request or notification in, one answer out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request, or a notification, which has no `id` and gets no answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Request {
    /// `2.0`
    pub jsonrpc: String,
    /// What is asked.
    pub method: String,
    /// With what.
    #[serde(default)]
    pub params: Value,
    /// By which the answer is known: a text or a number.
    #[serde(default, deserialize_with = "present")]
    pub id: Option<Value>,
}

/// A member that is there, be it `null`: such an id is wrong, not missing.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Response {
    jsonrpc: &'static str,
    id: Value,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Result(Value),
    Error(Error),
}

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Error {
    /// One of the specification's codes.
    pub code: i32,
    /// A sentence.
    pub message: String,
}

/// The text is no JSON.
pub const PARSE_ERROR: i32 = -32700;
/// The JSON is no request.
pub const INVALID_REQUEST: i32 = -32600;
/// There is no such method.
pub const METHOD_NOT_FOUND: i32 = -32601;
/// The parameters are not the method's.
pub const INVALID_PARAMS: i32 = -32602;

impl Error {
    /// An error with this code.
    #[must_use]
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl Request {
    /// Reads a message.
    ///
    /// # Errors
    /// The answer that says what is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, Response> {
        let refuse = |code, message: &str| Response::failed(Value::Null, Error::new(code, message));
        let request: Self = serde_json::from_slice(bytes).map_err(|error| {
            let is_json = error.is_data() || serde_json::from_slice::<Value>(bytes).is_ok();
            if is_json {
                refuse(INVALID_REQUEST, "this is no request of JSON-RPC")
            } else {
                refuse(PARSE_ERROR, "this is no JSON")
            }
        })?;
        let good_id = request.id.as_ref().is_none_or(|id| id.is_string() || id.is_number());
        if request.jsonrpc == "2.0" && good_id {
            return Ok(request);
        }
        Err(refuse(INVALID_REQUEST, "jsonrpc must be 2.0, and id a text or a number"))
    }
}

impl Response {
    /// An answer with a result.
    #[must_use]
    pub const fn done(id: Value, result: Value) -> Self {
        Self { jsonrpc: "2.0", id, outcome: Outcome::Result(result) }
    }

    /// An answer with an error.
    #[must_use]
    pub const fn failed(id: Value, error: Error) -> Self {
        Self { jsonrpc: "2.0", id, outcome: Outcome::Error(error) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn refusal(text: &str) -> Value {
        serde_json::to_value(Request::parse(text.as_bytes()).unwrap_err()).unwrap()["error"]["code"].clone()
    }

    #[test]
    fn a_request_and_a_notification_are_told_apart_by_their_id() {
        let request = Request::parse(br#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#).unwrap();
        assert_eq!((request.method.as_str(), request.id), ("ping", Some(json!(7))));
        let notification = Request::parse(br#"{"jsonrpc":"2.0","method":"notifications/initialized","params":{}}"#);
        assert_eq!(notification.unwrap().id, None);
    }

    #[test]
    fn what_is_no_message_is_refused_by_the_code_for_it() {
        for (text, code) in [
            ("{", PARSE_ERROR),
            ("[]", INVALID_REQUEST),
            (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":1}"#, INVALID_REQUEST),
        ] {
            assert_eq!(refusal(text), code, "{text}");
        }
    }

    #[test]
    fn an_answer_has_a_result_or_an_error_and_the_id_of_its_request() {
        let done = serde_json::to_value(Response::done(json!("a"), json!({}))).unwrap();
        assert_eq!(done, json!({ "jsonrpc": "2.0", "id": "a", "result": {} }));
        let failed = serde_json::to_value(Response::failed(json!(1), Error::new(METHOD_NOT_FOUND, "no"))).unwrap();
        assert_eq!(failed, json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": -32601, "message": "no" } }));
    }

    proptest! {
        #[test]
        fn reading_any_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Request::parse(&bytes);
        }
    }
}
