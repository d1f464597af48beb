//! `/dev/…`: in development only (D7).

use axum::http::Method;
use ostiary::protocol::pkce;
use serde_json::json;

use crate::support::flow;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

#[tokio::test]
async fn development_endpoints_are_nowhere_unless_it_is_development() {
    let https_at_home = Server::with(&[("ENABLE_DEV_ENDPOINTS", "false")]);
    for server in [Server::deployed(), https_at_home] {
        for path in ["/dev/seed", "/dev/pkce", "/dev/client"] {
            let reply = server.as_admin(Ask::get(path)).await;
            reply.assert_says(404, "not_found", "there is nothing at this path");
        }
        for ask in [Ask::method(Method::POST, "/dev/seed"), Ask::json(Method::POST, "/dev/client", &json!({}))] {
            server.as_admin(ask).await.assert_error(404, "not_found");
        }
        assert!(server.database.peek("SELECT id FROM users").is_empty());
    }
}

#[tokio::test]
async fn seeding_twice_changes_nothing() {
    let server = Server::seeded().await;
    let before = (server.database.peek("SELECT * FROM users"), server.database.peek("SELECT * FROM clients"));
    let reply = server.send(Ask::get("/dev/seed")).await;
    assert_eq!(reply.status, 200);
    let after = (server.database.peek("SELECT * FROM users"), server.database.peek("SELECT * FROM clients"));
    assert_eq!(before, after);
    assert_eq!(reply.json()["clients"][1]["client_secret"], "demo-server-secret");
}

#[tokio::test]
async fn a_page_of_another_site_may_not_fill_the_database() {
    let server = Server::new();
    for origin in ["https://evil.example", "null", "http://localhost:3000", ""] {
        for ask in [Ask::method(Method::POST, "/dev/seed"), Ask::get("/dev/client")] {
            server.send(ask.header("origin", origin)).await.assert_error(403, "access_denied");
        }
    }
    assert!(server.database.peek("SELECT id FROM users").is_empty());
    let own = Ask::method(Method::POST, "/dev/seed").header("origin", server.issuer());
    assert_eq!(server.send(own).await.status, 200);
}

#[tokio::test]
async fn an_admin_token_is_optional_but_must_match_when_it_is_sent() {
    let server = Server::new();
    let wrong = Ask::get("/dev/seed").header("x-admin-token", "wrong");
    server.send(wrong).await.assert_error(401, "invalid_token");
    assert_eq!(server.send(Ask::get("/dev/seed").header("x-admin-token", ADMIN_TOKEN)).await.status, 200);
    let none_configured = Server::with(&[("ADMIN_TOKEN", "")]);
    assert_eq!(none_configured.send(Ask::get("/dev/seed").header("x-admin-token", "any")).await.status, 200);
}

#[tokio::test]
async fn pkce_gives_a_fresh_verifier_with_its_challenge() {
    let server = Server::new();
    let (one, two) = (server.send(Ask::get("/dev/pkce")).await, server.send(Ask::get("/dev/pkce")).await);
    assert_ne!(one.text("code_verifier"), two.text("code_verifier"));
    assert_eq!(one.text("code_challenge"), pkce::s256(&one.text("code_verifier")));
    assert_eq!(one.text("code_challenge_method"), "S256");
}

#[tokio::test]
async fn a_development_client_works_at_once() {
    let server = Server::new();
    let made = server.send(Ask::get("/dev/client")).await;
    made.assert_status(201);
    let (id, secret) = (made.text("client_id"), made.text("client_secret"));
    let ask = Ask::post("/oauth/token", &[("grant_type", "client_credentials")]).basic(&id, &secret);
    assert_eq!(server.send(ask).await.status, 200);
    let wanted =
        json!({ "name": "Mine", "public": true, "redirect_uris": ["http://127.0.0.1/cb"], "scope": "call:tools" });
    let made = server.send(Ask::json(Method::POST, "/dev/client", &wanted)).await;
    let made = made.assert_status(201).json();
    assert_eq!(
        (&made["client_name"], &made["scope"], &made["public"]),
        (&json!("Mine"), &json!("call:tools"), &json!(true))
    );
    assert!(made.get("client_secret").is_none());
    for wrong in [json!({ "nmae": "x" }), json!({ "redirect_uris": ["javascript:x"] }), json!([])] {
        server.send(Ask::json(Method::POST, "/dev/client", &wrong)).await.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn the_seeded_world_carries_a_code_flow() {
    let server = Server::seeded().await;
    assert!(flow::is_active(&server, &flow::tokens(&server, &flow::WEB).await.text("access_token")).await);
}
