//! `id_token_hint`, and `sub` of `claims`: a client that wants to hear of one person and nobody else.

use serde_json::json;

use crate::support::admin::user_id;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::server::Server;

async fn id_token(server: &Server, name: &str) -> String {
    let mut browser = Browser::new(server);
    browser.sign_in(name, name).await;
    let reply = flow::authorize(&mut browser, &SERVER, &[("scope", "openid")]).await;
    let code = reply.location_parameter("code").expect("a code");
    server.send(SERVER.redeem(&code)).await.text("id_token")
}

async fn signed_in<'a>(server: &'a Server, name: &str) -> Browser<'a> {
    let mut browser = Browser::new(server);
    browser.sign_in(name, name).await;
    browser
}

#[tokio::test]
async fn a_hint_of_somebody_else_is_login_required_when_nobody_may_be_asked() {
    let server = Server::seeded().await;
    let (alices, bobs) = (id_token(&server, "alice").await, id_token(&server, "bob").await);
    let mut browser = signed_in(&server, "alice").await;
    let asked = |hint: &str| SERVER.authorize_path(&[("scope", "openid"), ("prompt", "none"), ("id_token_hint", hint)]);
    let refused = browser.open(&asked(&bobs)).await;
    refused.assert_error_redirect(SERVER.redirect_uri, "login_required");
    assert_eq!(refused.location_parameter("state").as_deref(), Some("state-of-the-client"));
    assert!(browser.open(&asked(&alices)).await.location_parameter("code").is_some());
}

#[tokio::test]
async fn a_hint_of_somebody_else_asks_for_them_and_takes_nobody_else() {
    let server = Server::seeded().await;
    let bobs = id_token(&server, "bob").await;
    let mut browser = signed_in(&server, "alice").await;
    let asked = SERVER.authorize_path(&[("scope", "openid"), ("id_token_hint", &bobs)]);
    let page = browser.open(&asked).await;
    assert!(page.is_login_page() && !page.body.contains("value=\"alice\""), "{}", page.body);
    let wrong_person = browser.sign_in_on(&page, "alice", "alice").await;
    wrong_person.assert_error_redirect(SERVER.redirect_uri, "login_required");
    let page = browser.open(&asked).await;
    let bob = browser.sign_in_on(&page, "bob", "bob").await;
    assert!(bob.location_parameter("code").is_some(), "{} {}", bob.status, bob.body);
}

#[tokio::test]
async fn a_subject_asked_for_by_claims_is_that_person_or_an_error() {
    let server = Server::seeded().await;
    let mut browser = signed_in(&server, "alice").await;
    flow::authorize(&mut browser, &SERVER, &[("scope", "openid")]).await;
    let (alice, bob) = (user_id(&server, "alice").await, user_id(&server, "bob").await);
    let asked = |subject: &str| {
        let claims = json!({ "id_token": { "sub": { "value": subject } } }).to_string();
        SERVER.authorize_path(&[("scope", "openid"), ("prompt", "none"), ("claims", &claims)])
    };
    assert!(browser.open(&asked(&alice)).await.location_parameter("code").is_some());
    let refused = browser.open(&asked(&bob)).await;
    refused.assert_error_redirect(SERVER.redirect_uri, "login_required");
    let bobs = id_token(&server, "bob").await;
    let both = format!("{}&id_token_hint={bobs}", asked(&alice));
    browser.open(&both).await.assert_error_redirect(SERVER.redirect_uri, "login_required");
}

#[tokio::test]
async fn an_essential_acr_that_there_is_not_is_refused() {
    let server = Server::seeded().await;
    let mut browser = signed_in(&server, "alice").await;
    let claims = json!({ "id_token": { "acr": { "essential": true, "values": ["urn:example:hardware"] } } });
    let reply = browser.open(&SERVER.authorize_path(&[("scope", "openid"), ("claims", &claims.to_string())])).await;
    reply.assert_error_redirect(SERVER.redirect_uri, "unmet_authentication_requirements");
    let ours = json!({ "id_token": { "acr": { "essential": true, "value": "urn:ostiary:acr:password" } } });
    let reply = browser.open(&SERVER.authorize_path(&[("scope", "openid"), ("claims", &ours.to_string())])).await;
    assert!(reply.is_consent_page());
}
