//! `/oauth/logout` (OpenID Connect RP-Initiated Logout): who is asked, and who goes where.

use serde_json::json;

use crate::support::admin::edit_client;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

/// Registered for demo-server by the seed.
const AFTERWARDS: &str = "https://server.example/";

fn path(parameters: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/oauth/logout?{query}")
}

/// A browser in which this person is signed in, and demo-server's ID token.
async fn signed_in<'a>(server: &'a Server, name: &str) -> (Browser<'a>, String) {
    let mut browser = Browser::new(server);
    browser.sign_in(name, name).await;
    let reply = flow::authorize(&mut browser, &SERVER, &[("scope", "openid")]).await;
    let code = reply.location_parameter("code").expect("a code");
    (browser, server.send(SERVER.redeem(&code)).await.text("id_token"))
}

fn asks(reply: &Reply) -> bool {
    reply.status == 200 && reply.body.contains("id=\"sign-out-form\"")
}

#[tokio::test]
async fn the_page_names_the_client_that_the_hint_is_of_and_takes_both_answers() {
    let server = Server::seeded().await;
    let (_, bobs) = signed_in(&server, "bob").await;
    let (mut browser, _) = signed_in(&server, "alice").await;
    let asked = path(&[("id_token_hint", &bobs), ("post_logout_redirect_uri", AFTERWARDS), ("state", "s")]);
    let page = browser.open(&asked).await;
    assert!(asks(&page), "the hint is of somebody else than who is signed in");
    assert_eq!((page.element("client-name"), page.element("signed-in-as")), ("Demo server", "alice"));
    assert_eq!(browser.submit("/logout", &page, &[("action", "stay")]).await.header("location"), "/account");
    assert_eq!(browser.open("/account").await.status, 200);
    let done = browser.submit("/logout", &page, &[("action", "sign_out")]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "https://server.example/?state=s"));
    assert_eq!(browser.open("/account").await.header("location"), "/login");
}

#[tokio::test]
async fn an_answer_ends_the_session_that_was_asked_about_and_no_other() {
    let server = Server::seeded().await;
    let (mut browser, _) = signed_in(&server, "alice").await;
    let page = browser.open("/oauth/logout").await;
    browser.sign_in("bob", "bob").await;
    let reply = browser.submit("/logout", &page, &[("action", "sign_out")]).await;
    assert_eq!(reply.header("location"), "/account");
    assert_eq!(browser.open("/account").await.element("signed-in-as"), "bob");
}

#[tokio::test]
async fn an_answer_cannot_be_forged_or_taken_from_another_page() {
    let server = Server::seeded().await;
    let (mut browser, _) = signed_in(&server, "alice").await;
    let page = browser.open("/oauth/logout").await;
    let (interaction, csrf) = (page.field("interaction"), page.field("csrf_token"));
    let form = |csrf: &str, action: &str| {
        Ask::post("/logout", &[("interaction", &interaction), ("csrf_token", csrf), ("action", action)])
    };
    browser.send(form("wrong", "sign_out")).await.assert_error_page(403, "access_denied");
    let foreign = form(&csrf, "sign_out").header("origin", "https://evil.example");
    browser.send(foreign).await.assert_error_page(403, "access_denied");
    browser.send(form(&csrf, "approve")).await.assert_error_page(400, "invalid_request");
    let consent = browser.open(&SERVER.authorize_path(&[("prompt", "consent")])).await;
    let reply = browser.submit("/logout", &consent, &[("action", "sign_out")]).await;
    assert_eq!(reply.status, 400, "an interaction of another kind");
    let reply = browser.submit("/consent", &page, &[("action", "approve")]).await;
    assert_eq!(reply.status, 400, "and the reverse");
    let reply = browser.open(&format!("/consent?interaction={interaction}")).await;
    assert_eq!(reply.status, 400);
    server.advance(30 * 60);
    assert_eq!(browser.send(form(&csrf, "sign_out")).await.status, 400, "it took too long");
    assert_eq!(browser.open("/account").await.status, 200);
}

