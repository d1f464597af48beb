use ostiary::protocol::time::Timestamp;
use serde_json::json;

use super::{CODE, SCOPES, connected, redeem, session, with_token};
use crate::support::client_key::ES256;
use crate::support::fault::Fault;
use crate::support::idp::{SECRETS, TOKEN, answer, begin, claims, id_token, signed_in};
use crate::support::tools::token as token_of;

#[tokio::test]
async fn the_token_is_given_for_the_state_with_whose_account_it_is_and_no_refresh_token() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    server.events.take();
    let reply = redeem(&server, &token, "bot", (CODE, &state)).await;
    reply.assert_status(200);
    assert_eq!(reply.header("cache-control"), "no-store");
    let row = &json!(server.database.peek("SELECT * FROM connections"))[0];
    let expires_at = Timestamp::from_seconds(row["expires_at"].as_i64().expect("seconds")).rfc3339();
    assert_eq!(
        reply.json(),
        json!({
            "agent_id": "bot", "provider": "idp", "access_token": "upstream-access-1", "token_type": "Bearer",
            "expires_at": expires_at, "scope": "openid email mail:read",
            "user": { "provider_user_id": "alice-there", "email": "alice@idp.example", "name": "Alice There" },
        })
    );
    assert!(row["last_used_at"].is_number(), "a token that was given is a token that was used");
    let events = server.events.take();
    let given = events.iter().find(|event| event.kind.as_str() == "agent_token_given").expect("an event");
    assert_eq!((given.provider.as_deref(), given.agent_id.as_deref()), (Some("idp"), Some("bot")));
    assert_eq!(given.reason.as_deref(), Some("idp: to bot"));
    assert!(given.kind.decides() && SECRETS.iter().all(|secret| !format!("{events:?}").contains(secret)));
    let everything = json!(server.remembered()).to_string();
    assert!(!everything.contains(&state) && !everything.contains(CODE), "hashes only");
}

#[tokio::test]
async fn a_state_gives_a_token_once_however_many_ask() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    let ask = || redeem(&server, &token, "bot", (CODE, &state));
    let (a, b, c, d) = tokio::join!(ask(), ask(), ask(), ask());
    let given = [a, b, c, d].iter().filter(|reply| reply.status == 200).count();
    assert_eq!(given, 1);
    let again = ask().await;
    assert!(again.assert_error(400, "invalid_grant").text("error_description").contains("used already"));
    assert_eq!(session(&server, &token, "bot").await["authenticated"], true, "the session goes on");
}

#[tokio::test]
async fn it_needs_the_scope_for_tokens_which_is_consented_to_apart() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    let less = token_of(&server, "alice", "agent:connect").await;
    let reply = redeem(&server, &less, "bot", (CODE, &state)).await;
    let challenge = reply.assert_error(403, "insufficient_scope").header("www-authenticate").to_owned();
    assert!(challenge.contains("scope=\"connections:token\""), "{challenge}");
    redeem(&server, &token, "bot", (CODE, &state)).await.assert_status(200);
}

#[tokio::test]
async fn a_wrong_code_gives_nothing_and_the_fifth_one_ends_it() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    for slip in 0..4 {
        let wrong = format!("the-code{slip}");
        let reply = redeem(&server, &token, "bot", (&wrong, &state)).await;
        assert!(reply.assert_error(400, "invalid_grant").text("error_description").contains("not the one that came"));
    }
    redeem(&server, &token, "bot", (CODE, &state)).await.assert_status(200);
    let state = connected(&server, &token, "bot").await;
    for _ in 0..5 {
        redeem(&server, &token, "bot", ("guessed", &state)).await.assert_error(400, "invalid_grant");
    }
    let reply = redeem(&server, &token, "bot", (CODE, &state)).await;
    assert!(reply.assert_error(400, "invalid_grant").text("error_description").contains("used already"));
}

