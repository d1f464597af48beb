//! The first answer to a consent page stands, and it is the answer of the person it was shown to, in a session that
//! still stands.

use axum::http::Method;
use serde_json::json;

use crate::support::admin::{edit_client, edit_user, make_user, user_id};
use crate::support::browser::Browser;
use crate::support::flow::SERVER;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

async fn on_the_consent_page(server: &Server) -> (Browser<'_>, Reply) {
    let mut browser = Browser::new(server);
    browser.sign_in("alice", "alice").await;
    let page = browser.open(&SERVER.authorize_path(&[])).await;
    assert!(page.is_consent_page(), "{}", page.body);
    (browser, page)
}

#[tokio::test]
async fn a_no_cannot_be_made_a_yes_by_going_back() {
    let server = Server::seeded().await;
    let (mut browser, page) = on_the_consent_page(&server).await;
    browser.answer(&page, "deny").await.assert_error_redirect(SERVER.redirect_uri, "access_denied");
    let yes = browser.answer(&page, "approve").await;
    assert_eq!((yes.status.as_u16(), yes.element("message-title")), (409, "Already answered"));
    assert!(server.database.peek("SELECT * FROM consents").is_empty(), "and nothing is remembered");
}

#[tokio::test]
async fn a_yes_cannot_be_made_a_no_by_going_back() {
    let server = Server::seeded().await;
    let (mut browser, page) = on_the_consent_page(&server).await;
    let code = browser.answer(&page, "approve").await.location_parameter("code").expect("a code");
    let no = browser.answer(&page, "deny").await;
    assert_eq!((no.status.as_u16(), no.element("message-title")), (409, "Already answered"));
    server.send(SERVER.redeem(&code)).await.assert_status(200);
}

#[tokio::test]
async fn a_double_click_on_deny_is_one_no() {
    let server = Server::seeded().await;
    let (mut browser, page) = on_the_consent_page(&server).await;
    for _ in 0..2 {
        browser.answer(&page, "deny").await.assert_error_redirect(SERVER.redirect_uri, "access_denied");
    }
}

#[tokio::test]
async fn a_page_shown_to_one_person_is_not_the_yes_of_another_who_allowed_the_client_before() {
    let server = Server::seeded().await;
    let mut bobs = Browser::new(&server);
    bobs.sign_in("bob", "bob").await;
    let page = bobs.open(&SERVER.authorize_path(&[])).await;
    bobs.answer(&page, "approve").await.assert_status(303);

    let (mut browser, alices) = on_the_consent_page(&server).await;
    browser.sign_in("bob", "bob").await;
    let asked = browser.answer(&alices, "approve").await;
    assert!(asked.is_consent_page(), "{} {}", asked.status, asked.body);
    assert_eq!(asked.element("signed-in-as"), "bob");
}

#[tokio::test]
async fn a_session_that_ended_opens_no_grant_though_a_replica_still_knows_it() {
    let server = Server::seeded().await;
    let (mut browser, page) = on_the_consent_page(&server).await;
    let code = browser.answer(&page, "approve").await.location_parameter("code");
    assert!(code.is_some(), "so that consent is known");
    server.database.replicas_lag();
    edit_user(&server, "alice", json!({ "password": "correct horse" })).await;
    server.advance(2);
    let reply = browser.open(&SERVER.authorize_path(&[])).await;
    assert!(reply.is_login_page(), "{} {}", reply.status, reply.body);
}

#[tokio::test]
async fn the_consent_page_shows_every_scope_that_will_be_granted() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "scope": "read:tools agent:connect" })).await;
    server.database.peek("DELETE FROM scopes WHERE name = 'agent:connect'");
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let page = browser.open(&SERVER.authorize_path(&[("scope", "agent:connect read:tools")])).await;
    assert!(page.body.contains("<code>agent:connect</code>"), "{}", page.body);
    let reply = browser.answer(&page, "approve").await;
    let tokens = server.send(SERVER.redeem(&reply.location_parameter("code").expect("a code"))).await;
    assert_eq!(tokens.text("scope"), "agent:connect read:tools");
}

#[tokio::test]
async fn a_login_that_was_under_way_during_a_password_change_begins_no_session() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let before = server.database.peek("SELECT password_hash FROM users WHERE name = 'alice'");
    edit_user(&server, "alice", json!({ "password": "correct horse" })).await;
    let session = ostiary::model::session::Session {
        sid: "sid".to_owned(),
        user_id: user_id(&server, "alice").await,
        auth_time: server.app.clock.now(),
        provider_id: None,
        created_at: server.app.clock.now(),
        last_seen_at: server.app.clock.now(),
    };
    let checked = before[0]["password_hash"].as_str().expect("a hash");
    let late = ostiary::store::sessions::insert("cookie", &session, ostiary::store::sessions::Proof::Password(checked));
    assert_eq!(server.app.database.run(late).await.expect("it runs").changes, 0);
}

#[tokio::test]
async fn a_grant_type_given_to_a_client_counts_at_once_in_an_isolate_that_knew_it_without() {
    let server = Server::seeded().await;
    let form = [("grant_type", "client_credentials")];
    edit_client(&server, SERVER.id, json!({ "grant_types": ["authorization_code"] })).await;
    let elsewhere = server.fresh_isolate();
    elsewhere.send(SERVER.ask("/oauth/token", &form)).await.assert_error(400, "unauthorized_client");
    let all = json!({ "grant_types": ["authorization_code", "refresh_token", "client_credentials"] });
    edit_client(&server, SERVER.id, all).await;
    elsewhere.send(SERVER.ask("/oauth/token", &form)).await.assert_status(200);
}

#[tokio::test]
async fn changes_of_different_members_never_undo_each_other() {
    let server = Server::seeded().await;
    let id = user_id(&server, "alice").await;
    let path = format!("/admin/api/users/{id}");
    let change = |settings: serde_json::Value| server.as_admin(Ask::json(Method::PATCH, &path, &settings));
    let both = futures_util::join!(change(json!({ "disabled": true })), change(json!({ "password": "correct horse" })));
    both.0.assert_status(200);
    both.1.assert_status(200);
    let row = server.database.peek("SELECT disabled_at IS NOT NULL AS off FROM users WHERE name = 'alice'");
    assert_eq!(row[0]["off"], 1);
}

#[tokio::test]
async fn programs_get_json_errors_whatever_they_accept() {
    let server = Server::seeded().await;
    for (ask, form) in [
        (SERVER.ask("/oauth/token", &[("grant_type", "nonsense")]), "application/json"),
        (Ask::post("/oauth/introspect", &[("token", "x")]), "application/json"),
        (Ask::get("/api/oauth/clients/me"), "application/json"),
        (Ask::get("/admin/api/users"), "application/problem+json"),
    ] {
        let reply = server.send(ask.header("accept", "text/html, image/gif, *; q=.2")).await;
        assert_eq!(reply.header("content-type"), form, "{}", reply.body);
    }
}

#[tokio::test]
async fn two_names_that_the_database_tells_apart_have_guards_of_their_own() {
    let server = Server::seeded().await;
    for name in ["kate", "\u{212a}ate"] {
        make_user(&server, name, "correct horse").await;
    }
    let mut browser = Browser::new(&server);
    for _ in 0..5 {
        browser.sign_in("kate", "wrong").await;
    }
    browser.sign_in("\u{212a}ate", "correct horse").await;
    let mut fresh = Browser::new(&server);
    assert_eq!(fresh.sign_in("kate", "correct horse").await.status, 429, "another's sign-in forgives nothing");
}
