//! An account is asked for, connected and handed out.

use serde_json::{Value, json};

use super::{SCOPES, bot, with_token};
use crate::support::agent_socket::{AgentSocket, SOCKET};
use crate::support::fault::Fault;
use crate::support::idp::{SECRETS, TOKEN, connect, signed_in};
use crate::support::reply::Reply;
use crate::support::server::Server;
use crate::support::tools::{token as token_of, with};

/// The user opens the page and says yes.
async fn says_yes(server: &Server, url: &Value) -> Reply {
    let path = url.as_str().expect("a text").strip_prefix(server.issuer()).expect("a page of ours");
    connect(server, &mut signed_in(server, "alice").await, path).await
}

/// The one notification that was sent to the socket: what it says.
fn completed(server: &Server) -> Value {
    let mut told = server.sockets.take();
    assert_eq!(told.len(), 1, "{told:?}");
    let (socket, message) = told.remove(0);
    assert_eq!((socket.as_str(), message.get("id")), (SOCKET, None));
    assert_eq!((&message["jsonrpc"], &message["method"]), (&json!("2.0"), &json!("oauth/completed")));
    message["params"].clone()
}

#[tokio::test]
async fn an_account_is_asked_for_connected_and_its_token_given_once() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    let asked = socket.result("oauth/initiate", with(bot(), &json!({ "requested_scopes": ["mail:read"] }))).await;
    let url = asked["authorization_url"].clone();
    assert!(url.as_str().is_some_and(|url| url.starts_with("http://localhost:8787/connect/idp?ticket=")), "{url}");
    assert_eq!(asked, with(bot(), &json!({ "authorization_url": url })), "and nothing else");
    says_yes(&server, &url).await.assert_status(200);
    let told = completed(&server);
    let session = socket.result("oauth/session", bot()).await;
    assert_eq!(
        session,
        with(bot(), &json!({ "authenticated": true, "expires_at": told["expires_at"], "scopes": told["scopes"] }))
    );
    let proof = json!({ "authorization_code": told["authorization_code"], "state": told["state"] });
    let given = socket.result("oauth/token", with(bot(), &proof)).await;
    let names: Vec<_> = given.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["access_token", "agent_id", "expires_at", "provider", "scope", "token_type"]);
    assert_eq!((&given["access_token"], &given["token_type"]), (&json!("upstream-access-1"), &json!("Bearer")));
    assert_eq!((&given["agent_id"], &given["provider"]), (&json!("bot"), &json!("idp")));
    assert_eq!(given["scope"], "openid email mail:read");
    assert!(given["expires_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{given}");
    assert_eq!(socket.error("oauth/token", with(bot(), &proof)).await, (-32005, "invalid_grant".to_owned()), "once");
    assert_eq!(socket.closed, Value::Null);
}

#[tokio::test]
async fn what_happens_on_a_socket_is_logged_with_the_agents_address_and_no_secret() {
    let (server, token) = with_token().await;
    let upgrade = crate::support::agent_socket::upgrade().bearer(&token).header("cf-connecting-ip", "192.0.2.7");
    let mut socket = AgentSocket::opened(&server, upgrade).await;
    server.events.take();
    let url = socket.result("oauth/initiate", bot()).await["authorization_url"].clone();
    let asked = server.events.take();
    let kinds: Vec<_> = asked.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["agent_made", "agent_asked"]);
    assert!(asked.iter().all(|event| event.address.as_deref() == Some("192.0.2.7")), "{asked:?}");
    says_yes(&server, &url).await.assert_status(200);
    let told = completed(&server);
    server.events.take();
    let proof = json!({ "authorization_code": told["authorization_code"], "state": told["state"] });
    socket.result("oauth/token", with(bot(), &proof)).await;
    let given = server.events.take();
    assert_eq!(given.last().map(|event| event.kind.as_str()), Some("agent_token_given"));
    let everything = format!("{asked:?}{given:?}");
    assert!(SECRETS.iter().all(|secret| !everything.contains(secret)) && !everything.contains(&token));
}

