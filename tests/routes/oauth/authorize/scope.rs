//! Who may have which scope at the authorization endpoint.

use serde_json::json;

use crate::support::admin::{edit_client, edit_user, user_client};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, TestClient, VERIFIER};
use crate::support::request::Ask;
use crate::support::server::Server;

#[tokio::test]
async fn a_client_that_asks_for_none_gets_the_default_scopes() {
    let server = Server::seeded().await;
    let reply = flow::authorize(&mut Browser::new(&server), &SERVER, &[("scope", "")]).await;
    let code = reply.location_parameter("code").expect("a code");
    assert_eq!(server.send(SERVER.redeem(&code)).await.text("scope"), "read:tools");
    edit_client(&server, SERVER.id, json!({ "scope": "call:tools" })).await;
    let reply = flow::authorize(&mut Browser::new(&server), &SERVER, &[("scope", "")]).await;
    reply.assert_error_redirect(SERVER.redirect_uri, "invalid_scope");
}

#[tokio::test]
async fn the_admin_scope_needs_a_client_that_was_marked_and_a_user_who_is_an_administrator() {
    let server = Server::seeded().await;
    let asked = [("scope", "admin")];
    let mut browser = Browser::new(&server);
    let unmarked = flow::authorize(&mut browser, &SERVER, &asked).await;
    unmarked.assert_error_redirect(SERVER.redirect_uri, "invalid_scope");

    edit_client(&server, SERVER.id, json!({ "scope": "read:tools call:tools admin", "first_party": true })).await;
    let not_an_administrator = flow::authorize(&mut browser, &SERVER, &asked).await;
    not_an_administrator.assert_error_redirect(SERVER.redirect_uri, "invalid_scope");

    edit_user(&server, "alice", json!({ "role": "admin" })).await;
    server.advance(1);
    let reply = flow::authorize(&mut browser, &SERVER, &asked).await;
    let code = reply.location_parameter("code").expect("a code");
    assert_eq!(server.send(SERVER.redeem(&code)).await.text("scope"), "admin");
    let form = [("grant_type", "client_credentials"), ("scope", "admin")];
    server.send(SERVER.ask("/oauth/token", &form)).await.assert_error(400, "invalid_scope");
}

#[tokio::test]
async fn only_its_owner_can_authorize_at_a_user_client() {
    let server = Server::seeded().await;
    let (id, secret) = user_client(&server, "alice").await;
    let redirect_uri = "http://localhost:8501/oauth/callback";
    let client = TestClient { id: "changed below", secret: None, redirect_uri };
    let asked = [("client_id", id.as_str())];

    let mut bob = Browser::new(&server);
    bob.sign_in("bob", "bob").await;
    let refused = bob.open(&client.authorize_path(&asked)).await;
    refused.assert_error_redirect(redirect_uri, "access_denied");

    let reply = flow::authorize(&mut Browser::new(&server), &client, &asked).await;
    let code = reply.location_parameter("code").expect("a code");
    let form = [("grant_type", "authorization_code"), ("code", &code), ("code_verifier", VERIFIER)];
    let tokens = server.send(Ask::post("/oauth/token", &form).basic(&id, &secret)).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
}

#[tokio::test]
async fn a_scope_of_the_setting_can_be_given_and_is_shown_on_the_consent_page() {
    let server = Server::with(&[("OAUTH_VALID_SCOPES", "photos:read, photos:write")]).seed().await;
    edit_client(&server, SERVER.id, json!({ "scope": "photos:read" })).await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let page = browser.open(&SERVER.authorize_path(&[("scope", "photos:read")])).await;
    assert!(page.is_consent_page() && page.body.contains("<code>photos:read</code>"), "{}", page.body);
    let code = browser.answer(&page, "approve").await.location_parameter("code").expect("a code");
    assert_eq!(server.send(SERVER.redeem(&code)).await.text("scope"), "photos:read");
}

#[tokio::test]
async fn a_scope_taken_from_the_client_while_the_person_reads_is_not_given() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let page = browser.open(&SERVER.authorize_path(&[])).await;
    edit_client(&server, SERVER.id, json!({ "scope": "read:tools" })).await;
    browser.answer(&page, "approve").await.assert_error_redirect(SERVER.redirect_uri, "invalid_scope");
    assert!(server.database.peek("SELECT id FROM grants").is_empty());
}

/// OpenID Connect Core 3.1.2.1, where RFC 6749 3.3 would refuse.
#[tokio::test]
async fn with_openid_unknown_scopes_are_ignored_and_without_it_they_are_refused() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let reply = flow::authorize(&mut browser, &SERVER, &[("scope", "openid unheard:of email")]).await;
    let code = reply.location_parameter("code").expect("a code");
    assert_eq!(server.send(SERVER.redeem(&code)).await.text("scope"), "openid email");
    let refused = browser.open(&SERVER.authorize_path(&[("scope", "email unheard:of")])).await;
    refused.assert_error_redirect(SERVER.redirect_uri, "invalid_scope");
    let forbidden = browser.open(&SERVER.authorize_path(&[("scope", "openid admin")])).await;
    forbidden.assert_error_redirect(SERVER.redirect_uri, "invalid_scope");
}
