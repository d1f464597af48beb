//! Tokens renewed before their end: when, by whom, and what becomes of them when that fails.

use axum::http::Method;
use serde_json::json;

use super::mail::{all_seen, assert_pending, connected, gives, seen, status, token_of};
use crate::support::browser::Browser;
use crate::support::idp::{METADATA, TOKEN, answers, connect, signed_in, stored};
use crate::support::request::Ask;
use crate::support::tools::{EVERY_SCOPE, call, token};

#[tokio::test]
async fn a_token_is_refreshed_five_minutes_before_its_end_and_the_rotated_one_is_used_next() {
    let (server, _) = connected().await;
    server.advance(3600 - 301);
    gives(&server, "upstream-access-2", Some("upstream-refresh-2"));
    let token = token_of(&server).await;
    call(&server, &token, "mail", json!({})).await.assert_status(200);
    assert_eq!(seen(&server), (Some("Bearer upstream-access-1".to_owned()), 0));
    server.advance(2);
    call(&server, &token, "mail", json!({})).await.assert_status(200);
    let sent = server.http.take_sent();
    assert!(sent[0].body.as_ref().is_some_and(|form| form.contains("refresh_token=upstream-refresh-1")));
    server.advance(3400);
    gives(&server, "upstream-access-3", None);
    let token = token_of(&server).await;
    call(&server, &token, "mail", json!({})).await.assert_status(200);
    let sent = server.http.take_sent();
    assert!(sent[0].body.as_ref().is_some_and(|form| form.contains("refresh_token=upstream-refresh-2")));
    let everything = json!(server.remembered()).to_string();
    assert!(!everything.contains("upstream-"), "tokens lie about in plain");
}

#[tokio::test]
async fn a_refusal_or_an_end_without_a_refresh_token_asks_for_authorization_again() {
    let (server, _) = connected().await;
    server.advance(3600);
    server.http.answer(TOKEN, 400, "application/json", br#"{"error":"invalid_grant"}"#);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    for asked in [1, 0] {
        assert_pending(&call(&server, &alice, "mail", json!({})).await);
        assert_eq!(seen(&server), (None, asked));
    }
    assert_eq!(status(&server), "needs_authorization");
    let mut browser: Browser<'_> = signed_in(&server, "alice").await;
    assert!(browser.open("/account/connections").await.body.contains("Connect it again"));
    connect(&server, &mut browser, "/connect/idp").await.assert_status(200);
    assert_eq!((status(&server), stored(&server).0), (json!("active"), 1));
}

#[tokio::test]
async fn a_refresh_whose_answer_is_lost_is_never_repeated() {
    let (server, _) = connected().await;
    server.advance(3600 - 120);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    server.http.never_answer(TOKEN);
    for asked in [1, 0, 0] {
        call(&server, &alice, "mail", json!({})).await.assert_status(200);
        assert_eq!(seen(&server), (Some("Bearer upstream-access-1".to_owned()), asked));
    }
    gives(&server, "upstream-access-2", None);
    server.advance(120);
    assert_pending(&call(&server, &alice, "mail", json!({})).await);
    assert_eq!((seen(&server), status(&server)), ((None, 0), json!("needs_authorization")));
}

#[tokio::test]
async fn a_provider_that_is_busy_is_asked_again_and_the_old_token_is_used_while_it_lives() {
    let (server, _) = connected().await;
    server.advance(3600 - 120);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    for status in [503, 429] {
        server.http.answer(TOKEN, status, "text/plain", b"later");
        call(&server, &alice, "mail", json!({})).await.assert_status(200);
        assert_eq!(seen(&server), (Some("Bearer upstream-access-1".to_owned()), 1), "{status}");
    }
    server.advance(120);
    call(&server, &alice, "mail", json!({})).await.assert_error(502, "bad_gateway");
    gives(&server, "upstream-access-2", None);
    call(&server, &alice, "mail", json!({})).await.assert_status(200);
    assert_eq!(status(&server), "active");
}

