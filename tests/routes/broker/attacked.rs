//! Account linking attacked: nothing is linked, and the page says why.

use ostiary::model::audit::{EventKind, Outcome};
use ostiary::protocol::scope::ScopeSet;
use ostiary::service::upstream::link;
use serde_json::json;

use crate::support::admin::user_id;
use crate::support::browser::Browser;
use crate::support::client_key::ES256;
use crate::support::idp::{
    TOKEN, answer, begin, claims, connect, id_token, make, settings, signed_in, stored, tokens, world,
};
use crate::support::request::Ask;
use crate::support::server::Server;

const NO_REQUEST: &str = "belongs to no request of this browser";

/// The provider is ready to give tokens for what was begun.
fn ready(server: &Server, nonce: &str) {
    server.http.answer_json(TOKEN, None, &tokens(&id_token(ES256, &claims(server, nonce))));
}

#[tokio::test]
async fn an_answer_counts_only_in_the_session_that_asked_and_once() {
    let server = world().await;
    let mut mallory = signed_in(&server, "bob").await;
    let begun = begin(&mut mallory, "/connect/idp").await;
    ready(&server, &begun.location_parameter("nonce").expect("a nonce"));
    let path = answer(&begun, "");
    let mut alice = signed_in(&server, "alice").await;
    let mut bob_elsewhere = signed_in(&server, "bob").await;
    for browser in [&mut alice, &mut bob_elsewhere] {
        let page = browser.open(&path).await;
        assert!(page.assert_error_page(400, "invalid_request").body.contains(NO_REQUEST), "{}", page.body);
        assert_eq!(stored(&server), (0, 1), "nobody else uses it up");
    }
    let page = Browser::new(&server).open(&path).await;
    assert!(page.assert_error_page(403, "access_denied").body.contains("nothing is linked"), "{}", page.body);
    mallory.open(&path).await.assert_status(200);
    let again = mallory.open(&path).await;
    assert!(again.assert_error_page(400, "invalid_request").body.contains(NO_REQUEST));
    assert_eq!(stored(&server), (1, 0));
}

/// Of an answer that nobody asked for, the log and the audit log tell.
fn assert_told(server: &Server) {
    let [event] = <[_; 1]>::try_from(server.events.take()).expect("one event");
    let reason = event.reason.as_deref().unwrap_or_default();
    assert_eq!((event.kind, event.outcome), (EventKind::ConnectionMade, Outcome::Failure));
    assert!(reason.contains(NO_REQUEST) && event.actor.is_some(), "{event:?}");
}

#[tokio::test]
async fn an_answer_without_a_state_after_its_time_or_at_another_providers_address_links_nothing() {
    let server = world().await;
    let mut other = settings();
    other["id"] = json!("other");
    make(&server, &other).await;
    let mut alice = signed_in(&server, "alice").await;
    server.events.take();
    for path in
        ["/oauth/callback/idp?code=c", "/oauth/callback/idp?code=c&state=", "/oauth/callback/idp?code=c&state=x"]
    {
        alice.open(path).await.assert_error_page(400, "invalid_request");
        assert_told(&server);
    }
    let begun = begin(&mut alice, "/connect/idp").await;
    ready(&server, &begun.location_parameter("nonce").expect("a nonce"));
    let mixed = answer(&begun, "").replace("/callback/idp", "/callback/other");
    assert!(alice.open(&mixed).await.assert_error_page(400, "invalid_request").body.contains(NO_REQUEST));
    assert_told(&server);
    let begun = begin(&mut alice, "/connect/idp").await;
    server.advance(601);
    assert!(alice.open(&answer(&begun, "")).await.assert_error_page(400, "invalid_request").body.contains(NO_REQUEST));
    assert_eq!(stored(&server).0, 0);
}

#[tokio::test]
async fn a_form_that_is_not_of_this_browsers_page_begins_nothing() {
    let server = world().await;
    let alice = signed_in(&server, "alice").await;
    for form in [vec![], vec![("csrf_token", "guessed")]] {
        let ask = Ask::post("/connect/idp", &form).header("origin", server.issuer());
        let reply = server.send(alice.dress(ask)).await;
        assert!([400, 403].contains(&reply.status.as_u16()), "{}", reply.body);
    }
    assert_eq!(stored(&server), (0, 0));
}

/// A ticket for alice, as the path of its page.
async fn ticket(server: &Server) -> String {
    let context = ostiary::app::Context::new(&server.app, "test".to_owned(), ostiary::app::Whence::default());
    let alice = user_id(server, "alice").await;
    let scopes = ScopeSet::parse("mail:read").expect("scopes");
    let url = link::ticket(&server.app, &context, &alice, "idp", &scopes).await.expect("a ticket");
    url.strip_prefix(server.issuer()).expect("a page of ours").to_owned()
}

#[tokio::test]
async fn a_ticket_is_for_one_user_and_good_once_and_for_a_while() {
    let server = world().await;
    let path = ticket(&server).await;
    let mut bob = signed_in(&server, "bob").await;
    let page = bob.open(&path).await;
    assert!(page.assert_error_page(403, "access_denied").body.contains("another account"), "{}", page.body);
    let form = bob.open("/connect/idp").await;
    bob.submit(&path, &form, &[]).await.assert_error_page(403, "access_denied");
    let mut alice = signed_in(&server, "alice").await;
    let question = alice.open(&path).await;
    assert!(question.body.contains("<code>mail:read</code>") && !question.body.contains("<code>email</code>"));
    connect(&server, &mut alice, &path).await.assert_status(200);
    let used = alice.open(&path).await;
    assert!(used.assert_error_page(400, "invalid_request").body.contains("used already"), "{}", used.body);
    alice.submit(&path, &question, &[]).await.assert_error_page(400, "invalid_request");
    let late = ticket(&server).await;
    server.advance(601);
    alice.open(&late).await.assert_error_page(400, "invalid_request");
    let guessed = alice.open("/connect/idp?ticket=guessed").await;
    guessed.assert_error_page(400, "invalid_request");
    assert_eq!(stored(&server), (1, 1));
    server.advance(600);
    assert_eq!(server.clean_up().await.count("connect_states"), 1);
}

#[tokio::test]
async fn of_the_links_that_were_asked_for_a_user_only_the_newest_hundred_are_good() {
    let server = world().await;
    let mut bob = signed_in(&server, "bob").await;
    connect(&server, &mut bob, "/connect/idp").await.assert_status(200);
    let first = ticket(&server).await;
    for _ in 0..100 {
        ticket(&server).await;
    }
    let last = ticket(&server).await;
    assert_eq!(stored(&server), (1, 100));
    let mut alice = signed_in(&server, "alice").await;
    alice.open(&first).await.assert_error_page(400, "invalid_request");
    connect(&server, &mut alice, &last).await.assert_status(200);
}
