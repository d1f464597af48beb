//! `/consent`: what is shown, who may answer, what is remembered.

use axum::http::Method;
use serde_json::json;

use crate::support::admin::{edit_client, make_client};
use crate::support::browser::Browser;
use crate::support::flow::{SERVER, TestClient, WEB};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

async fn signed_in(server: &Server) -> Browser<'_> {
    let mut browser = Browser::new(server);
    browser.sign_in("alice", "alice").await;
    browser
}

/// The page of an authorization that asks, approved.
async fn approve(browser: &mut Browser<'_>, client: &TestClient, changed: &[(&str, &str)]) -> Reply {
    let page = browser.open(&client.authorize_path(changed)).await;
    assert!(page.is_consent_page(), "{} {}", page.status, page.body);
    let reply = browser.answer(&page, "approve").await;
    assert!(reply.location_parameter("code").is_some());
    reply
}

#[tokio::test]
async fn the_page_shows_what_is_asked_by_whom_for_whom_and_to_where() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "client_name": "<b>Evil</b> & Co" })).await;
    let page = signed_in(&server).await.open(&SERVER.authorize_path(&[])).await;
    assert_eq!(page.element("signed-in-as"), "alice");
    assert_eq!(page.element("destination"), "server.example");
    for shown in ["See the tools that are switched on", "<code>read:tools</code>", "<code>call:tools</code>", "Evil"] {
        assert!(page.body.contains(shown), "{shown}");
    }
    assert!(!page.body.contains("<b>Evil"), "a name is text");
    assert!(!page.body.contains("<script"), "no script at all");
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn the_page_links_to_what_the_client_says_of_itself() {
    let server = Server::seeded().await;
    let mut browser = signed_in(&server).await;
    let links = json!({ "client_uri": "https://app.example/", "tos_uri": "https://app.example/tos?a=b&c=d" });
    edit_client(&server, SERVER.id, links).await;
    let page = browser.open(&SERVER.authorize_path(&[])).await;
    assert_eq!((page.element("client-home"), page.element("client-terms")), ("Home page", "Terms"));
    assert!(page.body.contains("href=\"https://app.example/tos?a=b&#38;c=d\""), "{}", page.body);
    assert!(!page.body.contains("client-privacy"));
}

#[tokio::test]
async fn deny_tells_the_client_and_gives_nothing() {
    let server = Server::seeded().await;
    let mut browser = signed_in(&server).await;
    let page = browser.open(&SERVER.authorize_path(&[])).await;
    let reply = browser.answer(&page, "deny").await;
    reply.assert_error_redirect(SERVER.redirect_uri, "access_denied");
    assert_eq!(reply.location_parameter("state").as_deref(), Some("state-of-the-client"));
    assert!(server.database.peek("SELECT id FROM grants WHERE ended_at IS NULL").is_empty());
    assert!(browser.open(&SERVER.authorize_path(&[])).await.is_consent_page(), "a no is not remembered");
}

#[tokio::test]
async fn consent_cannot_be_forged_or_given_by_the_client() {
    let server = Server::seeded().await;
    let mut browser = signed_in(&server).await;
    let page = browser.open(&SERVER.authorize_path(&[])).await;
    let (interaction, csrf) = (page.field("interaction"), page.field("csrf_token"));
    let form = |csrf: &str| {
        Ask::post("/consent", &[("interaction", &interaction), ("csrf_token", csrf), ("action", "approve")])
    };
    browser.send(form("wrong")).await.assert_error_page(403, "access_denied");
    let foreign = form(&csrf).header("origin", "https://server.example");
    browser.send(foreign).await.assert_error_page(403, "access_denied");
    server.send(form(&csrf)).await.assert_error_page(403, "access_denied");
    let by_link = format!("/consent?interaction={interaction}&csrf_token={csrf}&action=approve");
    assert!(browser.open(&by_link).await.is_consent_page(), "a link shows the page again");
    let preapproved = SERVER.authorize_path(&[("action", "approve"), ("approve", "1")]);
    assert!(browser.open(&preapproved).await.is_consent_page());
    let unasked = SERVER.authorize_path(&[("action", "approve"), ("prompt", "none")]);
    browser.open(&unasked).await.assert_error_redirect(SERVER.redirect_uri, "consent_required");
    assert!(server.database.peek("SELECT id FROM grants WHERE ended_at IS NULL").is_empty());
}

