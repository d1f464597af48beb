use axum::http::Method;
use serde_json::json;

use super::{
    SCOPES, asked_by_socket, authenticate, connected, no_session, page_for, redeem, request, session, with_token,
};
use crate::support::fault::Fault;
use crate::support::idp::{REVOKE, SECRETS, answer, begin, signed_in, stored};
use crate::support::request::Ask;
use crate::support::tools::token as token_of;

#[tokio::test]
async fn a_session_begins_with_the_users_yes_and_says_when_it_ends_and_what_was_granted() {
    let (server, token) = with_token().await;
    assert_eq!(session(&server, &token, "bot").await, no_session("bot"));
    let path = page_for(&server, &token, "bot").await;
    assert_eq!(session(&server, &token, "bot").await, no_session("bot"), "nobody has said yes");
    super::say_yes(&server, &mut signed_in(&server, "alice").await, &path).await;
    let told = session(&server, &token, "bot").await;
    assert_eq!((&told["agent_id"], &told["provider"]), (&json!("bot"), &json!("idp")));
    assert_eq!((&told["authenticated"], &told["scopes"]), (&json!(true), &json!(["openid", "email", "mail:read"])));
    let ends = json!(
        server.database.peek("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ends_at, 'unixepoch') AS at FROM agent_sessions")
    );
    assert_eq!(told["expires_at"], ends[0]["at"]);
    for path in ["/oauth/fastmcp/agent/bot/session", "/oauth/fastmcp/agent/a%20b/session?provider=idp"] {
        server.send(Ask::get(path).bearer(&token)).await.assert_error(400, "invalid_request");
    }
    let path = "/oauth/fastmcp/agent/bot/session?provider=none";
    server.send(Ask::get(path).bearer(&token)).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn a_session_ends_and_its_tokens_stay_until_the_user_says_yes_again() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    server.advance(3599);
    let token = token_of(&server, "alice", SCOPES).await;
    assert_eq!(session(&server, &token, "bot").await["authenticated"], true);
    server.advance(1);
    assert_eq!(session(&server, &token, "bot").await, no_session("bot"));
    redeem(&server, &token, "bot", ("the-code", &state)).await.assert_error(400, "invalid_grant");
    assert_eq!(stored(&server).0, 1, "the sealed tokens stay");
    let again = connected(&server, &token, "bot").await;
    assert_eq!(session(&server, &token, "bot").await["authenticated"], true);
    redeem(&server, &token, "bot", ("the-code", &again)).await.assert_status(200);
    assert_eq!(stored(&server).0, 1, "the same connection, made anew");
}

#[tokio::test]
async fn the_setting_says_how_long_a_session_lasts_and_the_token_is_given_no_longer() {
    let (server, _) = with_token().await;
    let server = server.redeployed(&[("AGENT_SESSION_TTL", "60")]);
    let token = token_of(&server, "alice", SCOPES).await;
    let state = connected(&server, &token, "bot").await;
    server.advance(60);
    assert_eq!(session(&server, &token, "bot").await, no_session("bot"));
    redeem(&server, &token, "bot", ("the-code", &state)).await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn an_agent_holds_several_providers_and_sees_neither_anothers_accounts_nor_the_users_own() {
    let (server, token) = with_token().await;
    connected(&server, &token, "bot").await;
    let bob = token_of(&server, "bob", SCOPES).await;
    assert_eq!(session(&server, &token, "other").await, no_session("other"));
    assert_eq!(session(&server, &bob, "bot").await, no_session("bot"));
    crate::support::idp::connect(&server, &mut signed_in(&server, "alice").await, "/connect/idp")
        .await
        .assert_status(200);
    assert_eq!(stored(&server).0, 2, "the person's own, and the agent's");
    assert_eq!(session(&server, &token, "other").await, no_session("other"));
    let mut second = crate::support::idp::settings();
    second["id"] = json!("second");
    crate::support::idp::make(&server, &second).await;
    let path = "/oauth/fastmcp/agent/bot/session?provider=second";
    let there = server.send(Ask::get(path).bearer(&token)).await.json();
    assert_eq!((&there["authenticated"], &there["provider"]), (&json!(false), &json!("second")));
    assert_eq!(session(&server, &token, "bot").await["authenticated"], true);
}

#[tokio::test]
async fn the_user_sees_their_agents_and_removes_one_with_its_accounts_links_and_states() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    connected(&server, &token, "kept").await;
    let open_link = page_for(&server, &token, "bot").await;
    let mut alice = signed_in(&server, "alice").await;
    let begun = begin(&mut alice, &page_for(&server, &token, "bot").await).await;
    let page = alice.open("/account/connections").await;
    assert!(page.body.contains("For the agent <bdi>bot</bdi>") && page.body.contains("id=\"remove-agent-2\""));
    let mut bob = signed_in(&server, "bob").await;
    assert!(!bob.open("/account/connections").await.body.contains("<bdi>bot</bdi>"));
    let own = bob.open("/account/profile").await;
    let forged = bob.submit("/account/connections/agent", &own, &[("id", "bot")]).await;
    assert_eq!(forged.header("location"), "/account/connections?done=no-agent");
    let ask = alice.open("/account/connections/agent?id=bot").await;
    assert!(ask.element("confirm-title").is_empty() && ask.body.contains("Remove the agent bot?"), "{}", ask.body);
    server.http.take_sent();
    server.events.take();
    let done = alice.submit("/account/connections/agent", &ask, &[("id", "bot")]).await;
    assert_eq!(done.header("location"), "/account/connections?done=agent-removed");
    let sent = server.http.take_sent();
    assert_eq!((sent.len(), sent[0].url.as_str()), (1, REVOKE));
    assert_eq!(sent[0].body.as_deref(), Some("token=upstream-refresh-1"));
    let events = server.events.take();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["agent_removed", "agent_session_ended", "connection_removed"]);
    assert_eq!(events[2].agent_id.as_deref(), Some("bot"));
    assert_eq!(stored(&server), (1, 0), "its open link and its state are gone, another's account is not");
    assert_eq!(session(&server, &token, "bot").await, no_session("bot"));
    redeem(&server, &token, "bot", ("the-code", &state)).await.assert_error(400, "invalid_grant");
    alice.open(&open_link).await.assert_error_page(400, "invalid_request");
    alice.open(&answer(&begun, "")).await.assert_error_page(400, "invalid_request");
    let again = alice.submit("/account/connections/agent", &ask, &[("id", "bot")]).await;
    assert_eq!(again.header("location"), "/account/connections?done=no-agent");
    assert_eq!(session(&server, &token, "kept").await["authenticated"], true);
}

