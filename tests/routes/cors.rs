//! Which answers a browser client may read: never with cookies.

use axum::http::Method;

use crate::support::flow::{SERVER, WEB};
use crate::support::request::Ask;
use crate::support::server::Server;

const ORIGIN: (&str, &str) = ("origin", "https://app.example");

#[tokio::test]
async fn only_what_a_browser_client_needs_is_open_to_other_origins() {
    let server = Server::seeded().await;
    for ask in [
        WEB.refresh("x"),
        WEB.revoke("x"),
        WEB.ask("/token", &[]),
        WEB.ask("/revoke", &[]),
        Ask::get("/.well-known/openid-configuration"),
        Ask::get("/.well-known/oauth-authorization-server"),
        Ask::get("/.well-known/jwks.json"),
    ] {
        let reply = server.send(ask.header(ORIGIN.0, ORIGIN.1)).await;
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!(reply.header("access-control-expose-headers"), "www-authenticate,retry-after");
        assert!(reply.headers.get("access-control-allow-credentials").is_none());
    }
    for ask in [
        SERVER.introspect("x"),
        Ask::get(&WEB.authorize_path(&[])),
        Ask::get("/oauth/logout"),
        Ask::get("/login"),
        Ask::get("/account"),
        Ask::get("/consent"),
        Ask::get("/admin/api/users"),
        Ask::get("/admin/api/tools"),
        Ask::get("/api/users/me/tools"),
        Ask::method(Method::POST, "/api/tools/x/call"),
        Ask::method(Method::POST, "/oauth/fastmcp/agent/authenticate"),
        Ask::get("/oauth/fastmcp/agent/bot/session?provider=idp"),
        Ask::get("/dev/pkce"),
        Ask::get("/"),
    ] {
        let reply = server.send(ask.clone().header(ORIGIN.0, ORIGIN.1)).await;
        assert!(reply.headers.get("access-control-allow-origin").is_none(), "{ask:?}");
    }
}

#[tokio::test]
async fn a_preflight_is_answered_where_it_is_open() {
    let server = Server::seeded().await;
    for path in ["/oauth/token", "/token", "/oauth/revoke", "/revoke"] {
        let ask = Ask::method(Method::OPTIONS, path)
            .header(ORIGIN.0, ORIGIN.1)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type");
        let reply = server.send(ask).await;
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert!(reply.header("access-control-allow-methods").contains("POST"));
        assert!(reply.header("access-control-allow-headers").contains("authorization"));
        assert!(reply.headers.get("access-control-allow-credentials").is_none());
    }
    let closed = Ask::method(Method::OPTIONS, "/oauth/introspect")
        .header(ORIGIN.0, ORIGIN.1)
        .header("access-control-request-method", "POST");
    assert!(server.send(closed).await.headers.get("access-control-allow-origin").is_none());
}
