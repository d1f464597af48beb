use axum::http::Method;
use serde_json::{Value, json};

use super::{AUTHENTICATE, SCOPES, authenticate, page_for, request, say_yes, with_token};
use crate::support::flow::SERVER;
use crate::support::idp::{begin, make, settings, signed_in, stored};
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::token as token_of;

#[tokio::test]
async fn an_agent_is_answered_a_page_of_ours_that_names_it_the_provider_and_the_scopes() {
    let (server, token) = with_token().await;
    let answer = authenticate(&server, &token, &request("mail-bot")).await.assert_status(200).json();
    let url = answer["authorization_url"].as_str().expect("a URL");
    let path = url.strip_prefix("http://localhost:8787").expect("ours");
    assert!(path.starts_with("/connect/idp?ticket="), "{path}");
    assert_eq!(
        answer,
        json!({ "authorization_url": url, "agent_id": "mail-bot", "provider": "idp", "flow_type": "agent_oauth" })
    );
    let mut alice = signed_in(&server, "alice").await;
    let page = alice.open(path).await;
    for said in ["The agent <strong><bdi>mail-bot</bdi></strong>", "<bdi>Example</bdi>", "<code>mail:read</code>"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert!(!page.body.contains("<code>email</code>"), "what was not asked for");
    say_yes(&server, &mut alice, path).await;
    let row = &json!(server.database.peek("SELECT * FROM connections"))[0];
    assert_eq!((&row["agent_id"], &row["provider_id"]), (&json!("mail-bot"), &json!("idp")));
}

#[tokio::test]
async fn scopes_are_a_list_or_a_text_and_none_is_all_that_the_provider_may_be_asked_for() {
    let (server, token) = with_token().await;
    let mut alice = signed_in(&server, "alice").await;
    for (scopes, asked) in [
        (json!(["mail:read", "email"]), "openid mail:read email"),
        (json!("email mail:read"), "openid email mail:read"),
        (json!(["email mail:read"]), "openid email mail:read"),
        (json!([]), "openid email mail:read"),
        (json!(""), "openid email mail:read"),
        (Value::Null, "openid email mail:read"),
    ] {
        let body = json!({ "agent_id": "bot", "provider": "idp", "requested_scopes": scopes });
        let url = authenticate(&server, &token, &body).await.assert_status(200).text("authorization_url");
        let begun = begin(&mut alice, url.strip_prefix(server.issuer()).expect("ours")).await;
        assert_eq!(begun.location_parameter("scope").as_deref(), Some(asked), "{scopes}");
    }
    let body = json!({ "agent_id": "bot", "provider": "idp" });
    authenticate(&server, &token, &body).await.assert_status(200);
}

#[tokio::test]
async fn what_the_provider_may_not_be_asked_for_and_what_is_no_request_are_refused_and_make_no_agent() {
    let (server, token) = with_token().await;
    let mut off = settings();
    (off["id"], off["enabled"]) = (json!("off"), json!(false));
    make(&server, &off).await;
    let mut wide = crate::support::idp::settings();
    (wide["id"], wide["flow"]) = (json!("wide"), json!("client_credentials"));
    make(&server, &wide).await;
    let with = |member: &str, value: Value| {
        let mut body = request("bot");
        body[member] = value;
        body
    };
    for (body, status, error) in [
        (with("requested_scopes", json!(["mail:write"])), 400, "invalid_scope"),
        (with("requested_scopes", json!("mail:read mail:write")), 400, "invalid_scope"),
        (with("requested_scopes", json!(["gr\u{fc}n"])), 400, "invalid_scope"),
        (with("requested_scopes", json!(7)), 400, "invalid_request"),
        (with("requested_scopes", json!([7])), 400, "invalid_request"),
        (with("provider", json!("none")), 404, "not_found"),
        (with("provider", json!("off")), 404, "not_found"),
        (with("provider", json!("wide")), 400, "invalid_request"),
        (with("provider", json!("")), 400, "invalid_request"),
        (with("provider", Value::Null), 400, "invalid_request"),
        (with("agent_id", json!("a b")), 400, "invalid_request"),
        (with("agent_id", json!("..")), 400, "invalid_request"),
        (with("agent_id", json!("x".repeat(129))), 400, "invalid_request"),
        (with("agent_id", json!(7)), 400, "invalid_request"),
        (with("more", json!(1)), 400, "invalid_request"),
        (json!([]), 400, "invalid_request"),
        (json!({ "provider": "idp" }), 400, "invalid_request"),
    ] {
        authenticate(&server, &token, &body).await.assert_error(status, error);
    }
    let raw = |kind: &str, body: &[u8]| server.send(Ask::post_raw(AUTHENTICATE, kind, body).bearer(&token));
    raw("text/plain", b"{}").await.assert_error(415, "unsupported_media_type");
    raw("application/json", b"{").await.assert_error(400, "invalid_request");
    raw("application/json", &vec![b' '; 65 * 1024]).await.assert_error(413, "content_too_large");
    assert_eq!(stored(&server), (0, 0));
    assert_eq!(server.database.peek("SELECT * FROM agents").len(), 0);
}

#[tokio::test]
async fn every_call_needs_a_users_token_with_the_scope_for_agents() {
    let (server, _) = with_token().await;
    let calls = || {
        [
            Ask::json(Method::POST, AUTHENTICATE, &request("bot")),
            Ask::get("/oauth/fastmcp/agent/bot/session?provider=idp"),
            Ask::json(Method::POST, "/oauth/fastmcp/agent/bot/token", &json!({})),
        ]
    };
    let form = [("grant_type", "client_credentials")];
    let of_client = server.send(SERVER.ask("/oauth/token", &form)).await.text("access_token");
    let of_client = crate::support::forge::Jwt::of(&of_client).claim("scope", json!(SCOPES)).signed(&server).await;
    let without = token_of(&server, "alice", "read:tools connections:token").await;
    for ask in calls() {
        let reply = server.send(ask).await;
        let challenge = reply.assert_error(401, "invalid_token").header("www-authenticate").to_owned();
        assert!(challenge.contains("scope=\"agent:connect\"") && challenge.contains("/api\""), "{challenge}");
    }
    for ask in calls() {
        server.send(ask.bearer("nonsense")).await.assert_error(401, "invalid_token");
    }
    for ask in calls() {
        let reply = server.send(ask.bearer(&without)).await;
        let challenge = reply.assert_error(403, "insufficient_scope").header("www-authenticate").to_owned();
        assert!(challenge.contains("scope=\"agent:connect\""), "{challenge}");
    }
    for ask in calls() {
        server.send(ask.bearer(&of_client)).await.assert_says(
            403,
            "access_denied",
            "the access token acts for no user",
        );
    }
    assert_eq!(server.database.peek("SELECT * FROM agents").len(), 0);
}

#[tokio::test]
async fn an_agent_is_made_by_its_first_request_and_two_users_may_have_one_of_the_same_id() {
    let (server, alice) = with_token().await;
    let bob = token_of(&server, "bob", SCOPES).await;
    server.events.take();
    for token in [&alice, &alice, &bob] {
        page_for(&server, token, "bot").await;
        server.advance(60);
    }
    let sql = "SELECT u.name, a.agent_id, a.last_seen_at - a.created_at AS seen FROM agents a \
               JOIN users u ON u.id = a.user_id ORDER BY u.name";
    assert_eq!(
        json!(server.database.peek(sql)),
        json!([
            { "name": "alice", "agent_id": "bot", "seen": 60 },
            { "name": "bob", "agent_id": "bot", "seen": 0 },
        ])
    );
    let made: Vec<_> = server.events.take().into_iter().filter(|event| event.kind.as_str() == "agent_made").collect();
    assert_eq!(made.len(), 2);
    let [first, _] = made.as_slice() else { panic!("{made:?}") };
    assert_eq!((first.provider.as_deref(), first.agent_id.as_deref()), (Some("idp"), Some("bot")));
    assert!(first.actor.as_ref().is_some_and(|actor| first.client_id.as_ref() == Some(actor)));
}

#[tokio::test]
async fn a_user_has_100_agents_at_most_and_another_asks_on() {
    let (server, token) = with_token().await;
    let count = |server: &Server| server.database.peek("SELECT * FROM agents").len();
    for number in 0..100 {
        page_for(&server, &token, &format!("bot-{number}")).await;
    }
    let reply = authenticate(&server, &token, &request("one-more")).await;
    assert!(reply.assert_error(409, "conflict").text("error_description").contains("100 agents"), "{}", reply.body);
    assert_eq!((count(&server), stored(&server)), (100, (0, 100)), "no agent, and no ticket");
    page_for(&server, &token, "bot-7").await;
    let bob = token_of(&server, "bob", SCOPES).await;
    page_for(&server, &bob, "one-more").await;
    assert_eq!(count(&server), 101);
}

#[tokio::test]
async fn nothing_is_begun_while_the_server_is_switched_off() {
    let (server, token) = with_token().await;
    let off = server.redeployed(&[("OAUTH_ENABLED", "false")]);
    for ask in [
        Ask::json(Method::POST, AUTHENTICATE, &request("bot")),
        Ask::get("/oauth/fastmcp/agent/bot/session?provider=idp"),
        Ask::json(Method::POST, "/oauth/fastmcp/agent/bot/token", &json!({ "authorization_code": "c", "state": "s" })),
    ] {
        off.send(ask.bearer(&token)).await.assert_error(503, "temporarily_unavailable");
    }
}
