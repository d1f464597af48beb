//! What is remembered of signing keys: when it is written, who may lag behind, and what happens when it cannot be read.

use serde_json::json;

use crate::support::admin::{change_key, show};
use crate::support::fault::Fault;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::forge::{Jwt, es256_kid};
use crate::support::keys::{set, signing_keys};
use crate::support::made_keys::made;
use crate::support::request::Ask;
use crate::support::server::Server;

const MINUTE: u64 = 60;

fn own_token() -> Ask {
    SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])
}

/// The name of the key that signs at this isolate.
async fn signer(isolate: &Server) -> String {
    let token = isolate.send(own_token()).await.assert_status(200).text("access_token");
    Jwt::of(&token).header["kid"].as_str().expect("a kid").to_owned()
}

/// A server whose other slot has held a second set for so long that it may be promoted; and the name of its ES256 key.
async fn with_a_spare_set() -> (Server, String) {
    let spare = made(2);
    let text = set(&spare);
    let server = Server::seeded().await.redeployed(&[("SIGNING_KEYS_NEXT", &text)]).knowing_its_keys().await;
    server.advance(6 * MINUTE);
    (server, spare[0].0.clone())
}

#[tokio::test]
async fn a_key_is_written_down_before_its_first_signature_and_once_for_all_tokens() {
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    let isolate = server.fresh_isolate();
    isolate.send(WEB.refresh("x")).await.assert_error(400, "invalid_grant");
    isolate.send(own_token()).await.assert_status(200);
    // The keys are read, and cannot be written: no signature, and nothing is used up. The code's own row is read before.
    for fault in [Fault::Fail, Fault::FailAfterEffect] {
        for (ask, reads) in [(own_token(), 1), (WEB.redeem(&code), 2)] {
            isolate.app.signing_keys.clear();
            server.database.peek("DELETE FROM signing_keys");
            server.database.fault.set_once_after(reads, fault);
            isolate.send(ask).await.assert_error(503, "temporarily_unavailable");
            assert_eq!(server.database.fault.disturbed(), 1);
        }
    }
    isolate.send(WEB.redeem(&code)).await.assert_status(200);
    let rows = server.database.peek("SELECT kid FROM signing_keys WHERE signed_from = 1800000000 AND over_at IS NULL");
    assert_eq!(rows.len(), 2);

    let written = server.database.rows_written();
    for _ in 0..20 {
        for isolate in [&server, &isolate, &server.fresh_isolate()] {
            assert_eq!(signer(isolate).await, es256_kid());
        }
        server.advance(31);
    }
    assert_eq!(server.database.rows_written(), written);
}

#[tokio::test]
async fn isolates_follow_within_half_a_minute_and_replicas_that_lag_lose_no_token() {
    let (server, spare) = with_a_spare_set().await;
    let elsewhere = server.fresh_isolate().knowing_its_keys().await;
    server.database.replicas_lag();
    server.send(change_key(&spare, "promote")).await.assert_status(200);
    assert_eq!((signer(&server).await, signer(&elsewhere).await), (spare.clone(), es256_kid()));
    server.advance(31);
    let late = elsewhere.send(own_token()).await.text("access_token");
    assert_eq!(Jwt::of(&late).header["kid"], es256_kid(), "its replica knows nothing yet");
    // In the next deployment the old key is in no slot; the late token is good until it is over.
    let text = set(&made(2));
    let next = server.redeployed(&[("SIGNING_KEYS", &text)]);
    server.database.replicas_catch_up();
    server.advance(29 * MINUTE + 59);
    assert!(flow::is_active(&next, &late).await);
    let published = next.send(Ask::get("/.well-known/jwks.json")).await.json();
    assert!(published["keys"].as_array().expect("keys").iter().any(|key| key["kid"] == es256_kid()), "{published}");
    server.advance(31);
    assert_eq!(signer(&elsewhere).await, spare);
}

#[tokio::test]
async fn of_two_that_are_promoted_the_later_signs_also_within_the_same_second() {
    let (server, spare) = with_a_spare_set().await;
    for kid in [&spare, &es256_kid(), &spare, &es256_kid()] {
        server.send(change_key(kid, "promote")).await.assert_status(200);
        assert_eq!(&signer(&server).await, kid);
        assert_eq!(&signer(&server.fresh_isolate()).await, kid);
    }
}

