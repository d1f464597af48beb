//! The interaction between the request and its answer: sealed, bound to one browser, good for one answer.

use ostiary::model::interaction::{Interaction, Purpose};
use ostiary::protocol::digest::sha256_base64url;

use crate::support::browser::Browser;
use crate::support::flow::{SERVER, TestClient, WEB};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

/// A browser on the consent page of demo-server, signed in as alice.
async fn on_the_consent_page(server: &Server) -> (Browser<'_>, Reply) {
    let mut browser = Browser::new(server);
    let login = browser.open(&SERVER.authorize_path(&[])).await;
    let page = browser.sign_in_on(&login, "alice", "alice").await;
    assert!(page.is_consent_page(), "{}", page.body);
    (browser, page)
}

#[track_caller]
fn assert_expired(reply: &Reply) {
    assert_eq!(reply.status, 400, "{}", reply.body);
    assert_eq!(reply.element("message-title"), "This page has expired");
}

fn grants(server: &Server) -> usize {
    server.database.peek("SELECT id FROM grants").len()
}

#[tokio::test]
async fn it_is_worth_nothing_in_another_browser() {
    let server = Server::seeded().await;
    let (_, page) = on_the_consent_page(&server).await;
    let mut other = Browser::new(&server);
    let own = other.sign_in("alice", "alice").await;
    let (interaction, csrf) = (page.field("interaction"), own.field("csrf_token"));
    for path in ["/consent", "/login"] {
        let form = [
            ("interaction", interaction.as_str()),
            ("csrf_token", &csrf),
            ("action", "approve"),
            ("username", "alice"),
        ];
        assert_expired(&other.send(Ask::post(path, &form)).await);
    }
    assert_expired(&other.open(&format!("/consent?interaction={interaction}")).await);
    assert_eq!(grants(&server), 0);
}

#[tokio::test]
async fn an_altered_one_is_refused() {
    let server = Server::seeded().await;
    let (mut browser, page) = on_the_consent_page(&server).await;
    let (good, csrf) = (page.field("interaction"), page.field("csrf_token"));
    let (kid, sealed) = good.split_once('.').expect("a kid");
    let flipped = if sealed.ends_with('A') { "B" } else { "A" };
    for altered in [
        format!("{kid}.{}{flipped}", &sealed[..sealed.len() - 1]),
        format!("{kid}.{}", &sealed[..sealed.len() - 4]),
        format!("other.{sealed}"),
        format!("{kid}."),
        sealed.to_owned(),
        format!("{good}.{good}"),
        "x".to_owned(),
    ] {
        let form = [("interaction", altered.as_str()), ("csrf_token", &csrf), ("action", "approve")];
        assert_expired(&browser.send(Ask::post("/consent", &form)).await);
    }
    assert_eq!(grants(&server), 0);
    assert!(browser.answer(&page, "approve").await.location_parameter("code").is_some());
}

#[tokio::test]
async fn it_lives_thirty_minutes() {
    let server = Server::seeded().await;
    let (mut browser, page) = on_the_consent_page(&server).await;
    server.advance(30 * 60 - 1);
    let in_time = browser.open(&format!("/consent?interaction={}", page.field("interaction"))).await;
    assert!(in_time.is_consent_page(), "loading the page again shows it again");
    server.advance(1);
    for page in [&page, &in_time] {
        assert_expired(&browser.answer(page, "approve").await);
        assert_expired(&browser.answer(page, "deny").await);
    }
    let mut late = Browser::new(&server);
    let login = late.open(&SERVER.authorize_path(&[])).await;
    server.advance(30 * 60);
    assert_expired(&late.sign_in_on(&login, "alice", "alice").await);
    assert_eq!(grants(&server), 0);
}

#[tokio::test]
async fn answered_twice_within_five_seconds_it_leads_to_the_same_redirect() {
    let server = Server::seeded().await;
    let (mut browser, page) = on_the_consent_page(&server).await;
    let first = browser.answer(&page, "approve").await;
    for _ in 0..5 {
        server.advance(1);
        let again = browser.answer(&page, "approve").await;
        assert_eq!((again.status.as_u16(), again.header("location")), (303, first.header("location")));
    }
    assert_eq!(grants(&server), 1);
    let code = first.location_parameter("code").expect("a code");
    server.send(SERVER.redeem(&code)).await.assert_status(200);
}

