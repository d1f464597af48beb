//! An assertion is good once, wherever it comes, and is forgotten when it is over.

use futures_util::future::join_all;
use serde_json::json;

use super::{FOR_ITSELF, ID, by, with_assertion, with_keys};
use crate::support::client_key::{ES256, asserting, claims};
use crate::support::fault::Fault;

const USED: &str = "the client assertion is not good: it was used before (jti): make one for each request";

#[tokio::test]
async fn an_assertion_is_good_once_in_all_isolates_and_at_all_endpoints() {
    let server = with_keys(&[ES256]).await;
    let token = by(&server, &ES256).await.text("access_token");
    let assertion = ES256.assertion(&server, ID);
    with_assertion(&server, &assertion).await.assert_status(200);
    for isolate in [&server, &server.fresh_isolate()] {
        with_assertion(isolate, &assertion).await.assert_says(401, "invalid_client", USED);
        for path in ["/oauth/introspect", "/oauth/revoke"] {
            let reply = isolate.send(asserting(path, &[("token", &token)], &assertion)).await;
            reply.assert_says(401, "invalid_client", USED);
        }
    }
    let form = [("token", &*token)];
    let told = server.send(ES256.ask(&server, ID, "/oauth/introspect", &form)).await;
    assert_eq!(told.json()["active"], true, "and it revoked nothing");
    // The jti is what counts, whatever else is said.
    let other = claims(&server, ID).claim("jti", crate::support::forge::Jwt::of(&assertion).claims["jti"].clone());
    let other = other.claim("aud", json!(format!("{}/oauth/token", server.issuer())));
    with_assertion(&server, &ES256.signed(&other)).await.assert_says(401, "invalid_client", USED);
}

#[tokio::test]
async fn of_ten_at_the_same_time_one_gets_in() {
    let server = with_keys(&[ES256]).await;
    let isolates: Vec<_> = (0..10).map(|_| server.fresh_isolate()).collect();
    let assertion = ES256.assertion(&server, ID);
    let replies = join_all(isolates.iter().map(|isolate| with_assertion(isolate, &assertion))).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
    for refused in replies.iter().filter(|reply| reply.status != 200) {
        refused.assert_says(401, "invalid_client", USED);
    }
}

#[tokio::test]
async fn a_replica_that_lags_lets_none_in_twice() {
    let server = with_keys(&[ES256]).await;
    server.database.replicas_lag();
    let assertion = ES256.assertion(&server, ID);
    with_assertion(&server, &assertion).await.assert_status(200);
    with_assertion(&server.fresh_isolate(), &assertion).await.assert_says(401, "invalid_client", USED);
}

#[tokio::test]
async fn nobody_else_can_use_a_clients_jti_up() {
    let server = with_keys(&[ES256]).await;
    let good = claims(&server, ID);
    let forged = crate::support::client_key::NEXT.signed(&good);
    with_assertion(&server, &forged).await.assert_error(401, "invalid_client");
    with_assertion(&server, &ES256.signed(&good)).await.assert_status(200);
}

#[tokio::test]
async fn a_database_that_fails_lets_nobody_in() {
    let server = with_keys(&[ES256]).await;
    by(&server, &ES256).await.assert_status(200);
    let assertion = ES256.assertion(&server, ID);
    server.database.fault.set(Fault::Fail);
    for path in ["/oauth/token", "/oauth/introspect"] {
        let form = [FOR_ITSELF, &[("token", "any")]].concat();
        let reply = server.send(asserting(path, &form, &assertion)).await;
        reply.assert_error(503, "temporarily_unavailable");
    }
    server.database.fault.set(Fault::None);
    with_assertion(&server, &assertion).await.assert_status(200);
}

#[tokio::test]
async fn what_was_used_is_remembered_until_it_is_over_and_not_for_long_after() {
    let server = with_keys(&[ES256]).await;
    let now = server.app.ports.clock.now().seconds();
    let assertion = ES256.signed(&claims(&server, ID).claim("exp", json!(now + 3600)));
    with_assertion(&server, &assertion).await.assert_status(200);
    for _ in 0..6 {
        server.advance(600);
        assert_eq!(server.clean_up().await.count("used_assertions"), 0);
        with_assertion(&server, &assertion).await.assert_says(401, "invalid_client", USED);
    }
    server.advance(10);
    let expired = "the client assertion is not good: it has expired (exp)";
    with_assertion(&server, &assertion).await.assert_says(401, "invalid_client", expired);
    server.advance(300);
    assert_eq!(server.clean_up().await.count("used_assertions"), 1);
    assert!(server.database.peek("SELECT * FROM used_assertions").is_empty());
}
