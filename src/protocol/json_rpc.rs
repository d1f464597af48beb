//! JSON-RPC 2.0: requests and notifications in, answers out.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::json;

/// Most messages in a batch: each may be a call, and an isolate has little memory.
pub const MOST_IN_A_BATCH: usize = 10;

/// A request, or a notification, which has no `id` and gets no answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What is asked.
    pub method: String,
    /// With what. MCP knows parameters by name only.
    pub params: Map<String, Value>,
    /// By which the answer is known: a text or a number.
    pub id: Option<Value>,
}

/// What came in one body.
#[derive(Clone, Debug, PartialEq)]
pub enum Received {
    /// One message.
    One(Request),
    /// Several (section 6), each for itself good or bad.
    Batch(Vec<Result<Request, Refusal>>),
}

#[derive(Deserialize)]
struct Written {
    jsonrpc: String,
    method: String,
    #[serde(default)]
    params: Map<String, Value>,
    #[serde(default, deserialize_with = "present")]
    id: Option<Value>,
}

/// A member that is there, be it `null`: such an id is wrong, not missing.
fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}

/// What is wrong with something that is no message.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The id, if it could be read.
    pub id: Option<Value>,
    /// Why.
    pub error: Error,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Response {
    jsonrpc: &'static str,
    /// Missing when the request's could not be read: MCP has no `null` here.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
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
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Error {
    /// One of the specification's codes.
    pub code: i32,
    /// A sentence.
    pub message: String,
    /// More, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Value>,
}

/// The text is no JSON.
pub const PARSE_ERROR: i32 = -32700;
/// The JSON is no request.
pub const INVALID_REQUEST: i32 = -32600;
/// There is no such method.
pub const METHOD_NOT_FOUND: i32 = -32601;
/// The parameters are not the method's.
pub const INVALID_PARAMS: i32 = -32602;
/// It is our fault.
pub const INTERNAL_ERROR: i32 = -32603;

impl Error {
    /// An error with this code.
    #[must_use]
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// With more, for programs.
    #[must_use]
    pub fn data(self, data: Value) -> Self {
        Self { data: Some(data), ..self }
    }
}

impl Received {
    /// Reads a body.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.trim_ascii_start().first() != Some(&b'[') {
            return Request::parse(bytes).map(Self::One);
        }
        let refuse = |code, message: &str| Err(Refusal { id: None, error: Error::new(code, message) });
        match json::from_bytes::<Vec<Value>>(bytes) {
            Err(_) => refuse(PARSE_ERROR, "this is no JSON"),
            Ok(messages) if messages.is_empty() => refuse(INVALID_REQUEST, "a batch has a message at least"),
            Ok(messages) if messages.len() > MOST_IN_A_BATCH => {
                refuse(INVALID_REQUEST, "a batch has ten messages at most")
            }
            Ok(messages) => Ok(Self::Batch(messages.iter().map(Request::of).collect())),
        }
    }
}

impl Request {
    /// Reads one message.
    fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        match json::from_bytes::<Written>(bytes) {
            Ok(written) => Self::checked(written),
            Err(_) => Err(match json::from_bytes::<Value>(bytes) {
                Ok(message) => no_request(&message),
                Err(_) => Refusal { id: None, error: Error::new(PARSE_ERROR, "this is no JSON") },
            }),
        }
    }

    /// Reads a message of a batch.
    fn of(message: &Value) -> Result<Self, Refusal> {
        match Written::deserialize(message) {
            Ok(written) => Self::checked(written),
            Err(_) => Err(no_request(message)),
        }
    }

    fn checked(Written { jsonrpc, method, params, id }: Written) -> Result<Self, Refusal> {
        if jsonrpc == "2.0" && id.as_ref().is_none_or(is_id) {
            return Ok(Self { method, params, id });
        }
        let error = Error::new(INVALID_REQUEST, "jsonrpc must be 2.0, and id a text or a number");
        Err(Refusal { id: id.filter(is_id), error })
    }
}

