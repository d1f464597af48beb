//! How clients prove who they are (RFC 6749 2.3).

use axum::http::Method;
use serde_json::json;

use crate::support::admin::{edit_client, user_client};
use crate::support::flow::SERVER;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

const ASKED: (&str, &str) = ("grant_type", "client_credentials");

fn by_basic(id: &str, secret: &str) -> Ask {
    Ask::post("/oauth/token", &[ASKED]).basic(id, secret)
}

fn by_body(id: &str, secret: &str) -> Ask {
    Ask::post("/oauth/token", &[ASKED, ("client_id", id), ("client_secret", secret)])
}

/// Said to everybody who sends no secret, known or not.
const WITHOUT_SECRET: &str = "client authentication failed: a client has a secret and must send it (client_secret_basic), \
                              unless it was registered with token_endpoint_auth_method none";

fn assert_refused(reply: &Reply, challenged: bool) {
    reply.assert_says(401, "invalid_client", "client authentication failed");
    let challenge = if challenged { "Basic realm=\"ostiary\", charset=\"UTF-8\"" } else { "" };
    assert_eq!(reply.header("www-authenticate"), challenge);
}

#[tokio::test]
async fn a_client_with_a_secret_may_use_the_header_or_the_body() {
    let server = Server::seeded().await;
    for ask in [by_basic("demo-server", "demo-server-secret"), by_body("demo-server", "demo-server-secret")] {
        assert_eq!(server.send(ask).await.status, 200);
    }
    // RFC 6749 2.3.1: both values are form-urlencoded before they are base64.
    assert_eq!(server.send(by_basic("demo%2Dserver", "demo%2dserver-secret")).await.status, 200);
}

#[tokio::test]
async fn nothing_tells_an_unknown_client_from_a_wrong_secret() {
    let server = Server::seeded().await;
    let known = [by_basic("demo-server", "wrong"), by_body("demo-server", "wrong")];
    let unknown = [by_basic("nobody", "wrong"), by_body("nobody", "wrong")];
    for (challenged, (known, unknown)) in [true, false].into_iter().zip(known.into_iter().zip(unknown)) {
        for isolate in [&server, &server.fresh_isolate().knowing_its_keys().await] {
            server.hops.take();
            let known = isolate.send(known.clone()).await;
            let hops_of_known = server.hops.take();
            let unknown = isolate.send(unknown.clone()).await;
            assert_refused(&known, challenged);
            assert_refused(&unknown, challenged);
            assert_eq!(hops_of_known, server.hops.take(), "the same time");
        }
    }
    // What the isolate remembers of the client costs the guesser no less than what it does not.
    assert_eq!(server.send(by_basic("demo-server", "demo-server-secret")).await.status, 200);
    server.hops.take();
    server.send(by_basic("demo-server", "wrong")).await;
    assert_eq!(server.hops.take(), ["database"]);
}

#[tokio::test]
async fn only_one_method_a_request_is_taken() {
    let server = Server::seeded().await;
    let both = by_body("demo-server", "demo-server-secret").basic("demo-server", "demo-server-secret");
    server.send(both).await.assert_error(400, "invalid_request");
    let two_headers = by_basic("demo-server", "demo-server-secret").basic("demo-server", "demo-server-secret");
    server.send(two_headers).await.assert_error(400, "invalid_request");
    let form = [ASKED, ("client_id", "demo-web")];
    let contradiction = Ask::post("/oauth/token", &form).basic("demo-server", "demo-server-secret");
    server.send(contradiction).await.assert_error(400, "invalid_request");
    let form = [ASKED, ("client_id", "demo-server")];
    let agreement = Ask::post("/oauth/token", &form).basic("demo-server", "demo-server-secret");
    assert_eq!(server.send(agreement).await.status, 200);
}