/// The server stopped between the provider's answer and our write: the claim stands, and nobody repeats the request.
#[tokio::test]
async fn whoever_was_stopped_in_a_refresh_leaves_a_claim_that_ends_in_authorization_and_not_in_a_second_request() {
    let (server, _) = connected().await;
    server.advance(3600);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    server.database.peek("UPDATE connections SET refreshing_since = expires_at RETURNING id");
    call(&server, &alice, "mail", json!({})).await.assert_error(503, "temporarily_unavailable");
    server.advance(61);
    assert_pending(&call(&server, &alice, "mail", json!({})).await);
    assert_eq!(seen(&server).1, 0);
}

#[tokio::test]
async fn only_429_and_503_say_that_nothing_was_done_and_after_any_other_failure_the_refresh_token_is_not_sent_again() {
    for (status, body) in
        [(500, "{}"), (502, "<html>"), (504, ""), (200, "<html>"), (302, ""), (400, r#"{"error":"server_error"}"#)]
    {
        let (server, _) = connected().await;
        server.advance(3600 - 120);
        let alice = token(&server, "alice", EVERY_SCOPE).await;
        server.http.answer(TOKEN, status, "application/json", body.as_bytes());
        for asked in [1, 0] {
            call(&server, &alice, "mail", json!({})).await.assert_status(200);
            assert_eq!(seen(&server), (Some("Bearer upstream-access-1".to_owned()), asked), "{status} {body}");
        }
        gives(&server, "upstream-access-2", None);
        server.advance(120);
        assert_pending(&call(&server, &alice, "mail", json!({})).await);
        assert_eq!(
            (seen(&server), self::status(&server)),
            ((None, 0), json!("needs_authorization")),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_with_us_or_the_providers_description_loses_no_connection() {
    let (server, _) = connected().await;
    server.advance(3600);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    for refused in [r#"{"error":"invalid_client"}"#, r#"{"error":"temporarily_unavailable"}"#] {
        server.http.answer(TOKEN, 401, "application/json", refused.as_bytes());
        let reply = call(&server, &alice, "mail", json!({})).await;
        reply.assert_error(502, "bad_gateway");
        assert_eq!((seen(&server).1, status(&server)), (1, json!("active")), "{refused}");
    }
    server.app.documents.clear();
    server.http.never_answer(METADATA);
    call(&server, &alice, "mail", json!({})).await.assert_error(502, "bad_gateway");
    assert_eq!((seen(&server).1, status(&server)), (0, json!("active")), "nothing was sent, and nothing is claimed");
    answers(&server);
    gives(&server, "upstream-access-2", None);
    call(&server, &alice, "mail", json!({})).await.assert_status(200);
}

#[tokio::test]
async fn a_provider_that_tolerates_reuse_is_asked_again_with_the_same_refresh_token_once_a_minute() {
    let (server, _) = connected().await;
    let said = json!({ "tolerates_reuse": true });
    let told =
        server.as_admin(Ask::json(Method::PATCH, "/admin/api/providers/idp", &said)).await.assert_status(200).json();
    assert_eq!(told["tolerates_reuse"], true);
    server.advance(3600);
    let alice = token(&server, "alice", EVERY_SCOPE).await;
    server.http.answer(TOKEN, 500, "text/plain", b"");
    call(&server, &alice, "mail", json!({})).await.assert_error(502, "bad_gateway");
    server.advance(30);
    let reply = call(&server, &alice, "mail", json!({})).await;
    reply.assert_error(503, "temporarily_unavailable");
    assert_eq!(reply.header("retry-after"), "30");
    assert_eq!(all_seen(&server).1.len(), 1, "not twice in a minute");
    server.advance(31);
    call(&server, &alice, "mail", json!({})).await.assert_error(502, "bad_gateway");
    server.advance(61);
    gives(&server, "upstream-access-2", Some("upstream-refresh-2"));
    call(&server, &alice, "mail", json!({})).await.assert_status(200);
    let (used, forms) = all_seen(&server);
    assert_eq!((used, status(&server)), (vec!["upstream-access-2".to_owned()], json!("active")));
    assert!(
        forms.len() == 2 && forms.iter().all(|form| form.contains("refresh_token=upstream-refresh-1")),
        "{forms:?}"
    );
}
