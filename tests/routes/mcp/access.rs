//! Who may come in at `/mcp`, and how a client that knows nothing but this address finds out the rest.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::flow::{self, WEB};
use crate::support::mcp::message;
use crate::support::request::Ask;
use crate::support::server::Server;

const MCP: &str = "http://localhost:8787/mcp";
const DESCRIBED: &str = "scope=\"read:tools call:tools\", \
                         resource_metadata=\"http://localhost:8787/.well-known/oauth-protected-resource/mcp\"";

/// A token for `/mcp` with this scope.
async fn token(server: &Server, scope: &str) -> String {
    let mut browser = Browser::new(server);
    let answer = flow::authorize(&mut browser, &WEB, &[("resource", MCP), ("scope", scope)]).await;
    let code = answer.location_parameter("code").expect("a code");
    server.send(WEB.redeem(&code)).await.assert_status(200).text("access_token")
}

async fn ask(server: &Server, token: &str, message: &Value) -> Value {
    server.send(Ask::json(Method::POST, "/mcp", message).bearer(token)).await.assert_status(200).json()
}

#[tokio::test]
async fn without_a_token_the_challenge_says_where_this_resource_is_described() {
    let server = Server::seeded().await;
    let refused = server.send(Ask::json(Method::POST, "/mcp", &message("ping", &json!({})))).await;
    refused.assert_error(401, "invalid_token");
    assert_eq!(refused.header("www-authenticate"), format!("Bearer realm=\"ostiary\", {DESCRIBED}"));
    let described = server.send(Ask::get("/.well-known/oauth-protected-resource/mcp")).await.assert_status(200).json();
    let expected = json!({
        "resource": MCP,
        "authorization_servers": ["http://localhost:8787"],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["read:tools", "call:tools"],
        "resource_name": "Ostiary tools (MCP)",
    });
    assert_eq!(described, expected);
}

#[tokio::test]
async fn every_resource_of_ours_is_described_and_nothing_else() {
    let server = Server::seeded().await;
    for (path, resource) in [("", "http://localhost:8787"), ("/api", "http://localhost:8787/api")] {
        let address = format!("/.well-known/oauth-protected-resource{path}");
        assert_eq!(server.send(Ask::get(&address)).await.assert_status(200).json()["resource"], resource);
    }
    server.send(Ask::get("/.well-known/oauth-protected-resource/admin")).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn listing_and_calling_need_their_scopes_and_the_challenge_names_them() {
    let server = Server::seeded().await;
    for (held, method, needed) in
        [("call:tools", "tools/list", "read:tools"), ("read:tools", "tools/call", "call:tools")]
    {
        let token = token(&server, held).await;
        let message_of = |method| message(method, &json!({ "name": "x" }));
        let refused = server.send(Ask::json(Method::POST, "/mcp", &message_of(method)).bearer(&token)).await;
        refused.assert_error(403, "insufficient_scope");
        let challenge = refused.header("www-authenticate");
        let begin = format!("Bearer realm=\"ostiary\", error=\"insufficient_scope\", scope=\"{needed}\",");
        assert!(challenge.starts_with(&begin), "{challenge}");
        ask(&server, &token, &message_of("ping")).await;
    }
}

#[tokio::test]
async fn a_token_for_the_api_alone_or_of_no_user_does_not_open_it() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let changed = [("resource", "http://localhost:8787/api")];
    let answer = flow::authorize(&mut browser, &WEB, &changed).await;
    let code = answer.location_parameter("code").expect("a code");
    let token = server.send(WEB.redeem(&code)).await.text("access_token");
    let ping = Ask::json(Method::POST, "/mcp", &message("ping", &json!({})));
    let refused = server.send(ping.clone().bearer(&token)).await;
    refused.assert_error(401, "invalid_token");
    assert_eq!(
        refused.header("www-authenticate"),
        format!("Bearer realm=\"ostiary\", error=\"invalid_token\", {DESCRIBED}")
    );
    let own = flow::SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")]);
    let token = server.send(own).await.text("access_token");
    server.send(ping.bearer(&token)).await.assert_error(403, "access_denied");
}

#[tokio::test]
async fn what_is_no_message_is_refused_by_json_rpc_but_only_to_those_who_may_come_in() {
    let server = Server::seeded().await;
    let token = token(&server, "read:tools").await;
    let garbage = Ask::post_raw("/mcp", "application/json", b"{");
    server.send(garbage.clone()).await.assert_error(401, "invalid_token");
    let refused = server.send(garbage.bearer(&token)).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]["code"]), (400, &json!(-32700)));
    let form = Ask::post("/mcp", &[("a", "b")]).bearer(&token);
    server.send(form).await.assert_error(415, "unsupported_media_type");
    let long = Ask::post_raw("/mcp", "application/json", &vec![b' '; 64 * 1024 + 1]).bearer(&token);
    server.send(long).await.assert_error(413, "content_too_large");
}

/// No version needs more than this: streams and sessions are offered by none.
#[tokio::test]
async fn there_is_no_stream_to_listen_to_and_no_session_to_end() {
    let server = Server::seeded().await;
    let token = token(&server, "read:tools").await;
    for method in [Method::GET, Method::DELETE] {
        let refused =
            server.send(Ask::method(method, "/mcp").bearer(&token).header("accept", "text/event-stream")).await;
        refused.assert_error(405, "method_not_allowed");
        assert_eq!(refused.header("allow"), "POST");
    }
}

#[tokio::test]
async fn pages_of_an_origin_that_may_be_rebound_do_not_come_in() {
    let server = Server::seeded().await;
    let token = token(&server, "read:tools").await;
    let ping = Ask::json(Method::POST, "/mcp", &message("ping", &json!({}))).bearer(&token);
    for origin in ["null", "http://evil.example", "http://localhost.evil.example", "x"] {
        server.send(ping.clone().header("origin", origin)).await.assert_error(403, "access_denied");
    }
    for origin in ["https://inspector.example", "http://localhost:6274", "http://127.0.0.1:1"] {
        let reply = server.send(ping.clone().header("origin", origin)).await;
        reply.assert_status(200);
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert!(reply.header("access-control-expose-headers").contains("www-authenticate"));
    }
}

/// A tool may want its arguments in headers of any name (2026-07-28).
#[tokio::test]
async fn a_page_may_send_the_headers_that_the_protocol_wants() {
    let server = Server::seeded().await;
    let wanted = "authorization,content-type,mcp-protocol-version,mcp-method,mcp-name,mcp-param-region";
    let preflight = Ask::method(Method::OPTIONS, "/mcp")
        .header("origin", "https://inspector.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", wanted);
    let reply = server.send(preflight).await;
    reply.assert_status(200);
    assert_eq!(reply.header("access-control-allow-headers"), wanted);
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    assert!(reply.headers.get("access-control-allow-credentials").is_none());
}