#[tokio::test]
async fn a_no_of_the_user_or_of_the_provider_is_told_too() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    let url = socket.result("oauth/initiate", bot()).await["authorization_url"].clone();
    let path = url.as_str().expect("a text").strip_prefix(server.issuer()).expect("a page of ours").to_owned();
    let mut alice = signed_in(&server, "alice").await;
    let begun = crate::support::idp::begin(&mut alice, &path).await;
    let state = begun.location_parameter("state").expect("a state");
    alice.open(&format!("/oauth/callback/idp?error=access_denied&state={state}")).await;
    let told = completed(&server);
    let description = "access was not allowed at Example; nothing is linked";
    let said = json!({ "authenticated": false, "error": "access_denied", "error_description": description });
    assert_eq!(told, with(bot(), &said));
    let url = socket.result("oauth/initiate", bot()).await["authorization_url"].clone();
    server.http.answer(TOKEN, 500, "", b"");
    let path = url.as_str().expect("a text").strip_prefix(server.issuer()).expect("a page of ours").to_owned();
    let begun = crate::support::idp::begin(&mut alice, &path).await;
    alice.open(&crate::support::idp::answer(&begun, "")).await.assert_status(502);
    let told = completed(&server);
    assert_eq!((&told["authenticated"], &told["error"]), (&json!(false), &json!("bad_gateway")));
    assert_eq!(socket.result("oauth/session", bot()).await["authenticated"], false);
}

#[tokio::test]
async fn an_agent_whose_socket_is_gone_comes_back_and_goes_on() {
    let (server, token) = with_token().await;
    let url = {
        let mut socket = AgentSocket::with_token(&server, &token).await;
        socket.result("oauth/initiate", bot()).await["authorization_url"].clone()
    };
    server.sockets.fault.set(Fault::Fail);
    let page = says_yes(&server, &url).await;
    page.assert_status(200);
    server.sockets.fault.set(Fault::None);
    let mut socket = AgentSocket::with_token(&server, &token).await;
    assert_eq!(socket.result("oauth/session", bot()).await["authenticated"], true);
    let proof = json!({ "authorization_code": page.element("agent-code"), "state": page.element("agent-state") });
    let given = socket.result("oauth/token", with(bot(), &proof)).await;
    assert_eq!(given["access_token"], "upstream-access-1");
}

#[tokio::test]
async fn refusals_have_their_codes_and_say_what_is_wrong() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    let token_params =
        |changed: &Value| with(with(bot(), &json!({ "authorization_code": "c", "state": "s" })), changed);
    for (method, params, code, called, field) in [
        (
            "oauth/initiate",
            with(bot(), &json!({ "requested_scopes": ["other"] })),
            -32602,
            "invalid_scope",
            "requested_scopes",
        ),
        (
            "oauth/initiate",
            with(bot(), &json!({ "requested_scopes": 7 })),
            -32602,
            "invalid_request",
            "requested_scopes",
        ),
        ("oauth/initiate", with(bot(), &json!({ "agent_id": "a b" })), -32602, "invalid_request", "agent_id"),
        ("oauth/initiate", json!({ "provider": "idp" }), -32602, "invalid_request", "agent_id"),
        ("oauth/initiate", with(bot(), &json!({ "provider": "none" })), -32006, "not_found", "provider"),
        ("oauth/initiate", with(bot(), &json!({ "more": 1 })), -32602, "invalid_request", "more"),
        ("oauth/session", json!({ "agent_id": "bot" }), -32602, "invalid_request", "provider"),
        ("oauth/session", with(bot(), &json!({ "provider": "none" })), -32006, "not_found", "provider"),
        ("oauth/token", bot(), -32602, "invalid_request", "authorization_code"),
        ("oauth/token", token_params(&json!({ "state": "" })), -32602, "invalid_request", "state"),
        ("oauth/token", token_params(&json!({ "provider": null })), -32602, "invalid_request", "provider"),
    ] {
        let error = socket.whole_error(method, params.clone()).await;
        assert_eq!(error["code"], code, "{method} {params}: {error}");
        assert_eq!(error["data"], json!({ "error": called, "field": field }), "{method} {params}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{error}");
    }
    assert_eq!(socket.error("oauth/token", token_params(&json!({}))).await, (-32005, "invalid_grant".to_owned()));
    let less = token_of(&server, "alice", "agent:connect").await;
    socket.result("authenticate", json!({ "token": less })).await;
    let error = socket.whole_error("oauth/token", token_params(&json!({}))).await;
    let data = json!({ "error": "insufficient_scope", "scope": "connections:token" });
    let message = "the access token lacks the scope connections:token";
    assert_eq!(error, json!({ "code": -32002, "message": message, "data": data }));
    assert_eq!(socket.closed, Value::Null);
}