#[tokio::test]
async fn the_api_lists_the_accounts_of_agents_and_removing_one_ends_its_session() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    let own = token_of(&server, "alice", "read:tools manage:tools").await;
    let all = server.send(Ask::get("/api/users/me/connections").bearer(&own)).await.json();
    let connection = &all["connections"][0];
    assert_eq!((&connection["agent_id"], &connection["provider"]), (&json!("bot"), &json!("idp")));
    let path = format!("/api/users/me/connections/{}", connection["id"].as_str().expect("an id"));
    server.send(Ask::method(Method::DELETE, &path).bearer(&own)).await.assert_status(204);
    assert_eq!(session(&server, &token, "bot").await, no_session("bot"));
    redeem(&server, &token, "bot", ("the-code", &state)).await.assert_error(400, "invalid_grant");
    authenticate(&server, &token, &request("bot")).await.assert_status(200);
}

#[tokio::test]
async fn how_long_a_session_lasted_is_noted_once_whatever_ended_it() {
    let (server, token) = with_token().await;
    let ended = || {
        let events = server.events.take().into_iter();
        let ended = events.filter(|event| event.kind.as_str() == "agent_session_ended");
        ended.map(|event| (event.provider, event.agent_id, event.seconds)).collect::<Vec<_>>()
    };
    let lasted = |seconds| vec![(Some("idp".to_owned()), Some("bot".to_owned()), Some(seconds))];
    connected(&server, &token, "bot").await;
    assert_eq!(ended(), []);
    server.advance(60);
    connected(&server, &token, "bot").await;
    assert_eq!(ended(), lasted(60), "another yes");
    server.advance(90);
    let id = json!(server.database.peek("SELECT id FROM connections"))[0]["id"].as_str().expect("an id").to_owned();
    let mut alice = signed_in(&server, "alice").await;
    let page = alice.open(&format!("/account/connections/remove?id={id}")).await;
    alice.submit("/account/connections/remove", &page, &[("id", &id)]).await.assert_status(303);
    assert_eq!(ended(), lasted(90), "disconnected");
    connected(&server, &token, "bot").await;
    server.advance(10_000);
    connected(&server, &token_of(&server, "alice", SCOPES).await, "bot").await;
    assert_eq!(ended(), lasted(3600), "over before");
    server.advance(3600 + 299);
    assert_eq!(server.clean_up().await.count("agent_sessions"), 0);
    server.advance(2);
    assert_eq!(server.clean_up().await.count("agent_sessions"), 1);
    let counted = "SELECT value FROM metrics WHERE name = 'oauth_session_duration_seconds_sum' AND labels LIKE '%bot%'";
    assert_eq!(json!(server.audit_database.peek(counted))[0]["value"], 3600, "by clean-up, which no request hands on");
    assert_eq!(stored(&server).0, 1, "the sealed tokens stay");
    assert_eq!(ended(), []);
}

#[tokio::test]
async fn whoever_waits_at_a_socket_is_told_how_it_ended_and_nothing_depends_on_it() {
    let (server, token) = with_token().await;
    let mut alice = signed_in(&server, "alice").await;
    let path = asked_by_socket(&server, "socket-1").await;
    let state = super::say_yes(&server, &mut alice, &path).await;
    let told = server.sockets.take();
    let ends = session(&server, &token, "bot").await["expires_at"].clone();
    let message = json!({
        "jsonrpc": "2.0",
        "method": "oauth/completed",
        "params": {
            "agent_id": "bot", "provider": "idp", "authenticated": true, "expires_at": ends,
            "scopes": ["openid", "email", "mail:read"], "authorization_code": "the-code", "state": state,
        },
    });
    assert_eq!(told, [("socket-1".to_owned(), message)]);
    assert!(SECRETS.iter().all(|secret| !format!("{told:?}").contains(secret)));

    let begun = begin(&mut alice, &asked_by_socket(&server, "socket-2").await).await;
    let refused = answer(&begun, "&error=access_denied").replace("code=the-code&", "");
    let page = alice.open(&refused).await;
    page.assert_error_page(403, "access_denied");
    let params = json!({
        "agent_id": "bot", "provider": "idp", "authenticated": false, "error": "access_denied",
        "error_description": "access was not allowed at Example; nothing is linked",
    });
    let message = json!({ "jsonrpc": "2.0", "method": "oauth/completed", "params": params });
    assert_eq!(server.sockets.take(), [("socket-2".to_owned(), message)]);

    server.sockets.fault.set(Fault::Fail);
    let path = asked_by_socket(&server, "socket-3").await;
    super::say_yes(&server, &mut alice, &path).await;
    connected(&server, &token, "by-http").await;
    assert_eq!(server.sockets.take(), []);
}
