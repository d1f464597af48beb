//! Keys at an address of the client's (`jwks_uri`): when they are fetched, how long they count, and how they change.

use futures_util::future::join_all;
use serde_json::json;

use super::{ID, assert_not_signed, by, make};
use crate::support::admin::edit_client;
use crate::support::client_key::{ALL, ClientKey, ES256, NEXT, set};
use crate::support::fault::Fault;
use crate::support::server::Server;

pub const URI: &str = "https://signer.example/jwks.json";
const MINUTE: u64 = 60;

pub fn publish(server: &Server, keys: &[ClientKey]) {
    server.http.answer(URI, 200, "application/json", set(keys).to_string().as_bytes());
}

/// A deployed server with a client whose keys are at [`URI`], and are these.
pub async fn with_address(keys: &[ClientKey]) -> Server {
    let server = Server::deployed();
    make(&server, json!({ "jwks_uri": URI })).await;
    publish(&server, keys);
    server
}

fn asked(server: &Server) -> usize {
    let asked = server.http.take_asked();
    assert!(asked.iter().all(|url| url == URI), "{asked:?}");
    asked.len()
}

#[tokio::test]
async fn oidcc_registration_jwks_uri_keys_are_fetched_when_they_are_needed_and_once_for_all_isolates() {
    let server = with_address(&ALL).await;
    assert_eq!(asked(&server), 0, "not before they are needed");
    for isolate in [&server, &server, &server.fresh_isolate()] {
        for key in ALL {
            by(isolate, &key).await.assert_status(200);
        }
    }
    assert_eq!(asked(&server), 1);
}

#[tokio::test]
async fn oidcc_refresh_token_rp_key_rotation_a_key_that_is_new_is_looked_for_at_once() {
    let server = with_address(&[ES256]).await;
    let elsewhere = server.fresh_isolate();
    by(&server, &ES256).await.assert_status(200);
    by(&elsewhere, &ES256).await.assert_status(200);
    publish(&server, &[NEXT]);
    server.advance(2);
    by(&server, &NEXT).await.assert_status(200);
    assert_eq!(asked(&server), 2);
    by(&elsewhere, &NEXT).await.assert_status(200);
    assert_eq!(asked(&server), 0, "the other isolate finds it in the row");
    assert_not_signed(&by(&server, &ES256).await);
}

#[tokio::test]
async fn a_key_that_is_new_under_an_old_name_or_without_one_is_looked_for_too() {
    for name in ["es", ""] {
        let server = with_address(&[ES256]).await;
        by(&server, &ES256).await.assert_status(200);
        let mut jwk = NEXT.jwk();
        let mut jwt = crate::support::client_key::claims(&server, ID).header("alg", json!("ES256"));
        if name.is_empty() {
            jwk.as_object_mut().expect("an object").remove("kid");
        } else {
            jwk["kid"] = json!(name);
            jwt = jwt.header("kid", json!(name));
        }
        server.http.answer(URI, 200, "application/jwk-set+json", json!({ "keys": [jwk] }).to_string().as_bytes());
        super::with_assertion(&server, &NEXT.signed_as_it_is(&jwt)).await.assert_status(200);
    }
}

#[tokio::test]
async fn whoever_sends_forged_assertions_makes_us_ask_twice_and_then_once_a_minute() {
    let server = with_address(&[ES256]).await;
    for _ in 0..20 {
        assert_not_signed(&by(&server, &NEXT).await);
    }
    let isolates: Vec<_> = (0..20).map(|_| server.fresh_isolate()).collect();
    for refused in join_all(isolates.iter().map(|isolate| by(isolate, &NEXT))).await {
        assert_not_signed(&refused);
    }
    assert_eq!(asked(&server), 2);
    for _ in 0..10 {
        server.advance(MINUTE);
        assert_not_signed(&by(&server, &NEXT).await);
        assert_not_signed(&by(&server.fresh_isolate(), &NEXT).await);
        assert_eq!(asked(&server), 1);
    }
    by(&server, &ES256).await.assert_status(200);
}

#[tokio::test]
async fn a_key_that_its_client_withdrew_dies_within_ten_minutes() {
    let server = with_address(&[ES256, NEXT]).await;
    by(&server, &ES256).await.assert_status(200);
    publish(&server, &[NEXT]);
    server.advance(10 * MINUTE - 1);
    by(&server, &ES256).await.assert_status(200);
    server.advance(1);
    assert_not_signed(&by(&server, &ES256).await);
    by(&server, &NEXT).await.assert_status(200);
    assert_eq!(asked(&server), 2, "at first, and when they were old");
}

#[tokio::test]
async fn a_set_without_a_key_for_us_withdraws_all_there_were() {
    let mut given_away = ES256.jwk();
    given_away["d"] = json!("the private half, for all to read");
    for keys in [json!([]), json!([given_away]), json!([{ "kty": "oct", "k": "AAAA", "kid": "es" }])] {
        let server = with_address(&[ES256]).await;
        by(&server, &ES256).await.assert_status(200);
        server.http.answer(URI, 200, "application/json", json!({ "keys": keys }).to_string().as_bytes());
        server.advance(10 * MINUTE);
        assert_not_signed(&by(&server, &ES256).await);
        server.http.fault.set(Fault::Fail);
        server.advance(10 * MINUTE);
        assert_not_signed(&by(&server, &ES256).await);
    }
}

#[tokio::test]
async fn while_the_address_does_not_answer_the_last_keys_count_for_a_day() {
    let server = with_address(&[ES256]).await;
    by(&server, &ES256).await.assert_status(200);
    server.http.fault.set(Fault::Fail);
    server.advance(10 * MINUTE);
    by(&server, &ES256).await.assert_status(200);
    server.advance(23 * 60 * MINUTE + 49 * MINUTE);
    by(&server, &ES256).await.assert_status(200);
    assert_not_signed(&by(&server, &NEXT).await);
    server.advance(MINUTE);
    assert_not_signed(&by(&server, &ES256).await);
    server.http.fault.set(Fault::None);
    server.advance(MINUTE);
    by(&server, &ES256).await.assert_status(200);
}

#[tokio::test]
async fn what_was_fetched_from_an_address_is_gone_with_it() {
    let server = with_address(&[ES256]).await;
    by(&server, &ES256).await.assert_status(200);
    asked(&server);
    let elsewhere = "https://signer.example/elsewhere";
    edit_client(&server, ID, json!({ "jwks_uri": elsewhere })).await;
    assert_not_signed(&by(&server, &ES256).await);
    assert_eq!(server.http.take_asked(), [elsewhere]);
    server.http.answer(elsewhere, 200, "application/json", set(&[NEXT]).to_string().as_bytes());
    by(&server, &NEXT).await.assert_status(200);
    assert_eq!(server.http.take_asked(), [elsewhere]);
    edit_client(&server, ID, json!({ "client_name": "Renamed" })).await;
    by(&server, &NEXT).await.assert_status(200);
    assert!(server.http.take_asked().is_empty(), "another edit leaves them");
}

#[tokio::test]
async fn a_database_that_fails_asks_nobody() {
    let server = with_address(&[ES256]).await;
    server.database.fault.set(Fault::Fail);
    by(&server, &ES256).await.assert_error(503, "temporarily_unavailable");
    assert_eq!(asked(&server), 0);
}