#[tokio::test]
async fn only_the_three_answers_of_the_page_are_taken() {
    let server = Server::seeded().await;
    let mut browser = signed_in(&server).await;
    let page = browser.open(&SERVER.authorize_path(&[])).await;
    for action in ["", "allow", "Approve"] {
        browser.answer(&page, action).await.assert_error_page(400, "invalid_request");
    }
    browser.open("/consent").await.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn a_yes_is_remembered_for_user_client_host_and_scopes_and_asked_again_for_what_is_new() {
    let server = Server::seeded().await;
    let elsewhere = "https://elsewhere.example/cb";
    edit_client(&server, SERVER.id, json!({ "redirect_uris": [SERVER.redirect_uri, elsewhere] })).await;
    let mut browser = signed_in(&server).await;
    approve(&mut browser, &SERVER, &[("scope", "read:tools")]).await;
    let again = browser.open(&SERVER.authorize_path(&[("scope", "read:tools")])).await;
    assert!(again.location_parameter("code").is_some(), "not asked again");

    approve(&mut browser, &SERVER, &[("scope", "call:tools")]).await;
    let both = browser.open(&SERVER.authorize_path(&[("scope", "call:tools read:tools")])).await;
    assert!(both.location_parameter("code").is_some(), "what was allowed adds up");
    let new_scope = browser.open(&SERVER.authorize_path(&[("scope", "read:tools agent:connect")])).await;
    assert!(new_scope.is_consent_page());
    let new_host = browser.open(&SERVER.authorize_path(&[("redirect_uri", elsewhere)])).await;
    assert!(new_host.is_consent_page());
    let mut bob = Browser::new(&server);
    bob.sign_in("bob", "bob").await;
    assert!(bob.open(&SERVER.authorize_path(&[("scope", "read:tools")])).await.is_consent_page());
}

#[tokio::test]
async fn always_asks_every_time() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "consent_policy": "always" })).await;
    let mut browser = signed_in(&server).await;
    for _ in 0..2 {
        approve(&mut browser, &SERVER, &[]).await;
    }
    assert!(server.database.peek("SELECT * FROM consents").is_empty());
}

#[tokio::test]
async fn skip_is_for_first_party_clients_only() {
    let server = Server::seeded().await;
    let path = format!("/admin/api/clients/{}", SERVER.id);
    let refused = Ask::json(Method::PATCH, &path, &json!({ "consent_policy": "skip" }));
    server.as_admin(refused).await.assert_error(400, "invalid_request");
    edit_client(&server, SERVER.id, json!({ "consent_policy": "skip", "first_party": true })).await;
    let no_longer = Ask::json(Method::PATCH, &path, &json!({ "first_party": false }));
    server.as_admin(no_longer).await.assert_error(400, "invalid_request");
    let reply = signed_in(&server).await.open(&SERVER.authorize_path(&[])).await;
    assert!(reply.location_parameter("code").is_some());
}

#[tokio::test]
async fn a_public_client_behind_loopback_or_its_own_scheme_always_asks_even_with_skip() {
    let server = Server::seeded().await;
    let app = TestClient { id: "phone", secret: None, redirect_uri: "com.example.app:/cb" };
    make_client(
        &server,
        json!({ "client_id": app.id, "client_name": "Phone", "public": true,
        "redirect_uris": [app.redirect_uri], "scope": "read:tools call:tools" }),
    )
    .await;
    let mut browser = signed_in(&server).await;
    for client in [WEB, app] {
        let skip = json!({ "consent_policy": "skip", "first_party": true });
        let path = format!("/admin/api/clients/{}", client.id);
        let refused = server.as_admin(Ask::json(Method::PATCH, &path, &skip)).await;
        refused.assert_error(400, "invalid_request");
        // And were it so in the database all the same:
        server.database.peek("UPDATE clients SET consent_policy = 'skip', first_party = 1 WHERE type = 'public'");
        for _ in 0..2 {
            approve(&mut browser, &client, &[]).await;
        }
        let page = browser.open(&client.authorize_path(&[])).await;
        assert!(page.element("remembered").starts_with("This is not remembered"));
        assert!(page.body.contains("id=\"device-warning\""));
    }
    assert!(server.database.peek("SELECT * FROM consents").is_empty());
    let web_page = json!({ "redirect_uris": ["https://app.example/cb"] });
    edit_client(&server, app.id, web_page).await;
    let path = app.authorize_path(&[("redirect_uri", "https://app.example/cb")]);
    assert!(browser.open(&path).await.location_parameter("code").is_some(), "a web site is not impersonated so easily");
}

#[tokio::test]
async fn switch_account_lets_somebody_else_answer_the_same_request() {
    let server = Server::seeded().await;
    let mut browser = signed_in(&server).await;
    let page = browser.open(&SERVER.authorize_path(&[])).await;
    let login = browser.answer(&page, "switch_account").await;
    assert!(login.is_login_page());
    let bobs = browser.sign_in_on(&login, "bob", "bob").await;
    assert!(bobs.is_consent_page());
    assert_eq!(bobs.element("signed-in-as"), "bob");
    let code = browser.answer(&bobs, "approve").await.location_parameter("code").expect("a code");
    let token = server.send(SERVER.redeem(&code)).await.text("access_token");
    assert_eq!(server.send(SERVER.introspect(&token)).await.json()["username"], "bob");
}
