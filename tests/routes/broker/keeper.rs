//! One renewal however many callers, and none lost: whoever stops in the middle, the provider never sees a refresh token twice.

use std::time::Duration;

use futures_util::future::join_all;
use futures_util::join;
use serde_json::json;

use super::mail::{all_seen, assert_pending, connected, gives, seen, status};
use crate::support::fault::Fault;
use crate::support::idp::{REVOKE, TOKEN, signed_in};
use crate::support::reply::Reply;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, call, token};

/// Fifty calls at the same time, on two isolates.
async fn fifty_calls(server: &Server, token: &str) -> Vec<Reply> {
    let other = server.fresh_isolate();
    let lanes = [server, &other];
    let calls = (0..50).map(|number| call(lanes[number % 2], token, "mail", json!({})));
    server.hops.depth_of(join_all(calls)).await.0
}

async fn connected_for(seconds: u64) -> (Server, String) {
    let (server, _) = connected().await;
    server.advance(seconds);
    let token = token(&server, "alice", EVERY_SCOPE).await;
    (server, token)
}

#[tokio::test(start_paused = true)]
async fn fifty_callers_on_two_isolates_wait_for_one_refresh_and_all_call_with_the_new_token() {
    for left in [200, 5, 0] {
        let (server, alice) = connected_for(3600 - left).await;
        gives(&server, "upstream-access-2", Some("upstream-refresh-2"));
        for reply in fifty_calls(&server, &alice).await {
            assert_eq!(reply.assert_status(200).json()["body"], "letters");
        }
        let (used, forms) = all_seen(&server);
        assert_eq!((used.len(), forms.len()), (50, 1));
        assert!(used.iter().all(|token| token == "upstream-access-2"), "{left}: {used:?}");
        call(&server, &alice, "mail", json!({})).await.assert_status(200);
        assert_eq!(seen(&server), (Some("Bearer upstream-access-2".to_owned()), 0));
    }
}