#[tokio::test]
async fn answered_again_later_it_leads_to_a_page_and_no_code() {
    let server = Server::seeded().await;
    let (mut browser, page) = on_the_consent_page(&server).await;
    let first = browser.answer(&page, "approve").await;
    server.advance(6);
    let again = browser.answer(&page, "approve").await;
    assert_eq!(again.status, 409);
    assert_eq!(again.element("message-title"), "Already answered");
    let back = browser.open(&format!("/consent?interaction={}", page.field("interaction"))).await;
    assert_eq!(back.status, 409, "also by loading the page again");
    assert_eq!(grants(&server), 1);
    let code = first.location_parameter("code").expect("a code");
    server.send(SERVER.redeem(&code)).await.assert_status(200);
}

#[tokio::test]
async fn a_code_of_an_interaction_that_was_not_answered_is_worth_nothing() {
    let server = Server::seeded().await;
    let (browser, page) = on_the_consent_page(&server).await;
    // Whoever could open the seal would find the code that a yes would have made good.
    let cookie = sha256_base64url(&browser.cookies["ostiary_browser"]);
    let opened = server.app.sealer.open(&page.field("interaction"), &format!("interaction:{cookie}")).await;
    let opened = opened.expect("the sealer works").expect("the seal is whole");
    let interaction: Interaction = serde_json::from_slice(&opened).expect("an interaction");
    let Purpose::Authorize(authorization) = interaction.purpose else { panic!("it is for a client") };
    let refused = server.send(SERVER.redeem(&authorization.code)).await;
    refused.assert_says(400, "invalid_grant", "the code is not known");
}

#[tokio::test]
async fn somebody_else_in_the_same_browser_is_asked_themselves() {
    let server = Server::seeded().await;
    let (mut browser, alices) = on_the_consent_page(&server).await;
    browser.sign_in("bob", "bob").await;
    let bobs = browser.answer(&alices, "approve").await;
    assert!(bobs.is_consent_page(), "alice's page is not bob's yes: {}", bobs.body);
    assert_eq!(bobs.element("signed-in-as"), "bob");
    assert_eq!(grants(&server), 0);
    let code = browser.answer(&bobs, "approve").await.location_parameter("code").expect("a code");
    let token = server.send(SERVER.redeem(&code)).await.text("access_token");
    assert_eq!(server.send(SERVER.introspect(&token)).await.json()["username"], "bob");

    browser.sign_in("alice", "alice").await;
    let anew = browser.answer(&alices, "approve").await;
    assert!(anew.is_consent_page(), "another sign-in is asked, too: {}", anew.body);
    assert_eq!(browser.answer(&anew, "approve").await.status, 409, "and bob has answered this one");
    assert_eq!(grants(&server), 1);
}

#[tokio::test]
async fn signing_in_again_as_the_same_user_keeps_the_page_good() {
    let server = Server::seeded().await;
    let (mut browser, page) = on_the_consent_page(&server).await;
    browser.sign_in("alice", "alice").await;
    assert!(browser.answer(&page, "approve").await.location_parameter("code").is_some());
}

#[tokio::test]
async fn after_sign_out_the_page_asks_to_sign_in_and_gives_nothing() {
    let server = Server::seeded().await;
    let (mut browser, page) = on_the_consent_page(&server).await;
    let account = browser.open("/account").await;
    browser.submit("/logout", &account, &[]).await;
    let login = browser.answer(&page, "approve").await;
    assert!(login.is_login_page());
    assert_eq!(grants(&server), 0);
    let again = browser.sign_in_on(&login, "alice", "alice").await;
    assert!(again.is_consent_page());
}

#[tokio::test]
async fn two_tabs_are_two_answers() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let pages = [browser.open(&WEB.authorize_path(&[])).await, browser.open(&SERVER.authorize_path(&[])).await];
    let clients: [TestClient; 2] = [WEB, SERVER];
    for (page, client) in pages.iter().zip(clients) {
        let consent = browser.sign_in_on(page, "alice", "alice").await;
        let code = browser.answer(&consent, "approve").await.location_parameter("code").expect("a code");
        server.send(client.redeem(&code)).await.assert_status(200);
    }
}

#[tokio::test]
async fn one_for_a_page_of_ours_gives_no_client_anything() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let login = browser.open("/login").await;
    browser.sign_in_on(&login, "alice", "alice").await.assert_status(200);
    assert_expired(&browser.submit("/consent", &login, &[("action", "approve")]).await);
    let resumed = browser.open(&format!("/consent?interaction={}", login.field("interaction"))).await;
    assert_eq!((resumed.status.as_u16(), resumed.header("location")), (303, "/account"));
}
