//! `/account/sessions`

use ostiary::model::audit::EventKind;
use ostiary::web::Place;
use serde_json::json;

use crate::support::admin::edit_client;
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const PATH: &str = "/account/sessions";
const END: &str = "/account/sessions/end";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// The names of the sessions of this user.
fn sids(server: &Server, name: &str) -> Vec<String> {
    let rows =
        server.database.peek("SELECT users.name, sid FROM sessions JOIN users ON users.id = user_id ORDER BY sid");
    let theirs = rows.iter().filter(|row| row["name"] == name);
    theirs.map(|row| row["sid"].as_str().expect("a sid").to_owned()).collect()
}

async fn end(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> Reply {
    let page = browser.open(PATH).await;
    browser.submit(END, &page, fields).await
}

/// Signs in as alice with this browser's name at this place, as the edge says.
async fn sign_in_from(server: &Server, user_agent: &str, place: &str) {
    let mut browser = Browser::new(server);
    let page = browser.open("/login").await;
    let fields = [("username", "alice"), ("password", "alice"), ("action", "sign_in")];
    let ask = browser.dress(browser.filled_in("/login", &page, &fields)).header("user-agent", user_agent);
    let mut request = ask.build(server.app.config.issuer.host());
    request.extensions_mut().insert(Place(place.to_owned()));
    server.send_request(request).await.assert_status(303);
}

#[tokio::test]
async fn each_session_is_listed_with_device_place_and_times_this_one_first() {
    let server = Server::seeded().await;
    sign_in_from(&server, FIREFOX, "Amsterdam, NL").await;
    sign_in_from(&server, "<script>", "<b>Nowhere</b>").await;
    server.advance(2 * 60 * 60);
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    Browser::new(&server).sign_in("bob", "bob").await;
    let page = browser.open(PATH).await;
    assert_eq!(page.body.matches("class=\"row-title\"").count(), 3, "{}", page.body);
    assert!(page.body.contains("Firefox on Linux") && page.body.contains("Amsterdam, NL · Last seen"), "{}", page.body);
    assert!(page.body.contains("&#60;b&#62;Nowhere") && !page.body.contains("<script>\""), "{}", page.body);
    assert!(page.body.contains(">2 hours ago</time>"), "{}", page.body);
    let (this, firefox) = (page.body.find("This browser"), page.body.find("Firefox on Linux"));
    assert!(this < firefox, "this one is first");
    assert_eq!(page.body.matches("This browser").count(), 1);
    assert_eq!(page.body.matches("name=\"sid\"").count(), 2, "one signs out here by the button at the top");
}

#[tokio::test]
async fn use_from_another_place_is_noted_when_use_is() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    for (minutes, place) in [(1, "Paris, FR"), (6, "Rome, IT")] {
        server.advance(60 * minutes);
        let mut request = browser.dress(Ask::get("/account")).build(server.app.config.issuer.host());
        request.extensions_mut().insert(Place(place.to_owned()));
        server.send_request(request).await.assert_status(200);
    }
    server.advance(600);
    browser.open("/account").await.assert_status(200);
    assert_eq!(server.database.peek("SELECT place FROM sessions")[0]["place"], "Rome, IT", "what is not known stays");
}

#[tokio::test]
async fn what_is_over_is_not_listed() {
    let server = Server::seeded().await;
    Browser::new(&server).sign_in("alice", "alice").await;
    server.advance(12 * 60 * 60 - 1);
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    assert_eq!(browser.open(PATH).await.body.matches("class=\"row-title\"").count(), 2);
    server.advance(1);
    let page = browser.open(PATH).await;
    assert_eq!(page.body.matches("class=\"row-title\"").count(), 1);
    assert!(page.body.contains("id=\"nowhere-else\"") && !page.body.contains("id=\"end-others\""));
}

#[tokio::test]
async fn signing_out_one_session_ends_it_with_its_grants_and_no_other() {
    let server = Server::seeded().await;
    edit_client(&server, SERVER.id, json!({ "backchannel_logout_uri": "https://server.example/out" })).await;
    let (mut here, mut there, mut third) = (Browser::new(&server), Browser::new(&server), Browser::new(&server));
    there.sign_in("alice", "alice").await;
    let sid = sids(&server, "alice").remove(0);
    let code = flow::authorize(&mut there, &SERVER, &[("scope", "openid")]).await.location_parameter("code");
    let of_session = server.send(SERVER.redeem(&code.expect("a code"))).await;
    let code = flow::authorize(&mut there, &WEB, &[]).await.location_parameter("code");
    let apart = server.send(WEB.redeem(&code.expect("a code"))).await;
    here.sign_in("alice", "alice").await;
    third.sign_in("alice", "alice").await;
    let reply = end(&mut here, &[("sid", &sid)]).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/account/sessions?done=ended"));
    assert_eq!(here.open(reply.header("location")).await.element("done"), "Signed out there.");
    assert_eq!(there.open("/account").await.status, 303);
    assert_eq!(third.open("/account").await.status, 200);
    server.send(SERVER.refresh(&of_session.text("refresh_token"))).await.assert_error(400, "invalid_grant");
    assert!(!flow::is_active(&server, &of_session.text("access_token")).await);
    assert!(flow::is_active(&server, &apart.text("access_token")).await, "it does not end with a session");
    let told = server.logouts.take();
    assert_eq!(
        told.iter().map(|told| (told.client_id.as_str(), told.sid.as_str())).collect::<Vec<_>>(),
        [(SERVER.id, sid.as_str())]
    );
}

#[tokio::test]
async fn signing_out_everywhere_else_is_asked_about_and_leaves_this_one() {
    let server = Server::seeded().await;
    let (mut here, mut bob) = (Browser::new(&server), Browser::new(&server));
    let mut others = [Browser::new(&server), Browser::new(&server)];
    for other in &mut others {
        other.sign_in("alice", "alice").await;
    }
    here.sign_in("alice", "alice").await;
    bob.sign_in("bob", "bob").await;
    let question = here.open(END).await;
    assert_eq!(sids(&server, "alice").len(), 3, "looking ends nothing");
    assert_eq!(question.element("confirm"), "Sign out everywhere else");
    server.events.take();
    here.submit(END, &question, &[]).await.assert_status(303);
    for other in &mut others {
        assert_eq!(other.open("/account").await.status, 303);
    }
    assert_eq!((here.open("/account").await.status.as_u16(), bob.open("/account").await.status.as_u16()), (200, 200));
    let events = server.events.take();
    let done = events.iter().find(|event| event.kind == EventKind::SignOut).expect("an event");
    assert_eq!(done.reason.as_deref(), Some("2 of the person's other sessions"));
}

#[tokio::test]
async fn ones_own_session_anothers_and_one_that_is_over_are_left_alone_there() {
    let server = Server::seeded().await;
    let (mut alice, mut bob) = (Browser::new(&server), Browser::new(&server));
    alice.sign_in("alice", "alice").await;
    bob.sign_in("bob", "bob").await;
    flow::authorize(&mut bob, &SERVER, &[("scope", "openid")]).await;
    let before = server.remembered();
    for sid in [sids(&server, "alice").remove(0), sids(&server, "bob").remove(0), "nobody's".to_owned(), "%".to_owned()]
    {
        let reply = end(&mut alice, &[("sid", &sid)]).await;
        assert_eq!(reply.header("location"), "/account/sessions?done=nothing", "{sid}");
    }
    end(&mut alice, &[]).await.assert_status(303);
    assert_eq!(server.remembered(), before, "there is no other of hers");
    assert!(server.logouts.take().is_empty());
}