#[tokio::test]
async fn methods_that_are_not_registered_are_refused() {
    let server = Server::seeded().await;
    let none = Ask::post("/oauth/token", &[ASKED, ("client_id", "demo-server")]);
    server.send(none).await.assert_says(401, "invalid_client", WITHOUT_SECRET);
    let nobody = Ask::post("/oauth/token", &[ASKED, ("client_id", "nobody")]);
    server.send(nobody).await.assert_says(401, "invalid_client", WITHOUT_SECRET);
    assert_refused(&server.send(by_basic("demo-web", "")).await, true);
    assert_refused(&server.send(by_body("demo-web", "something")).await, false);
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let form = [ASKED, ("client_assertion_type", kind), ("client_assertion", "e30.e30."), ("client_id", "demo-server")];
    server.send(Ask::post("/oauth/token", &form)).await.assert_error(401, "invalid_client");
    server.send(Ask::post("/oauth/token", &[ASKED])).await.assert_error(401, "invalid_client");
}

#[tokio::test]
async fn a_header_that_cannot_be_read_is_an_invalid_client_with_a_challenge() {
    let server = Server::seeded().await;
    for header in ["Basic", "Basic !", "Basic bm9jb2xvbg==", "Bearer x", "Digest a=b", "Basic Og==", "Basic JTp4"] {
        let reply = server.send(Ask::post("/oauth/token", &[ASKED]).header("authorization", header)).await;
        reply.assert_error(401, "invalid_client");
        assert!(reply.header("www-authenticate").starts_with("Basic "), "{header}");
    }
}

#[tokio::test]
async fn a_new_secret_works_at_once_everywhere_and_the_old_one_not_after_half_a_minute() {
    let server = Server::seeded().await;
    let elsewhere = server.fresh_isolate();
    let old = || by_basic("demo-server", "demo-server-secret");
    assert_eq!(elsewhere.send(old()).await.status, 200, "the other isolate knows the client now");
    let path = "/admin/api/clients/demo-server/secret";
    let new = server.as_admin(Ask::method(Method::POST, path)).await.text("client_secret");
    assert_eq!(new.len(), 43, "32 random bytes, base64url");
    for isolate in [&server, &elsewhere] {
        assert_eq!(isolate.send(by_basic("demo-server", &new)).await.status, 200);
    }
    assert_refused(&server.send(old()).await, true);
    server.advance(31);
    assert_refused(&elsewhere.send(old()).await, true);
}

#[tokio::test]
async fn a_client_or_user_that_is_switched_off_is_refused_everywhere_within_half_a_minute() {
    let server = Server::seeded().await;
    let elsewhere = server.fresh_isolate();
    let ask = || by_basic("demo-server", "demo-server-secret");
    assert_eq!(elsewhere.send(ask()).await.status, 200);
    edit_client(&server, SERVER.id, json!({ "disabled": true })).await;
    assert_refused(&server.send(ask()).await, true);
    server.advance(31);
    assert_refused(&elsewhere.send(ask()).await, true);

    let (id, secret) = user_client(&server, "alice").await;
    assert_eq!(server.send(by_basic(&id, &secret)).await.status, 200);
    crate::support::admin::edit_user(&server, "alice", json!({ "disabled": true })).await;
    assert_refused(&server.send(by_basic(&id, &secret)).await, true);
}

#[tokio::test]
async fn the_admin_token_is_no_clients_secret() {
    let server = Server::seeded().await;
    assert_refused(&server.send(by_basic("admin", ADMIN_TOKEN)).await, true);
    assert_refused(&server.send(by_basic("demo-server", ADMIN_TOKEN)).await, true);
}

#[tokio::test]
async fn a_user_client_made_by_migration_has_no_usable_secret() {
    let server = Server::seeded().await;
    server.database.peek("UPDATE clients SET secret_hash = NULL WHERE id = 'demo-server'");
    for secret in ["", "demo-server-secret", "null"] {
        assert_refused(&server.send(by_basic("demo-server", secret)).await, true);
    }
    let none = Ask::post("/oauth/token", &[ASKED, ("client_id", "demo-server")]);
    server.send(none).await.assert_says(401, "invalid_client", WITHOUT_SECRET);
}