fn is_id(id: &Value) -> bool {
    id.is_string() || id.is_number()
}

fn no_request(message: &Value) -> Refusal {
    let id = message.get("id").filter(|id| is_id(id)).cloned();
    Refusal { id, error: Error::new(INVALID_REQUEST, "this is no request of JSON-RPC") }
}

impl Response {
    /// An answer with a result.
    #[must_use]
    pub const fn done(id: Value, result: Value) -> Self {
        Self { jsonrpc: "2.0", id: Some(id), outcome: Outcome::Result(result) }
    }

    /// An answer with an error.
    #[must_use]
    pub const fn failed(id: Option<Value>, error: Error) -> Self {
        Self { jsonrpc: "2.0", id, outcome: Outcome::Error(error) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn parse(text: &str) -> Result<Received, Refusal> {
        Received::parse(text.as_bytes())
    }

    fn one(text: &str) -> Request {
        let Received::One(request) = parse(text).unwrap() else { panic!("a batch") };
        request
    }

    #[test]
    fn a_request_and_a_notification_are_told_apart_by_their_id() {
        let request = one(r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#);
        assert_eq!((request.method.as_str(), request.id), ("ping", Some(json!(7))));
        let notification = one(r#"{"jsonrpc":"2.0","method":"notifications/initialized","params":{"a":1}}"#);
        assert_eq!((notification.id, notification.params["a"].clone()), (None, json!(1)));
    }

    #[test]
    fn what_is_no_message_is_refused_by_the_code_for_it_and_the_id_that_could_be_read() {
        let many = format!("[{}1]", "1,".repeat(MOST_IN_A_BATCH));
        for (text, code, id) in [
            ("{", PARSE_ERROR, None),
            ("", PARSE_ERROR, None),
            ("[1", PARSE_ERROR, None),
            ("[]", INVALID_REQUEST, None),
            (many.as_str(), INVALID_REQUEST, None),
            ("1", INVALID_REQUEST, None),
            (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, INVALID_REQUEST, Some(json!(1))),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, INVALID_REQUEST, None),
            (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, INVALID_REQUEST, None),
            (r#"{"jsonrpc":"2.0","id":"a"}"#, INVALID_REQUEST, Some(json!("a"))),
            (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, INVALID_REQUEST, Some(json!(2))),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, INVALID_REQUEST, Some(json!(1))),
            (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, INVALID_REQUEST, Some(json!(1))),
        ] {
            let refusal = parse(text).unwrap_err();
            assert_eq!((refusal.error.code, refusal.id), (code, id), "{text}");
        }
    }

    #[test]
    fn each_message_of_a_batch_is_good_or_bad_for_itself() {
        let text = r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}, 1, {"jsonrpc":"2.0","method":"x"}]"#;
        let Received::Batch(messages) = parse(text).unwrap() else { panic!("one") };
        let ids: Vec<_> = messages.iter().map(|message| message.as_ref().map(|request| request.id.clone())).collect();
        assert_eq!((&ids[0], &ids[2]), (&Ok(Some(json!(1))), &Ok(None)));
        assert!(messages[1].is_err());
    }

    #[test]
    fn an_answer_has_a_result_or_an_error_and_the_id_of_its_request() {
        let done = serde_json::to_value(Response::done(json!("a"), json!({}))).unwrap();
        assert_eq!(done, json!({ "jsonrpc": "2.0", "id": "a", "result": {} }));
        let error = Error::new(METHOD_NOT_FOUND, "no");
        let failed = serde_json::to_value(Response::failed(Some(json!(1)), error.clone())).unwrap();
        assert_eq!(failed, json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": -32601, "message": "no" } }));
        let unread = serde_json::to_value(Response::failed(None, error.data(json!([])))).unwrap();
        let told = json!({ "jsonrpc": "2.0", "error": { "code": -32601, "message": "no", "data": [] } });
        assert_eq!(unread, told);
    }

    proptest! {
        #[test]
        fn reading_any_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Received::parse(&bytes);
        }
    }
}
