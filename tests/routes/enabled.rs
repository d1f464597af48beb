//! `OAUTH_ENABLED=false`: nothing new is begun, nothing becomes open.

use axum::http::Method;

use crate::support::browser::Browser;
use crate::support::flow::{SERVER, WEB};
use crate::support::request::Ask;
use crate::support::router_table;
use crate::support::server::Server;

async fn switched_off() -> Server {
    Server::with(&[("OAUTH_ENABLED", "false")]).seed().await
}

#[tokio::test]
async fn what_begins_or_issues_anything_is_503_with_retry_after() {
    let server = switched_off().await;
    for ask in [
        SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")]),
        SERVER.ask("/token", &[("grant_type", "client_credentials")]),
        Ask::get("/api/oauth/clients/me"),
        Ask::method(Method::POST, "/api/tools/x/call"),
        Ask::method(Method::POST, "/oauth/fastmcp/agent/authenticate"),
        Ask::get("/oauth/fastmcp/agent/bot/session?provider=idp"),
        Ask::method(Method::POST, "/oauth/fastmcp/agent/bot/token"),
        Ask::get("/mcp/ws"),
        Ask::get("/api/users/me/tools"),
        Ask::get("/api/users/me/tool-groups"),
        Ask::method(Method::DELETE, "/api/users/me/tools/x"),
    ] {
        let reply = server.send(ask).await;
        reply.assert_says(503, "temporarily_unavailable", "this server is switched off for now");
        assert_eq!(reply.header("retry-after"), "300");
    }
    for path in [WEB.authorize_path(&[]), "/authorize".to_owned(), "/consent".to_owned()] {
        let page = Browser::new(&server).open(&path).await;
        page.assert_error_page(503, "temporarily_unavailable");
        assert_eq!(page.element("message-title"), "Closed for now");
        assert_eq!(page.header("retry-after"), "300");
    }
}

/// What begins or issues anything lies below these.
const CLOSED: [&str; 12] = [
    "/api",
    "/authorize",
    "/connect",
    "/consent",
    "/mcp",
    "/oauth/authorize",
    "/oauth/callback",
    "/oauth/fastmcp",
    "/oauth/register",
    "/oauth/token",
    "/register",
    "/token",
];

#[tokio::test]
async fn of_all_routes_those_are_closed_that_begin_or_issue_anything_whatever_is_asked_of_them() {
    let server = switched_off().await;
    for route in router_table::paths() {
        let below = |closed: &str| route == closed || route.starts_with(&format!("{closed}/"));
        let is_closed = CLOSED.into_iter().any(below);
        for method in router_table::methods(&server, route).await {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let reply = server.send(Ask::method(method.clone(), &router_table::example(route))).await;
            assert_eq!(reply.status == 503, is_closed, "{method} {route}: {} {}", reply.status, reply.body);
        }
    }
}

#[tokio::test]
async fn metadata_introspection_revocation_pages_administration_and_health_stay() {
    let server = switched_off().await;
    for path in ["/", "/healthz", "/.well-known/oauth-authorization-server", "/.well-known/jwks.json", "/login"] {
        assert_eq!(server.send(Ask::get(path)).await.status, 200, "{path}");
    }
    assert_eq!(server.send(SERVER.introspect("x")).await.status, 200);
    assert_eq!(server.send(SERVER.revoke("x")).await.status, 200);
    assert_eq!(server.as_admin(Ask::get("/admin/api/users")).await.status, 200);
    assert_eq!(Browser::new(&server).sign_in("alice", "alice").await.element("signed-in-as"), "alice");
}

#[tokio::test]
async fn nothing_becomes_open() {
    let server = switched_off().await;
    server.send(Ask::get("/admin/api/users")).await.assert_error(401, "invalid_token");
    server.send(WEB.introspect("x")).await.assert_error(401, "invalid_client");
    assert_eq!(server.send(Ask::get("/account")).await.status, 303);
    let revoke = Ask::post("/oauth/revoke", &[("token", "x")]);
    server.send(revoke).await.assert_error(401, "invalid_client");
    let other = Ask::method(Method::POST, "/dev/seed").header("origin", "https://evil.example");
    server.send(other).await.assert_error(403, "access_denied");
}

#[tokio::test]
async fn a_browser_client_can_read_that_the_server_is_switched_off() {
    let server = switched_off().await;
    let reply = server.send(WEB.refresh("x").header("origin", "https://app.example")).await;
    assert_eq!((reply.status.as_u16(), reply.header("access-control-allow-origin")), (503, "*"));
}
