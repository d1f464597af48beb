//! Tokens that a tool's server refuses (401).

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::mail::{all_seen, assert_pending, connected, gives, house, status};
use crate::support::client_key::ES256;
use crate::support::idp::{TOKEN, answer, begin, claims, id_token, signed_in};
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, call, token, with};

/// Alice's account is connected; the provider said neither when the token ends nor, without `refresh`, how to renew it.
async fn endless(refresh: Option<&str>) -> Server {
    let (server, _) = house().await;
    let mut alice = signed_in(&server, "alice").await;
    let begun = begin(&mut alice, "/connect/idp").await;
    let nonce = begun.location_parameter("nonce").expect("a nonce");
    let tokens = json!({ "access_token": "upstream-access-1", "refresh_token": refresh, "token_type": "Bearer",
        "scope": "openid email mail:read", "id_token": id_token(ES256, &claims(&server, &nonce)) });
    server.http.answer_json(TOKEN, None, &tokens);
    alice.open(&answer(&begun, "")).await.assert_status(200);
    server.http.take_sent();
    server
}

/// What a call by alice is answered.
async fn called(server: &Server) -> Value {
    let alice = token(server, "alice", EVERY_SCOPE).await;
    call(server, &alice, "mail", json!({})).await.assert_status(200).json()
}

fn endless_tokens(server: &Server, access: &str, refresh: &str) {
    let tokens = json!({ "access_token": access, "refresh_token": refresh, "token_type": "Bearer" });
    server.http.answer_json(TOKEN, None, &tokens);
}

#[tokio::test]
async fn a_token_without_an_end_is_used_until_it_is_refused_and_then_the_call_is_made_again_with_another() {
    let server = endless(Some("upstream-refresh-1")).await;
    server.advance(300 * 24 * 60 * 60);
    assert_eq!(called(&server).await["body"], "letters");
    assert_eq!(all_seen(&server), (vec!["upstream-access-1".to_owned()], Vec::new()));
    server.http.refuse("Bearer upstream-access-1");
    endless_tokens(&server, "upstream-access-2", "upstream-refresh-2");
    assert_eq!(called(&server).await["body"], "letters");
    let (used, forms) = all_seen(&server);
    assert_eq!((used, forms.len()), (vec!["upstream-access-1".to_owned(), "upstream-access-2".to_owned()], 1));
    assert_eq!(called(&server).await["body"], "letters");
    assert_eq!(all_seen(&server), (vec!["upstream-access-2".to_owned()], Vec::new()));
}

#[tokio::test(start_paused = true)]
async fn fifty_callers_whose_token_is_refused_cause_one_refresh() {
    let server = endless(Some("upstream-refresh-1")).await;
    server.http.refuse("Bearer upstream-access-1");
    endless_tokens(&server, "upstream-access-2", "upstream-refresh-2");
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    let other = server.fresh_isolate();
    let lanes = [&server, &other];
    let calls = (0..50).map(|number| call(lanes[number % 2], &alice, "mail", json!({})));
    for reply in server.hops.depth_of(join_all(calls)).await.0 {
        assert_eq!(reply.assert_status(200).json()["body"], "letters");
    }
    let (used, forms) = all_seen(&server);
    let with_new = used.iter().filter(|token| *token == "upstream-access-2").count();
    assert_eq!((used.len(), with_new, forms.len()), (100, 50, 1));
}

#[tokio::test]
async fn a_token_that_is_refused_before_its_end_is_renewed_as_well() {
    let (server, alice) = connected().await;
    server.http.refuse("Bearer upstream-access-1");
    gives(&server, "upstream-access-2", None);
    let told = call(&server, &alice, "mail", json!({})).await.assert_status(200).json();
    assert_eq!((&told["status"], &told["body"]), (&json!(200), &json!("letters")));
    assert_eq!(all_seen(&server).1.len(), 1);
}

#[tokio::test]
async fn refused_again_the_answer_is_what_the_tool_said_and_no_token_is_renewed_within_a_minute() {
    let server = endless(Some("upstream-refresh-1")).await;
    server.advance(100);
    for name in ["Bearer upstream-access-1", "Bearer upstream-access-2", "Bearer upstream-access-3"] {
        server.http.refuse(name);
    }
    endless_tokens(&server, "upstream-access-2", "upstream-refresh-2");
    let refused = json!({ "status": 401, "content_type": "text/plain", "body": "refused" });
    assert_eq!(called(&server).await, refused);
    let (used, forms) = all_seen(&server);
    assert_eq!((used, forms.len()), (vec!["upstream-access-1".to_owned(), "upstream-access-2".to_owned()], 1));
    endless_tokens(&server, "upstream-access-3", "upstream-refresh-3");
    server.advance(59);
    assert_eq!(called(&server).await, refused);
    assert_eq!(all_seen(&server), (vec!["upstream-access-2".to_owned()], Vec::new()));
    server.advance(1);
    assert_eq!(called(&server).await, refused);
    assert_eq!(all_seen(&server).1.len(), 1);
    assert_eq!(status(&server), "active");
}

#[tokio::test]
async fn a_refused_token_that_cannot_be_renewed_asks_for_authorization_again() {
    let server = endless(None).await;
    server.http.refuse("Bearer upstream-access-1");
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    assert_pending(&call(&server, &alice, "mail", json!({})).await);
    assert_eq!(status(&server), "needs_authorization");
    let server = endless(Some("upstream-refresh-1")).await;
    server.http.refuse("Bearer upstream-access-1");
    server.http.never_answer(TOKEN);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    assert_pending(&call(&server, &alice, "mail", json!({})).await);
    assert_eq!((all_seen(&server).1.len(), status(&server)), (1, json!("needs_authorization")));
}

#[tokio::test]
async fn while_a_refused_token_cannot_be_renewed_the_answer_is_what_the_tool_said() {
    let server = endless(Some("upstream-refresh-1")).await;
    server.http.refuse("Bearer upstream-access-1");
    server.http.answer(TOKEN, 503, "text/plain", b"later");
    assert_eq!(called(&server).await["status"], 401);
    let (used, forms) = all_seen(&server);
    assert_eq!((used.len(), forms.len(), status(&server)), (1, 1, json!("active")));
    endless_tokens(&server, "upstream-access-2", "upstream-refresh-2");
    assert_eq!(called(&server).await["body"], "letters");
}

#[tokio::test]
async fn a_tool_with_a_secret_of_its_own_is_called_once_whatever_it_answers() {
    let (server, alice) = house().await;
    let id = json!(server.database.peek("SELECT id FROM tools WHERE name = 'mail'"))[0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let said = with(json!({}), &json!({ "authentication": { "bearer": { "secret": "of-the-tool" } } }));
    let edit = crate::support::request::Ask::json(axum::http::Method::PATCH, &format!("/admin/api/tools/{id}"), &said);
    server.as_admin(edit).await.assert_status(200);
    server.http.refuse("Bearer of-the-tool");
    server.http.take_sent();
    let told = call(&server, &alice, "mail", json!({})).await.assert_status(200).json();
    assert_eq!((&told["status"], all_seen(&server)), (&json!(401), (vec!["of-the-tool".to_owned()], Vec::new())));
}