#[tokio::test]
async fn client_id_and_hint_must_be_of_the_same_client() {
    let server = Server::seeded().await;
    let (mut browser, hint) = signed_in(&server, "alice").await;
    let asked = |client_id: &str| {
        path(&[("id_token_hint", &hint), ("client_id", client_id), ("post_logout_redirect_uri", AFTERWARDS)])
    };
    let page = browser.open(&asked(WEB.id)).await;
    assert!(asks(&page) && !page.body.contains("client-name"));
    assert_eq!(browser.submit("/logout", &page, &[("action", "sign_out")]).await.header("location"), "/logout");
    let (mut browser, hint) = signed_in(&server, "alice").await;
    let same = path(&[("id_token_hint", &hint), ("client_id", SERVER.id), ("post_logout_redirect_uri", AFTERWARDS)]);
    assert_eq!(browser.open(&same).await.header("location"), AFTERWARDS);
}

/// RP-Initiated Logout 2 and 3: without a hint the person is asked, and what the named client registered is good.
#[tokio::test]
async fn a_client_that_only_names_itself_has_the_person_asked() {
    let server = Server::seeded().await;
    let (mut browser, _) = signed_in(&server, "alice").await;
    let asked = path(&[("client_id", SERVER.id), ("post_logout_redirect_uri", AFTERWARDS), ("state", "s")]);
    let page = browser.open(&asked).await;
    assert!(asks(&page));
    assert!(!page.body.contains("client-name"), "what it says of itself is not shown as if it were known");
    let done = browser.submit("/logout", &page, &[("action", "sign_out")]).await;
    assert_eq!(done.header("location"), "https://server.example/?state=s");
    let unknown = path(&[("client_id", "unheard-of"), ("post_logout_redirect_uri", AFTERWARDS)]);
    assert_eq!(browser.open(&unknown).await.header("location"), "/logout");
}

#[tokio::test]
async fn whoever_is_signed_out_already_goes_on_to_the_client_and_never_to_another_page() {
    let server = Server::seeded().await;
    let (_, hint) = signed_in(&server, "alice").await;
    let mut nobody = Browser::new(&server);
    let asked = path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTERWARDS), ("state", "s")]);
    assert_eq!(nobody.open(&asked).await.header("location"), "https://server.example/?state=s");
    for (hint, uri) in [(hint.as_str(), "https://evil.example/"), ("x.y.z", AFTERWARDS)] {
        let asked = path(&[("id_token_hint", hint), ("post_logout_redirect_uri", uri)]);
        assert_eq!(nobody.open(&asked).await.header("location"), "/logout", "{uri}");
    }
}

#[tokio::test]
async fn a_hint_of_a_client_that_is_gone_leads_nowhere() {
    let server = Server::seeded().await;
    let (mut browser, hint) = signed_in(&server, "alice").await;
    edit_client(&server, SERVER.id, json!({ "disabled": true })).await;
    let page = browser.open(&path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTERWARDS)])).await;
    assert!(asks(&page), "{} {}", page.status, page.header("location"));
    assert_eq!(browser.submit("/logout", &page, &[("action", "sign_out")]).await.header("location"), "/logout");
}

#[tokio::test]
async fn a_page_that_was_taken_from_the_client_is_gone_to_no_longer() {
    let server = Server::seeded().await;
    let (mut browser, hint) = signed_in(&server, "alice").await;
    let other = "https://server.example/bye?a=b";
    edit_client(&server, SERVER.id, json!({ "post_logout_redirect_uris": [other] })).await;
    let asked = |uri: &str| path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", uri), ("state", "x y")]);
    assert!(asks(&browser.open(&asked(AFTERWARDS)).await));
    assert_eq!(browser.open(&asked(other)).await.header("location"), "https://server.example/bye?a=b&state=x%20y");
}