#[tokio::test]
async fn another_users_agent_of_the_same_name_gets_nothing_of_it() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    let url = socket.result("oauth/initiate", bot()).await["authorization_url"].clone();
    says_yes(&server, &url).await.assert_status(200);
    let told = completed(&server);
    let bobs = token_of(&server, "bob", SCOPES).await;
    let mut other = AgentSocket::with_token(&server, &bobs).await;
    assert_eq!(other.result("oauth/session", bot()).await["authenticated"], false);
    let proof = json!({ "authorization_code": told["authorization_code"], "state": told["state"] });
    assert_eq!(other.error("oauth/token", with(bot(), &proof)).await, (-32005, "invalid_grant".to_owned()));
    let given = socket.result("oauth/token", with(bot(), &proof)).await;
    assert_eq!(given["access_token"], "upstream-access-1");
}

#[tokio::test]
async fn an_account_may_be_asked_for_by_http_and_its_token_by_the_socket() {
    let (server, token) = with_token().await;
    let body = with(bot(), &json!({ "requested_scopes": "mail:read" }));
    let ask = crate::support::request::Ask::json(axum::http::Method::POST, "/oauth/fastmcp/agent/authenticate", &body);
    let url = server.send(ask.bearer(&token)).await.assert_status(200).json()["authorization_url"].clone();
    let page = says_yes(&server, &url).await;
    assert!(server.sockets.take().is_empty(), "nobody waits");
    let proof = json!({ "authorization_code": page.element("agent-code"), "state": page.element("agent-state") });
    let mut socket = AgentSocket::with_token(&server, &token).await;
    assert_eq!(socket.result("oauth/token", with(bot(), &proof)).await["access_token"], "upstream-access-1");
}

/// A message of the Queue has 128 KB, and one that is too long takes along what it tells.
#[tokio::test]
async fn what_an_agent_calls_a_provider_is_in_no_event_unless_it_could_be_one() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    server.events.take();
    let provider = "<\n\">".repeat(10_000);
    let proof = json!({ "agent_id": "bot", "provider": provider, "authorization_code": "c", "state": "s" });
    assert_eq!(socket.error("oauth/token", proof).await, (-32005, "invalid_grant".to_owned()));
    let events = format!("{:?}", server.events.take());
    assert!(events.contains("AgentTokenGiven") && events.len() < 2_000, "{events}");
}

#[tokio::test]
async fn a_token_is_given_for_the_provider_that_the_account_is_at_and_no_other() {
    let (server, token) = with_token().await;
    let mut socket = AgentSocket::with_token(&server, &token).await;
    let url = socket.result("oauth/initiate", bot()).await["authorization_url"].clone();
    says_yes(&server, &url).await.assert_status(200);
    let told = completed(&server);
    let proof = json!({ "authorization_code": told["authorization_code"], "state": told["state"] });
    let elsewhere = with(with(bot(), &proof), &json!({ "provider": "google" }));
    assert_eq!(socket.error("oauth/token", elsewhere).await, (-32005, "invalid_grant".to_owned()));
    let given = socket.result("oauth/token", with(bot(), &proof)).await;
    assert_eq!(given["access_token"], "upstream-access-1", "and the state is still good");
}