#[tokio::test]
async fn a_state_is_good_for_ten_minutes_and_only_the_newest_one_of_a_provider() {
    let (server, token) = with_token().await;
    let first = connected(&server, &token, "bot").await;
    let second = connected(&server, &token, "bot").await;
    redeem(&server, &token, "bot", (CODE, &first)).await.assert_error(400, "invalid_grant");
    server.advance(600);
    redeem(&server, &token, "bot", (CODE, &second)).await.assert_error(400, "invalid_grant");
    let third = connected(&server, &token, "bot").await;
    server.advance(599);
    redeem(&server, &token, "bot", (CODE, &third)).await.assert_status(200);
}

#[tokio::test]
async fn a_token_that_is_about_to_end_is_refreshed_before_it_is_given() {
    let (server, token) = with_token().await;
    let mut alice = signed_in(&server, "alice").await;
    let begun = begin(&mut alice, &super::page_for(&server, &token, "bot").await).await;
    let id_token = id_token(ES256, &claims(&server, &begun.location_parameter("nonce").expect("a nonce")));
    let short = json!({
        "access_token": "upstream-access-1", "refresh_token": "upstream-refresh-1", "token_type": "Bearer",
        "expires_in": 60, "id_token": id_token,
    });
    server.http.answer_json(TOKEN, None, &short);
    alice.open(&answer(&begun, "")).await.assert_status(200);
    let state = begun.location_parameter("state").expect("a state");
    let next = json!({ "access_token": "upstream-access-2", "token_type": "Bearer", "expires_in": 3600 });
    server.http.answer_json(TOKEN, None, &next);
    let given = redeem(&server, &token, "bot", (CODE, &state)).await.assert_status(200).json();
    assert_eq!(given["access_token"], "upstream-access-2");
    let row = &json!(server.database.peek("SELECT expires_at FROM connections"))[0];
    let expires_at = Timestamp::from_seconds(row["expires_at"].as_i64().expect("seconds")).rfc3339();
    assert_eq!(given["expires_at"], expires_at, "the end of the new one");
}

#[tokio::test]
async fn a_provider_or_store_that_fails_uses_nothing_up() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    server.database.peek("UPDATE connections SET expires_at = 1 RETURNING id");
    server.http.answer(TOKEN, 503, "", b"");
    for _ in 0..6 {
        redeem(&server, &token, "bot", (CODE, &state)).await.assert_error(502, "bad_gateway");
    }
    let next = json!({ "access_token": "upstream-access-2", "token_type": "Bearer", "expires_in": 3600 });
    server.http.answer_json(TOKEN, None, &next);
    server.database.fault.set_once_after(2, Fault::Fail);
    redeem(&server, &token, "bot", (CODE, &state)).await.assert_error(503, "temporarily_unavailable");
    let given = redeem(&server, &token, "bot", (CODE, &state)).await;
    assert_eq!(given.assert_status(200).text("access_token"), "upstream-access-2");
}

#[tokio::test]
async fn an_account_that_must_be_connected_again_gives_no_token_and_ends_the_session() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    server.database.peek("UPDATE connections SET expires_at = 1 RETURNING id");
    server.http.answer(TOKEN, 400, "application/json", br#"{"error":"invalid_grant"}"#);
    let reply = redeem(&server, &token, "bot", (CODE, &state)).await;
    assert!(reply.assert_error(400, "invalid_grant").text("error_description").contains("connected again"));
    assert_eq!(session(&server, &token, "bot").await, super::no_session("bot"));
    let again = connected(&server, &token_of(&server, "alice", SCOPES).await, "bot").await;
    redeem(&server, &token, "bot", (CODE, &again)).await.assert_status(200);
}

#[tokio::test]
async fn a_token_of_which_nobody_knows_the_end_has_none() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    server.database.peek("UPDATE connections SET expires_at = NULL, email = NULL, name = NULL RETURNING id");
    let given = redeem(&server, &token, "bot", (CODE, &state)).await.assert_status(200).json();
    assert_eq!(given["expires_at"], json!(null));
    assert_eq!(given["user"], json!({ "provider_user_id": "alice-there", "email": null, "name": null }));
}
