//! JSON-RPC 2.0, whatever is asked.

use serde_json::{Value, json};

use super::{bot, with_token};
use crate::support::agent_socket::AgentSocket;

/// What is answered to what is no request.
fn no_request(code: i32, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": null, "error": { "code": code, "message": message } })
}

#[tokio::test]
async fn what_is_no_request_is_answered_by_its_code_and_the_socket_stays() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    let batch = "messages come one at a time here, not in batches";
    for (text, answer) in [
        ("{", no_request(-32700, "this is no JSON")),
        ("", no_request(-32700, "this is no JSON")),
        ("7", no_request(-32600, "this is no request of JSON-RPC")),
        (
            r#"{"jsonrpc":"2.0","id":null,"method":"oauth/session"}"#,
            no_request(-32600, "jsonrpc must be 2.0, and id a text or a number"),
        ),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"oauth/session"}]"#, no_request(-32600, batch)),
        ("[]", no_request(-32600, "a batch has a message at least")),
    ] {
        assert_eq!(socket.say(text).await, Some(answer), "{text}");
    }
    let known = socket.say(r#"{"jsonrpc":"1.0","id":"a","method":"oauth/session"}"#).await.expect("an answer");
    assert_eq!((&known["id"], &known["error"]["code"]), (&json!("a"), &json!(-32600)));
    assert_eq!(socket.result("oauth/session", bot()).await["authenticated"], false, "it goes on");
}

#[tokio::test]
async fn a_method_that_is_none_is_told_so() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    for method in ["ping", "oauth/completed", "oauth/Session", ""] {
        let error = socket.whole_error(method, json!({})).await;
        assert_eq!(error, json!({ "code": -32601, "message": "there is no such method" }), "{method}");
    }
    assert_eq!(socket.closed, Value::Null);
}

#[tokio::test]
async fn a_notification_gets_no_answer_and_does_nothing() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    let before = json!(server.remembered());
    for method in ["oauth/initiate", "authenticate", "nonsense"] {
        let text = json!({ "jsonrpc": "2.0", "method": method, "params": bot() }).to_string();
        assert_eq!(socket.say(&text).await, None, "{method}");
    }
    assert_eq!((json!(server.remembered()), &socket.closed), (before, &Value::Null));
    assert!(server.database.peek("SELECT * FROM agents").is_empty());
}

#[tokio::test]
async fn ids_come_back_as_they_were() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    for id in [r#""é""#, "18446744073709551615", "-1", "1.5"] {
        let text = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"nothing"}}"#);
        assert_eq!(socket.say(&text).await.expect("an answer")["id"].to_string(), id);
    }
}

#[tokio::test]
async fn a_message_has_64_kib_at_most_and_is_text() {
    let (server, token) = with_token().await;
    let long = |more: usize| {
        let head = r#"{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":""#;
        format!("{head}{}\"}}}}", "x".repeat(64 * 1024 - head.len() - 3 + more))
    };
    let mut socket = AgentSocket::with_token(&server, &token).await;
    assert_eq!(socket.say(&long(0)).await.expect("an answer")["error"]["code"], -32601);
    let too_long = "a message has 64 KiB at most";
    assert_eq!(socket.say(&long(1)).await, Some(no_request(-32600, too_long)));
    assert_eq!(socket.closed, json!([1009, too_long]));
    for (message, closed) in
        [(json!({}), json!([1009, too_long])), (json!({ "binary": true }), json!([1003, "messages are text"]))]
    {
        let mut socket = AgentSocket::with_token(&server, &token).await;
        let answer = socket.receive(message).await;
        assert_eq!(answer, Some(no_request(-32600, closed[1].as_str().expect("a reason"))));
        assert_eq!(socket.closed, closed);
    }
}