/// A form of another site comes without our `Lax` cookies.
#[tokio::test]
async fn a_post_goes_on_as_a_get_with_its_parameters_in_the_query() {
    let server = Server::seeded().await;
    let (mut browser, hint) = signed_in(&server, "alice").await;
    let form = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTERWARDS), ("state", "a b&c=d")];
    let ask = Ask::post("/oauth/logout", &form).header("origin", "https://server.example").accepts_html();
    let posted = server.send(ask).await;
    assert_eq!((posted.status.as_u16(), posted.header("location")), (303, path(&form).as_str()));
    assert_eq!(posted.header("referrer-policy"), "same-origin");
    let reply = browser.open(posted.header("location")).await;
    assert_eq!(reply.location_parameter("state").as_deref(), Some("a b&c=d"));
    let long = Ask::post("/oauth/logout", &[("state", &"s".repeat(9000))]);
    Browser::new(&server).send(long).await.assert_error_page(400, "invalid_request");
}

#[tokio::test]
async fn what_is_repeated_or_too_long_gets_a_page_and_signs_nobody_out() {
    let server = Server::seeded().await;
    let (mut browser, hint) = signed_in(&server, "alice").await;
    let good = path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTERWARDS)]);
    for more in ["state=a&state=b".to_owned(), "id_token_hint=x".to_owned(), format!("state={}", "s".repeat(4097))] {
        browser.open(&format!("{good}&{more}")).await.assert_error_page(400, "invalid_request");
    }
    assert_eq!(browser.open("/account").await.status, 200);
}

#[tokio::test]
async fn the_hint_is_neither_logged_nor_kept() {
    let server = Server::seeded().await;
    let (mut browser, hint) = signed_in(&server, "alice").await;
    crate::support::log_lines::capture();
    browser.open(&path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTERWARDS)])).await;
    let said = crate::support::log_lines::take().join("\n");
    let signature = hint.rsplit('.').next().expect("a signature");
    assert!(!said.is_empty() && !said.contains(signature), "{said}");
    let events = serde_json::to_string(&server.events.take()).expect("JSON");
    assert!(events.contains("sign_out") && !events.contains(signature));
}

#[tokio::test]
async fn an_old_id_token_of_another_session_has_the_person_asked() {
    let server = Server::seeded().await;
    let (_, of_another_session) = signed_in(&server, "alice").await;
    let (mut browser, own) = signed_in(&server, "alice").await;
    server.advance(31 * 60);
    let old = path(&[("id_token_hint", &of_another_session), ("post_logout_redirect_uri", AFTERWARDS)]);
    assert!(asks(&browser.open(&old).await));
    let own = path(&[("id_token_hint", &own), ("post_logout_redirect_uri", AFTERWARDS)]);
    assert_eq!(browser.open(&own).await.header("location"), AFTERWARDS, "over, but of this session");
}

#[tokio::test]
async fn nobody_who_was_not_asked_is_sent_to_a_page_of_a_client_that_registered_itself() {
    let server = Server::seeded().await;
    let metadata = serde_json::json!({
        "redirect_uris": ["https://evil.example/callback"],
        "post_logout_redirect_uris": ["https://evil.example/"],
    });
    let ask = Ask::json(axum::http::Method::POST, "/oauth/register", &metadata);
    let id = server.send(ask).await.assert_status(201).text("client_id");
    let asked = path(&[("client_id", &id), ("post_logout_redirect_uri", "https://evil.example/")]);
    assert_eq!(Browser::new(&server).open(&asked).await.header("location"), "/logout");
    let (mut browser, _) = signed_in(&server, "alice").await;
    let page = browser.open(&asked).await;
    assert!(asks(&page), "who is signed in is asked first");
    let done = browser.submit("/logout", &page, &[("action", "sign_out")]).await;
    assert_eq!(done.header("location"), "https://evil.example/");
}

#[tokio::test]
async fn signing_out_past_the_idle_end_of_a_session_ends_what_ends_with_it() {
    let server = Server::seeded().await;
    let (mut browser, _) = signed_in(&server, "alice").await;
    server.advance(13 * 60 * 60);
    assert_eq!(server.database.peek("SELECT id FROM grants WHERE ended_at IS NULL").len(), 1);
    browser.open("/oauth/logout").await.assert_status(303);
    assert!(server.database.peek("SELECT id FROM grants WHERE ended_at IS NULL").is_empty());
}
