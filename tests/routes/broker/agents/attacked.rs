//! Somebody would have an agent get, or be given, what is not its user's: nothing is linked or given, and the answer says why.

use super::{CODE, SCOPES, connected, no_session, page_for, redeem, say_yes, session, with_token};
use crate::support::client_key::ES256;
use crate::support::idp::{TOKEN, answer, begin, claims, id_token, make, settings, signed_in, stored, tokens};
use crate::support::server::Server;
use crate::support::tools::token as token_of;

/// The provider is ready to give tokens for this request.
fn ready(server: &Server, begun: &crate::support::reply::Reply) {
    let nonce = begun.location_parameter("nonce").expect("a nonce");
    server.http.answer_json(TOKEN, None, &tokens(&id_token(ES256, &claims(server, &nonce))));
}

#[tokio::test]
async fn an_agents_link_is_of_no_use_in_another_users_browser() {
    let (server, token) = with_token().await;
    let path = page_for(&server, &token, "bot").await;
    let mut bob = signed_in(&server, "bob").await;
    let page = bob.open(&path).await;
    assert!(page.assert_error_page(403, "access_denied").body.contains("another account"), "{}", page.body);
    let form = bob.open("/connect/idp").await;
    bob.submit(&path, &form, &[]).await.assert_error_page(403, "access_denied");
    let away = crate::support::browser::Browser::new(&server).open(&path).await;
    assert!(away.header("location").starts_with("/login?connect="), "nobody is asked who is not signed in");
    assert_eq!(stored(&server), (0, 1));
    say_yes(&server, &mut signed_in(&server, "alice").await, &path).await;
}

#[tokio::test]
async fn an_agents_link_is_good_once_and_for_ten_minutes() {
    let (server, token) = with_token().await;
    let mut alice = signed_in(&server, "alice").await;
    let path = page_for(&server, &token, "bot").await;
    let form = alice.open(&path).await;
    say_yes(&server, &mut alice, &path).await;
    let used = alice.open(&path).await;
    assert!(used.assert_error_page(400, "invalid_request").body.contains("used already"), "{}", used.body);
    alice.submit(&path, &form, &[]).await.assert_error_page(400, "invalid_request");
    let late = page_for(&server, &token, "bot").await;
    server.advance(600);
    let over = alice.open(&late).await;
    assert!(over.assert_error_page(400, "invalid_request").body.contains("is over"), "{}", over.body);
    let at_another = page_for(&server, &token, "bot").await.replace("/connect/idp", "/connect/other");
    let mut other = settings();
    other["id"] = "other".into();
    make(&server, &other).await;
    alice.open(&at_another).await.assert_error_page(400, "invalid_request");
    assert_eq!(stored(&server).0, 1);
}

#[tokio::test]
async fn the_providers_answer_counts_in_the_session_that_said_yes_at_its_own_address() {
    let (server, token) = with_token().await;
    let mut other = settings();
    other["id"] = "other".into();
    make(&server, &other).await;
    let mut alice = signed_in(&server, "alice").await;
    let begun = begin(&mut alice, &page_for(&server, &token, "bot").await).await;
    ready(&server, &begun);
    let mut elsewhere = signed_in(&server, "alice").await;
    let mut bob = signed_in(&server, "bob").await;
    for browser in [&mut elsewhere, &mut bob] {
        let page = browser.open(&answer(&begun, "")).await;
        assert!(page.assert_error_page(400, "invalid_request").body.contains("nothing is linked"), "{}", page.body);
    }
    alice.open(&answer(&begun, "")).await.assert_status(200);
    alice.open(&answer(&begun, "")).await.assert_error_page(400, "invalid_request");
    let begun = begin(&mut alice, &page_for(&server, &token, "bot-2").await).await;
    ready(&server, &begun);
    let mixed = answer(&begun, "").replace("/callback/idp", "/callback/other");
    alice.open(&mixed).await.assert_error_page(400, "invalid_request");
    let begun = begin(&mut alice, &page_for(&server, &token, "bot-3").await).await;
    server.advance(600);
    alice.open(&answer(&begun, "")).await.assert_error_page(400, "invalid_request");
    for agent in ["bot-2", "bot-3"] {
        assert_eq!(session(&server, &token, agent).await, no_session(agent));
    }
    assert_eq!(stored(&server).0, 1);
}

#[tokio::test]
async fn another_agent_or_another_users_agent_is_given_nothing_for_a_state_and_does_not_use_it_up() {
    let (server, token) = with_token().await;
    let state = connected(&server, &token, "bot").await;
    let bob = token_of(&server, "bob", SCOPES).await;
    page_for(&server, &bob, "bot").await;
    page_for(&server, &token, "other").await;
    for (token, agent) in [(&bob, "bot"), (&bob, "other"), (&token, "other"), (&token, "never-asked")] {
        for _ in 0..6 {
            let reply = redeem(&server, token, agent, (CODE, &state)).await;
            let said = reply.assert_error(400, "invalid_grant").text("error_description");
            assert!(said.contains("not of this agent and user"), "{said}");
        }
        assert_eq!(session(&server, token, agent).await, no_session(agent));
    }
    redeem(&server, &token, "bot", (CODE, &state)).await.assert_status(200);
}

#[tokio::test]
async fn an_answer_with_an_error_or_a_lie_begins_no_session() {
    let (server, token) = with_token().await;
    let mut alice = signed_in(&server, "alice").await;
    let begun = begin(&mut alice, &page_for(&server, &token, "bot").await).await;
    ready(&server, &begun);
    alice.open(&answer(&begun, "&iss=https://evil.example")).await.assert_error_page(502, "bad_gateway");
    let begun = begin(&mut alice, &page_for(&server, &token, "bot").await).await;
    server.http.answer_json(TOKEN, None, &tokens(&id_token(ES256, &claims(&server, "another-nonce"))));
    alice.open(&answer(&begun, "")).await.assert_error_page(502, "bad_gateway");
    assert_eq!((stored(&server), session(&server, &token, "bot").await), ((0, 0), no_session("bot")));
}

#[tokio::test]
async fn an_agent_that_is_removed_while_the_provider_answers_gets_nothing_and_the_tokens_are_given_back() {
    let (server, token) = with_token().await;
    let mut alice = signed_in(&server, "alice").await;
    let begun = begin(&mut alice, &page_for(&server, &token, "bot").await).await;
    ready(&server, &begun);
    // As it is between the state's end and the tokens: the state is taken, the agent gone.
    server.database.peek("UPDATE connect_states SET agent_id = 'gone' WHERE agent_id = 'bot' RETURNING hash");
    server.http.take_sent();
    let page = alice.open(&answer(&begun, "")).await;
    assert!(page.assert_error_page(400, "invalid_request").body.contains("removed meanwhile"), "{}", page.body);
    assert_eq!(stored(&server), (0, 0));
    let given_back = server.http.take_sent().pop().expect("a request");
    assert_eq!(given_back.body.as_deref(), Some("token=upstream-refresh-1"));
}
