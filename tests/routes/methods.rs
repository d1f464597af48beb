//! A path answers to its own methods only.

use axum::http::Method;

use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn another_method_is_405_and_says_which_would_do() {
    let server = Server::seeded().await;
    for (method, path, allowed) in [
        (Method::GET, "/oauth/token", "POST"),
        (Method::GET, "/token", "POST"),
        (Method::GET, "/oauth/introspect", "POST"),
        (Method::GET, "/oauth/revoke", "POST"),
        (Method::DELETE, "/oauth/authorize", "GET,HEAD,POST"),
        (Method::POST, "/.well-known/jwks.json", "GET,HEAD"),
        (Method::PUT, "/admin/api/users", "GET,HEAD,POST"),
        (Method::PUT, "/admin/api/clients/demo-web", "GET,HEAD,PATCH,DELETE"),
        (Method::POST, "/api/oauth/clients/me", "GET,HEAD"),
        (Method::PUT, "/admin/api/tools", "GET,HEAD,POST"),
        (Method::PUT, "/admin/api/tools/x", "GET,HEAD,PATCH,DELETE"),
        (Method::PUT, "/admin/api/tool-groups/x", "GET,HEAD,PATCH,DELETE"),
        (Method::GET, "/api/tools/x/call", "POST"),
        (Method::GET, "/oauth/fastmcp/agent/authenticate", "POST"),
        (Method::POST, "/oauth/fastmcp/agent/bot/session", "GET,HEAD"),
        (Method::GET, "/oauth/fastmcp/agent/bot/token", "POST"),
        (Method::POST, "/api/users/me/tools", "GET,HEAD"),
        (Method::GET, "/api/users/me/tools/x", "PUT,DELETE"),
        (Method::GET, "/api/users/me/tool-groups/x", "PUT,DELETE"),
        (Method::POST, "/mcp/ws", "GET,HEAD"),
        (Method::POST, "/account", "GET,HEAD"),
        (Method::POST, "/healthz", "GET,HEAD"),
    ] {
        let reply = server.send(Ask::method(method.clone(), path)).await;
        assert_eq!(reply.status, 405, "{method} {path}: {}", reply.body);
        assert_eq!(reply.header("allow"), allowed, "{method} {path}");
        assert!(reply.body.contains("method_not_allowed"), "{method} {path}: {:?}", reply.body);
    }
    assert_eq!(server.database.peek("SELECT id FROM clients").len(), 4);
}
