//! Who gets a socket.

use serde_json::json;

use super::{SCOPES, bot, with_token};
use crate::support::admin::user_id;
use crate::support::agent_socket::{AgentSocket, upgrade};
use crate::support::fault::Fault;
use crate::support::forge::Jwt;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::token as token_of;

const CHALLENGE: &str = "scope=\"agent:connect\", \
                         resource_metadata=\"http://localhost:8787/.well-known/oauth-protected-resource/api\"";

#[tokio::test]
async fn a_token_comes_in_the_header_or_as_second_subprotocol_and_then_the_first_is_chosen() {
    let (server, token) = with_token().await;
    let alice = user_id(&server, "alice").await;
    let state = json!({ "address": "192.0.2.7", "user": alice, "token": token });
    let from = || upgrade().header("cf-connecting-ip", "192.0.2.7");
    for (ask, protocol) in [
        (from().bearer(&token), None),
        (from().bearer(&token).header("sec-websocket-protocol", "chat, other"), None),
        (from().header("sec-websocket-protocol", &format!("bearer, {token}")), Some("bearer")),
        (from().header("sec-websocket-protocol", &format!("bearer,{token}")), Some("bearer")),
        (from().header("sec-websocket-protocol", "bearer").header("sec-websocket-protocol", &token), Some("bearer")),
    ] {
        assert_eq!(server.send(ask.clone()).await.status, 101, "{ask:?}");
        assert_eq!(server.sockets.take_opened(), [(state.clone(), protocol.map(str::to_owned))], "{ask:?}");
    }
    let stranger = AgentSocket::stranger(&server).await;
    assert_eq!(stranger.state(), &json!({ "address": "", "user": null, "token": null }));
}

#[tokio::test]
async fn a_token_comes_in_one_way_only_and_never_in_the_address() {
    let (server, token) = with_token().await;
    let protocol = format!("bearer, {token}");
    for ask in [
        upgrade().bearer(&token).header("sec-websocket-protocol", &protocol),
        upgrade().header("sec-websocket-protocol", "bearer"),
        upgrade().header("sec-websocket-protocol", &format!("{protocol}, {token}")),
        upgrade().basic("alice", "alice"),
        upgrade().header("authorization", "Bearer"),
    ] {
        server.send(ask).await.assert_error(400, "invalid_request");
    }
    for query in [format!("access_token={token}"), format!("token={token}"), String::new()] {
        let ask = Ask::get(&format!("/mcp/ws?{query}")).header("upgrade", "websocket").bearer(&token);
        let reply = server.send(ask).await;
        reply.assert_says(
            400,
            "invalid_request",
            "this address has no parameters; a token comes in a header, a subprotocol or a message",
        );
    }
    assert!(server.sockets.take_opened().is_empty());
}

#[tokio::test]
async fn a_token_that_is_no_good_is_refused_before_there_is_a_socket() {
    let (server, token) = with_token().await;
    let spoilt = format!("{token}x");
    let other_api = Jwt::of(&token).claim("aud", json!("http://localhost:8787/mcp")).signed(&server).await;
    let protocols = format!("bearer, {spoilt}");
    for ask in [
        upgrade().bearer("x"),
        upgrade().bearer(&spoilt),
        upgrade().bearer(&other_api),
        upgrade().header("sec-websocket-protocol", &protocols),
    ] {
        let reply = server.send(ask).await;
        let challenge = reply.assert_error(401, "invalid_token").header("www-authenticate");
        assert_eq!(challenge, format!("Bearer realm=\"ostiary\", error=\"invalid_token\", {CHALLENGE}"));
    }
    let less = token_of(&server, "alice", "connections:token read:tools").await;
    let reply = server.send(upgrade().bearer(&less)).await;
    let challenge = reply.assert_error(403, "insufficient_scope").header("www-authenticate");
    assert_eq!(challenge, format!("Bearer realm=\"ostiary\", error=\"insufficient_scope\", {CHALLENGE}"));
    server.advance(30 * 60);
    server.send(upgrade().bearer(&token)).await.assert_error(401, "invalid_token");
    assert!(server.sockets.take_opened().is_empty());
}

#[tokio::test]
async fn a_request_that_asks_for_no_websocket_is_told_so() {
    let (server, token) = with_token().await;
    for ask in [Ask::get("/mcp/ws"), Ask::get("/mcp/ws").header("upgrade", "h2c")] {
        let reply = server.send(ask.bearer(&token)).await;
        reply.assert_says(426, "upgrade_required", "this is a WebSocket: ask for it with Upgrade: websocket");
        assert_eq!(reply.header("upgrade"), "websocket");
    }
    for names in ["WebSocket", "h2c, websocket"] {
        let ask = Ask::get("/mcp/ws").header("upgrade", names).bearer(&token);
        assert_eq!(server.send(ask).await.status, 101, "{names}");
    }
    let post = server.send(Ask::post("/mcp/ws", &[])).await;
    post.assert_error(405, "method_not_allowed");
}

#[tokio::test]
async fn pages_of_plain_http_elsewhere_and_of_no_origin_get_none() {
    let (server, token) = with_token().await;
    for origin in ["null", "http://evil.example", "http://10.0.0.1:8080", "nonsense"] {
        let reply = server.send(upgrade().bearer(&token).header("origin", origin)).await;
        reply.assert_says(403, "access_denied", "pages of this origin may not come here");
    }
    for origin in ["https://app.example", "http://localhost:3000", "http://127.0.0.1"] {
        let reply = server.send(upgrade().bearer(&token).header("origin", origin)).await;
        assert_eq!(reply.status, 101, "{origin}");
    }
}

#[tokio::test]
async fn another_host_or_a_server_that_is_switched_off_has_none() {
    let (server, token) = with_token().await;
    let other = server.send(upgrade().bearer(&token).header("host", "other.example")).await;
    other.assert_error(421, "misdirected_request");
    let off = server.redeployed(&[("OAUTH_ENABLED", "false")]);
    let reply = off.send(upgrade().bearer(&token)).await;
    assert_eq!(reply.assert_error(503, "temporarily_unavailable").header("retry-after"), "300");
}

#[tokio::test]
async fn where_no_socket_can_be_made_a_later_try_may_work() {
    let (server, token) = with_token().await;
    server.sockets.fault.set(Fault::Fail);
    let reply = server.send(upgrade().bearer(&token)).await;
    assert_eq!(reply.assert_error(503, "temporarily_unavailable").header("retry-after"), "5");
    server.sockets.fault.set(Fault::None);
    let mut socket = AgentSocket::with_token(&server, &token).await;
    assert_eq!(socket.result("oauth/session", bot()).await["authenticated"], false);
}

#[tokio::test]
async fn opening_one_writes_nothing_down() {
    let (server, token) = with_token().await;
    let before = server.remembered();
    for ask in [upgrade(), upgrade().bearer(&token), upgrade().bearer("x")] {
        server.send(ask).await;
    }
    assert_eq!(json!(server.remembered()), json!(before));
    let nobody = Server::seeded().await;
    let token = token_of(&nobody, "alice", SCOPES).await;
    let client = Jwt::of(&token).claim("sub", json!("demo-server")).claim("client_id", json!("demo-server"));
    let reply = nobody.send(upgrade().bearer(&client.signed(&nobody).await)).await;
    reply.assert_says(403, "access_denied", "the access token acts for no user");
}
