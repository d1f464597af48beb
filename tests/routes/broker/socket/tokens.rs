//! For whom a socket speaks, and how long.

use serde_json::{Value, json};

use super::{SCOPES, bot, no_token, with_token};
use crate::support::agent_socket::AgentSocket;
use crate::support::fault::Fault;
use crate::support::flow::WEB;
use crate::support::forge::Jwt;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::token as token_of;

fn closed() -> Value {
    json!([4401, "not authenticated"])
}

async fn is_heard(socket: &mut AgentSocket<'_>) {
    assert_eq!(socket.result("oauth/session", bot()).await["authenticated"], false);
}

#[tokio::test]
async fn a_stranger_says_first_for_whom_it_speaks() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::stranger(&server).await;
    let done = socket.result("authenticate", json!({ "token": token })).await;
    assert_eq!(done, json!({ "authenticated": true }));
    is_heard(&mut socket).await;
    assert_eq!(socket.state()["token"], json!(token));
}

#[tokio::test]
async fn a_stranger_whose_first_word_is_another_is_sent_away() {
    let (server, token) = with_token().await;
    let less = token_of(&server, "alice", "read:tools").await;
    for (method, params, error) in [
        ("authenticate", json!({ "token": "x" }), no_token()),
        ("authenticate", json!({ "token": less }), (-32002, "insufficient_scope".to_owned())),
        ("authenticate", json!({}), (-32602, "invalid_request".to_owned())),
        ("authenticate", json!({ "token": token, "more": 1 }), (-32602, "invalid_request".to_owned())),
        ("oauth/session", bot(), no_token()),
        ("oauth/initiate", bot(), no_token()),
        ("oauth/token", bot(), no_token()),
        ("nonsense", json!({}), no_token()),
    ] {
        let mut socket = AgentSocket::stranger(&server).await;
        assert_eq!(socket.error(method, params.clone()).await, error, "{method} {params}");
        assert_eq!(socket.closed, closed(), "{method} {params}");
    }
}

#[tokio::test]
async fn a_stranger_may_try_again_what_was_no_message_or_failed_through_our_fault() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::stranger(&server).await;
    assert_eq!(socket.say("{").await.expect("an answer")["error"]["code"], -32700);
    server.database.fault.set(Fault::Fail);
    let error = socket.whole_error("authenticate", json!({ "token": token })).await;
    let message = "the server cannot answer right now; try again";
    let data = json!({ "error": "temporarily_unavailable", "retry_after": 5 });
    assert_eq!(error, json!({ "code": -32003, "message": message, "data": data.clone() }));
    server.database.fault.set(Fault::None);
    socket.result("authenticate", json!({ "token": token })).await;
    is_heard(&mut socket).await;
    server.database.fault.set(Fault::Fail);
    assert_eq!(socket.whole_error("oauth/session", bot()).await["data"], data, "no parameter is at fault");
}

#[tokio::test]
async fn a_token_that_ends_ends_its_calls_and_the_next_one_takes_its_place_on_the_same_socket() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    server.advance(30 * 60 - 1);
    is_heard(&mut socket).await;
    server.advance(1);
    for method in ["oauth/session", "oauth/initiate", "oauth/token"] {
        assert_eq!(socket.error(method, bot()).await, no_token(), "{method}");
    }
    assert_eq!(socket.error("authenticate", json!({ "token": token })).await, no_token());
    assert_eq!(socket.closed, Value::Null, "the socket stays");
    let next = token_of(&server, "alice", SCOPES).await;
    socket.result("authenticate", json!({ "token": next })).await;
    is_heard(&mut socket).await;
}

#[tokio::test]
async fn a_token_that_was_taken_back_ends_its_calls_at_once() {
    let server = Server::seeded().await;
    let tokens = crate::support::flow::tokens(&server, &WEB).await;
    let access = tokens.text("access_token");
    let agents = Jwt::of(&access).claim("scope", json!(SCOPES)).signed(&server).await;
    let mut socket = AgentSocket::with_token(&server, &agents).await;
    assert_eq!(socket.error("oauth/session", bot()).await, (-32006, "not_found".to_owned()), "there is no provider");
    server.send(WEB.revoke(&tokens.text("refresh_token"))).await.assert_status(200);
    assert_eq!(socket.error("oauth/session", bot()).await, no_token());
}

#[tokio::test]
async fn a_socket_speaks_for_one_user_only() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    let bobs = token_of(&server, "bob", SCOPES).await;
    let error = socket.whole_error("authenticate", json!({ "token": bobs })).await;
    let message = "this socket is another user's; open one of your own";
    assert_eq!(error, json!({ "code": -32004, "message": message, "data": { "error": "access_denied" } }));
    assert_eq!(socket.state()["token"], json!(token), "it goes on with its own");
    is_heard(&mut socket).await;
    server.advance(30 * 60);
    let bobs = token_of(&server, "bob", SCOPES).await;
    assert_eq!(socket.error("authenticate", json!({ "token": bobs })).await.0, -32004, "not even when that is over");
    assert_eq!(socket.closed, Value::Null);
}

#[tokio::test]
async fn a_server_that_is_switched_off_answers_no_call_of_an_open_socket() {
    let (server, token) = with_token().await;
    let open = AgentSocket::with_token(&server, &token).await;
    let off = server.redeployed(&[("OAUTH_ENABLED", "false")]);
    let mut socket = open.at(&off);
    let error = socket.whole_error("oauth/initiate", bot()).await;
    assert_eq!((&error["code"], &error["data"]["retry_after"]), (&json!(-32003), &json!(300)));
    is_heard(&mut socket.at(&server)).await;
}

#[tokio::test]
async fn a_user_who_is_disabled_is_not_heard_any_more() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    is_heard(&mut socket).await;
    let alice = crate::support::admin::user_id(&server, "alice").await;
    let change = json!({ "disabled": true });
    let path = format!("/admin/api/users/{alice}");
    server.as_admin(Ask::json(axum::http::Method::PATCH, &path, &change)).await.assert_status(200);
    assert_eq!(socket.error("oauth/session", bot()).await, no_token());
}
