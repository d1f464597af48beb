//! `/account/apps`

use ostiary::model::audit::EventKind;
use serde_json::json;

use crate::support::admin::{edit_client, edit_user, make_client};
use crate::support::browser::Browser;
use crate::support::fault::Fault;
use crate::support::flow::{self, SERVER, TestClient, WEB};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const PATH: &str = "/account/apps";
const REMOVE: &str = "/account/apps/remove";

/// Tokens for `client` from whoever is signed in in `browser`.
async fn tokens(server: &Server, browser: &mut Browser<'_>, client: &TestClient) -> Reply {
    let code = flow::authorize(browser, client, &[]).await.location_parameter("code").expect("a code");
    let reply = server.send(client.redeem(&code)).await;
    reply.assert_status(200);
    reply
}

async fn signed_in<'a>(server: &'a Server, name: &str) -> Browser<'a> {
    let mut browser = Browser::new(server);
    browser.sign_in(name, name).await;
    browser
}

async fn remove(browser: &mut Browser<'_>, client_id: &str) -> Reply {
    let page = browser.open(PATH).await;
    browser.submit(REMOVE, &page, &[("client_id", client_id)]).await
}

#[tokio::test]
async fn an_app_is_listed_with_what_it_may_do_in_words_since_when_and_its_last_use() {
    let server = Server::seeded().await;
    let mut alice = signed_in(&server, "alice").await;
    assert!(alice.open(PATH).await.body.contains("id=\"no-apps\""));
    let first = tokens(&server, &mut alice, &WEB).await;
    server.advance(3 * 60 * 60);
    server.send(WEB.refresh(&first.text("refresh_token"))).await.assert_status(200);
    server.advance(2 * 60 * 60);
    let page = alice.open(PATH).await;
    assert_eq!(page.body.matches("class=\"row-title\"").count(), 1, "{}", page.body);
    for text in ["Demo web app", "See the tools that are switched on", ">5 hours ago</time>", ">2 hours ago</time>"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(!page.body.contains("No access now") && !page.body.contains("Not known"));
    let mut bob = signed_in(&server, "bob").await;
    assert!(bob.open(PATH).await.body.contains("id=\"no-apps\""), "each sees their own");
}

#[tokio::test]
async fn what_has_no_life_in_it_is_not_access() {
    let server = Server::seeded().await;
    let mut alice = signed_in(&server, "alice").await;
    // Never redeemed; of a public client on this device nothing is remembered either.
    flow::authorize(&mut alice, &WEB, &[]).await;
    let page = alice.open(PATH).await;
    assert!(page.body.contains("id=\"no-apps\""), "{}", page.body);
    let revoked = tokens(&server, &mut alice, &WEB).await;
    assert!(alice.open(PATH).await.body.contains("Demo web app"));
    server.send(WEB.revoke(&revoked.text("refresh_token"))).await.assert_status(200);
    assert!(alice.open(PATH).await.body.contains("id=\"no-apps\""));
}

#[tokio::test]
async fn an_app_that_is_only_remembered_is_listed_as_one_without_access() {
    let server = Server::seeded().await;
    let mut alice = signed_in(&server, "alice").await;
    let given = tokens(&server, &mut alice, &SERVER).await;
    server.send(SERVER.revoke(&given.text("refresh_token"))).await.assert_status(200);
    let page = alice.open(PATH).await;
    assert!(page.body.contains("Demo server") && page.body.contains("No access now"), "{}", page.body);
    let reply = remove(&mut alice, SERVER.id).await;
    assert_eq!(reply.header("location"), "/account/apps?done=removed");
    assert!(alice.open(&SERVER.authorize_path(&[])).await.is_consent_page(), "it must ask again");
}

#[tokio::test]
async fn removing_an_app_ends_its_grants_at_once_everywhere_and_it_must_ask_again() {
    let server = Server::seeded().await;
    let (mut phone, mut laptop) = (signed_in(&server, "alice").await, signed_in(&server, "alice").await);
    let mut bob = signed_in(&server, "bob").await;
    let one = tokens(&server, &mut phone, &SERVER).await;
    let two = tokens(&server, &mut laptop, &SERVER).await;
    let other = tokens(&server, &mut laptop, &WEB).await;
    let bobs = tokens(&server, &mut bob, &SERVER).await;
    let warm = server.fresh_isolate();
    for tokens in [&one, &two, &bobs] {
        assert!(flow::is_active(&warm, &tokens.text("access_token")).await);
    }
    let question = phone.open(&format!("{REMOVE}?client_id={}", SERVER.id)).await;
    assert!(question.body.contains("Remove Demo server?"), "{}", question.body);
    assert!(flow::is_active(&warm, &one.text("access_token")).await, "looking ends nothing");
    phone.submit(REMOVE, &question, &[("client_id", SERVER.id)]).await.assert_status(303);
    for isolate in [&server, &warm] {
        for dead in [&one, &two] {
            assert!(!flow::is_active(isolate, &dead.text("access_token")).await);
            isolate.send(SERVER.refresh(&dead.text("refresh_token"))).await.assert_error(400, "invalid_grant");
            let own = Ask::get("/api/oauth/clients/me").bearer(&dead.text("access_token"));
            isolate.send(own).await.assert_error(401, "invalid_token");
        }
        for alive in [&other, &bobs] {
            assert!(flow::is_active(isolate, &alive.text("access_token")).await);
        }
    }
    assert!(phone.open(&SERVER.authorize_path(&[])).await.is_consent_page(), "it must ask again");
    assert_eq!(bob.open(&SERVER.authorize_path(&[])).await.status, 303, "bob it need not ask");
}

#[tokio::test]
async fn a_code_that_is_on_its_way_is_worth_nothing_once_its_app_is_removed() {
    let server = Server::seeded().await;
    let mut alice = signed_in(&server, "alice").await;
    let code = flow::authorize(&mut alice, &SERVER, &[]).await.location_parameter("code").expect("a code");
    remove(&mut alice, SERVER.id).await.assert_status(303);
    server.send(SERVER.redeem(&code)).await.assert_error(400, "invalid_grant");
}

#[tokio::test]
async fn what_is_anothers_or_nobodys_is_left_alone() {
    let server = Server::seeded().await;
    let (mut alice, mut bob) = (signed_in(&server, "alice").await, signed_in(&server, "bob").await);
    tokens(&server, &mut bob, &SERVER).await;
    let before = server.remembered();
    for client_id in [SERVER.id, WEB.id, "nobody", "%", "demo-server' OR 1=1 --"] {
        let reply = remove(&mut alice, client_id).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("location")),
            (303, "/account/apps?done=nothing"),
            "{client_id}"
        );
        let question = format!("{REMOVE}?client_id={}", client_id.replace([' ', '%', '\''], "+"));
        assert_eq!(alice.open(&question).await.header("location"), "/account/apps?done=nothing", "{client_id}");
    }
    let page = alice.open(PATH).await;
    alice.submit(REMOVE, &page, &[]).await.assert_error_page(400, "invalid_request");
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn an_app_that_came_by_itself_is_marked_and_its_id_may_be_an_address() {
    let server = Server::seeded().await;
    let app = TestClient {
        id: "https://app.example/client.json",
        secret: None,
        redirect_uri: "https://app.example/callback",
    };
    let document = json!({ "client_id": app.id, "client_name": "Stranger <b>", "redirect_uris": [app.redirect_uri] });
    server.http.answer_json(app.id, None, &document);
    let mut alice = signed_in(&server, "alice").await;
    tokens(&server, &mut alice, &app).await;
    let page = alice.open(PATH).await;
    assert!(page.body.contains("Not known to your administrator") && !page.body.contains("<b>"), "{}", page.body);
    let link = "/account/apps/remove?client_id=https%3A%2F%2Fapp.example%2Fclient.json";
    assert!(page.body.contains(&format!("href=\"{link}\"")), "{}", page.body);
    let question = alice.open(link).await;
    assert_eq!(question.field("client_id"), app.id);
    alice.submit(REMOVE, &question, &[("client_id", app.id)]).await.assert_status(303);
    assert!(alice.open(PATH).await.body.contains("id=\"no-apps\""));
}