#[tokio::test(start_paused = true)]
async fn fifty_callers_are_told_of_one_refusal() {
    let (server, alice) = connected_for(3600).await;
    server.http.answer(TOKEN, 400, "application/json", br#"{"error":"invalid_grant"}"#);
    for reply in fifty_calls(&server, &alice).await {
        assert_pending(&reply);
    }
    assert_eq!((seen(&server), status(&server)), ((None, 1), json!("needs_authorization")));
    let lost = server.events.take().into_iter().filter(|event| event.kind.as_str() == "connection_lost");
    assert_eq!(lost.map(|event| event.reason).collect::<Vec<_>>(), [Some("idp: invalid_grant".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn fifty_callers_whose_token_lives_use_it_while_the_provider_is_busy() {
    let (server, alice) = connected_for(3600 - 120).await;
    server.http.answer(TOKEN, 503, "text/plain", b"later");
    for reply in fifty_calls(&server, &alice).await {
        reply.assert_status(200);
    }
    let (used, forms) = all_seen(&server);
    assert!(used.len() == 50 && used.iter().all(|token| token == "upstream-access-1"), "{used:?}");
    assert_eq!((forms.len(), status(&server)), (1, json!("active")));
}

#[tokio::test(start_paused = true)]
async fn a_new_token_that_is_short_lived_is_good_for_all_who_waited_for_it() {
    let (server, alice) = connected_for(3600).await;
    let short = json!({ "access_token": "upstream-access-2", "refresh_token": "upstream-refresh-2", "expires_in": 60 });
    server.http.answer_json(TOKEN, None, &short);
    for reply in fifty_calls(&server, &alice).await {
        reply.assert_status(200);
    }
    assert_eq!(all_seen(&server).1.len(), 1);
}

/// Every place where this server may be stopped: between two hops, the answer of the provider and our write among them.
#[tokio::test(start_paused = true)]
async fn whenever_this_server_is_stopped_the_provider_sees_no_refresh_token_twice_and_the_person_is_asked_at_worst() {
    let (mut asked_again, mut went_on) = (0, 0);
    for hops in 0..14 {
        let (server, alice) = connected_for(3600).await;
        gives(&server, "upstream-access-2", Some("upstream-refresh-2"));
        let stopped =
            tokio::time::timeout(Duration::from_millis(10 * hops + 5), call(&server, &alice, "mail", json!({})));
        drop(server.hops.depth_of(stopped).await);
        server.keeper.stop();
        let restarted = server.fresh_isolate();
        server.advance(61);
        let reply = call(&restarted, &alice, "mail", json!({})).await;
        let forms = all_seen(&server).1;
        assert!(forms.len() <= 1, "stopped after {hops} hops: {forms:?}");
        if reply.assert_status(200).json()["pending"] == true {
            asked_again += 1;
            assert_eq!(status(&server), "needs_authorization", "stopped after {hops} hops");
            let page = signed_in(&server, "alice").await.open("/account/connections").await;
            assert!(page.body.contains("Connect it again"), "{}", page.body);
        } else {
            went_on += 1;
            gives(&server, "upstream-access-3", None);
            server.advance(3600);
            let alice = token(&server, "alice", EVERY_SCOPE).await;
            call(&restarted, &alice, "mail", json!({})).await.assert_status(200);
            let forms = all_seen(&server).1;
            assert!(forms.len() == 1 && forms[0].contains("refresh_token=upstream-refresh-2"), "{hops}: {forms:?}");
        }
    }
    assert!(
        asked_again == 2 && went_on == 12,
        "{asked_again} {went_on}: between the claim and the answer, and the write"
    );
}

/// Whichever call of the database fails, before its effect or after: nobody gets a token whose successor is not written.
#[tokio::test]
async fn what_the_provider_gave_is_written_before_anybody_gets_it_though_the_database_fails() {
    for fault in [Fault::Fail, Fault::FailAfterEffect] {
        for calls in 0..8 {
            let (server, alice) = connected_for(3600).await;
            gives(&server, "upstream-access-2", Some("upstream-refresh-2"));
            server.database.fault.set_once_after(calls, fault);
            let reply = call(&server, &alice, "mail", json!({})).await;
            server.database.fault.set(Fault::None);
            let (used, forms) = all_seen(&server);
            assert!(forms.len() <= 1, "{fault:?} {calls}");
            if reply.status != 200 {
                reply.assert_error(503, "temporarily_unavailable");
                assert!(used.is_empty(), "{fault:?} {calls}");
                continue;
            }
            assert_eq!(used, ["upstream-access-2"], "{fault:?} {calls}");
            gives(&server, "upstream-access-3", None);
            server.advance(3600);
            let alice = token(&server, "alice", EVERY_SCOPE).await;
            call(&server, &alice, "mail", json!({})).await.assert_status(200);
            let forms = all_seen(&server).1;
            assert!(forms[0].contains("refresh_token=upstream-refresh-2"), "{fault:?} {calls}: {forms:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_of_an_account_that_was_disconnected_meanwhile_are_given_back() {
    let (server, alice) = connected_for(3600).await;
    gives(&server, "upstream-access-2", Some("upstream-refresh-2"));
    // The provider is asked in the ninth hop; the row is gone before its answer is there.
    let disconnecting = async {
        tokio::time::sleep(Duration::from_millis(75)).await;
        server.database.peek("DELETE FROM connections RETURNING id")
    };
    let both = async { join!(call(&server, &alice, "mail", json!({})), disconnecting) };
    let ((reply, gone), _) = server.hops.depth_of(both).await;
    assert_eq!(gone.len(), 1);
    assert_pending(&reply);
    let sent = server.http.take_sent();
    assert_eq!(sent.iter().filter(|request| request.url == TOKEN).count(), 1);
    let given_back = sent.iter().find(|request| request.url == REVOKE).expect("a request to revoke");
    assert_eq!(given_back.body.as_deref(), Some("token=upstream-refresh-2"));
    let everything = json!(server.remembered()).to_string();
    assert!(!everything.contains("upstream-"), "tokens lie about in plain");
}

#[tokio::test]
async fn a_keeper_that_fails_costs_nobody_a_token_that_lives() {
    let (server, alice) = connected_for(3600 - 120).await;
    server.keeper.fault.set(Fault::Fail);
    call(&server, &alice, "mail", json!({})).await.assert_status(200);
    assert_eq!(seen(&server), (Some("Bearer upstream-access-1".to_owned()), 0));
    server.advance(120);
    call(&server, &alice, "mail", json!({})).await.assert_error(503, "temporarily_unavailable");
    server.keeper.fault.set(Fault::None);
    gives(&server, "upstream-access-2", None);
    call(&server, &alice, "mail", json!({})).await.assert_status(200);
}

#[tokio::test]
async fn a_refresh_is_in_the_log_once_with_its_provider() {
    let (server, alice) = connected_for(3600).await;
    gives(&server, "upstream-access-2", None);
    server.events.take();
    call(&server, &alice, "mail", json!({})).await.assert_status(200);
    let events = server.events.take();
    let refreshed: Vec<_> = events.iter().filter(|event| event.kind.as_str() == "connection_refreshed").collect();
    assert_eq!(refreshed.len(), 1);
    assert_eq!((refreshed[0].provider.as_deref(), refreshed[0].agent_id.as_deref()), (Some("idp"), Some("")));
}