#[tokio::test]
async fn a_token_of_a_newer_deployments_key_is_known_at_once_in_an_older_one() {
    let server = Server::seeded().await;
    let text = set(&made(2));
    let newer = server.redeployed(&[("SIGNING_KEYS", &text)]);
    let token = flow::tokens(&newer, &WEB).await.text("access_token");
    assert_ne!(Jwt::of(&token).header["kid"], es256_kid());
    server.database.replicas_lag();
    assert!(flow::is_active(&server, &token).await);
    server.send(Ask::get("/api/oauth/clients/me").bearer(&token)).await.assert_status(200);
    let unknown = Jwt::of(&token).header("kid", json!("k")).with_signature(&[7; 64]);
    assert!(!flow::is_active(&server, &unknown).await);
}

#[tokio::test]
async fn a_key_stays_for_the_longest_token_that_it_signed_though_tokens_live_shorter_by_now() {
    let first = Server::seeded().await;
    let day = first.redeployed(&[("ACCESS_TOKEN_EXPIRE_MINUTES", "1440")]);
    let token = flow::tokens(&day, &WEB).await.text("access_token");
    let text = set(&made(2));
    let after = first.redeployed(&[("SIGNING_KEYS", &text)]);
    let old = async |server: &Server| {
        let list = show(server, "/admin/api/keys").await;
        list["keys"].as_array().expect("keys").iter().find(|key| key["kid"] == es256_kid()).cloned()
    };
    let shown = old(&after).await.expect("the old key");
    assert_eq!((&shown["state"], &shown["until"]), (&json!("old"), &json!("2027-01-16T08:05:30Z")));
    after.advance(1439 * MINUTE);
    assert!(flow::is_active(&after, &token).await);
    after.advance(7 * MINUTE);
    assert_eq!(old(&after).await, None);
}

#[tokio::test]
async fn while_the_database_fails_the_keys_of_the_settings_are_published_and_nobody_is_to_keep_that() {
    let server = Server::seeded().await;
    let text = set(&made(2));
    let after = server.redeployed(&[("SIGNING_KEYS", &text)]);
    let keys = async |isolate: &Server| {
        let reply = isolate.send(Ask::get("/.well-known/jwks.json")).await;
        let kept = reply.assert_status(200).header("cache-control").to_owned();
        (reply.json()["keys"].as_array().expect("keys").len(), kept)
    };
    server.database.fault.set(Fault::Fail);
    assert_eq!(keys(&after).await, (2, "no-store".to_owned()));
    server.database.fault.set(Fault::None);
    assert_eq!(keys(&after).await, (4, "public, max-age=300".to_owned()));
    server.database.fault.set(Fault::Fail);
    assert_eq!(keys(&after).await, (4, "public, max-age=300".to_owned()), "as it was within the last half minute");
}

#[tokio::test]
async fn a_refresh_whose_keys_cannot_be_read_can_be_repeated() {
    let server = Server::seeded().await;
    let token = flow::tokens(&server, &WEB).await.text("refresh_token");
    // The isolate knows who stands behind the grant, so the keys are all that it asks the database for.
    assert!(!flow::is_active(&server, &token).await, "another client's refresh token");
    server.app.signing_keys.clear();
    server.hops.take();
    server.database.fault.set(Fault::Fail);
    server.send(WEB.refresh(&token)).await.assert_error(503, "temporarily_unavailable");
    assert_eq!(server.hops.take(), ["grants", "database", "grants"], "the object is told that nobody heard it");
    server.database.fault.set(Fault::None);
    server.advance(61);
    let reply = server.send(WEB.refresh(&token)).await;
    assert!(reply.assert_status(200).text("refresh_token").contains(".2."), "one step, not two");
}

#[tokio::test]
async fn without_any_key_that_may_sign_nothing_is_signed() {
    let (server, spare) = with_a_spare_set().await;
    server.send(change_key(&spare, "promote")).await.assert_status(200);
    server.send(change_key(&es256_kid(), "retire")).await.assert_status(200);
    let first = signing_keys();
    let without_spare = server.redeployed(&[("SIGNING_KEYS", &first)]);
    without_spare.send(own_token()).await.assert_error(500, "server_error");
    let set = without_spare.send(Ask::get("/.well-known/jwks.json")).await.json();
    let kids: Vec<_> = set["keys"].as_array().expect("keys").iter().map(|key| key["kid"].clone()).collect();
    assert!(!kids.contains(&json!(es256_kid())) && kids.contains(&json!(spare)), "{kids:?}");
}