#[tokio::test]
async fn many_grants_of_one_app_hide_no_other() {
    let server = Server::seeded().await;
    make_client(
        &server,
        json!({ "client_id": "busy", "client_name": "Busy", "redirect_uris": ["https://busy.example/"] }),
    )
    .await;
    let mut alice = signed_in(&server, "alice").await;
    tokens(&server, &mut alice, &SERVER).await;
    server.database.peek(
        "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 400) \
         INSERT INTO grants (id, user_id, client_id, sid, scope, code_hash, code_record, code_expires_at, created_at) \
         SELECT 'busy-' || n, user_id, 'busy', sid, scope, code_hash, code_record, code_expires_at, created_at + n \
         FROM n, grants",
    );
    server.hops.take();
    let page = alice.open(PATH).await;
    assert!(page.body.contains("Demo server") && page.body.contains("Busy"), "{}", page.body);
    let asked = server.hops.take().into_iter().filter(|hop| *hop == "grants").count();
    assert!(asked <= 60, "{asked}");
}

#[tokio::test]
async fn an_object_that_does_not_answer_leaves_out_the_last_use_only() {
    let server = Server::seeded().await;
    let mut alice = signed_in(&server, "alice").await;
    tokens(&server, &mut alice, &SERVER).await;
    server.grants.fault.set(Fault::Fail);
    let page = alice.open(PATH).await;
    page.assert_status(200);
    assert!(page.body.contains("Demo server") && !page.body.contains("Last got tokens"), "{}", page.body);
    // The list says that it has ended, and it is asked wherever the grant is used.
    remove(&mut alice, SERVER.id).await.assert_status(303);
    server.grants.fault.set(Fault::None);
    assert!(alice.open(PATH).await.body.contains("id=\"no-apps\""));
}

#[tokio::test]
async fn what_ended_with_a_new_beginning_of_user_or_client_is_not_listed() {
    let server = Server::seeded().await;
    let mut alice = signed_in(&server, "alice").await;
    tokens(&server, &mut alice, &WEB).await;
    server.advance(1);
    edit_client(&server, WEB.id, json!({ "disabled": true })).await;
    assert!(alice.open(PATH).await.body.contains("id=\"no-apps\""));
    edit_client(&server, WEB.id, json!({ "disabled": false })).await;
    server.advance(1);
    tokens(&server, &mut alice, &WEB).await;
    assert!(alice.open(PATH).await.body.contains("Demo web app"));
    edit_user(&server, "alice", json!({ "password": "another password" })).await;
    alice.sign_in("alice", "another password").await;
    assert!(alice.open(PATH).await.body.contains("id=\"no-apps\""));
}

#[tokio::test]
async fn removing_is_in_the_audit_log() {
    let server = Server::seeded().await;
    let mut alice = signed_in(&server, "alice").await;
    tokens(&server, &mut alice, &SERVER).await;
    server.events.take();
    remove(&mut alice, SERVER.id).await;
    let events = server.events.take();
    let removed = events.iter().find(|event| event.kind == EventKind::AppRemoved).expect("an event");
    assert_eq!(removed.client_id.as_deref(), Some(SERVER.id));
    assert!(removed.actor.is_some() && removed.actor == removed.subject);
    assert!(events.iter().any(|event| event.kind == EventKind::GrantEnded));
}
