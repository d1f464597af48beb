//! `/password/{ticket}`, and how a link is made: `POST /admin/api/users/{id}/password-link`

use axum::http::Method;
use futures_util::future::join;
use ostiary::model::audit::EventKind;
use serde_json::json;

use crate::support::admin::{edit_user, user_id};
use crate::support::browser::Browser;
use crate::support::flow::{self, WEB};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

const NEW: &str = "correct horse battery";
const DAY: u64 = 24 * 60 * 60;

/// The path of a new link for the user of this name.
async fn link(server: &Server, name: &str) -> String {
    let path = format!("/admin/api/users/{}/password-link", user_id(server, name).await);
    let reply = server.as_admin(Ask::method(Method::POST, &path)).await;
    reply.assert_status(201);
    let url = reply.text("url");
    url.strip_prefix(server.issuer()).expect("an address of ours").to_owned()
}

async fn set(browser: &mut Browser<'_>, path: &str, new: &str) -> Reply {
    let page = browser.open(path).await;
    if page.status != 200 {
        return page;
    }
    browser.submit(path, &page, &[("new_password", new), ("repeat_password", new)]).await
}

fn is_over(reply: &Reply) -> bool {
    reply.status == 410 && reply.element("message-title") == "This link is over"
}

#[tokio::test]
async fn a_link_sets_a_first_password_for_somebody_who_has_none() {
    let server = Server::seeded().await;
    let made = server.as_admin(Ask::json(Method::POST, "/admin/api/users", &json!({ "name": "carol" }))).await;
    assert_eq!(made.json()["has_password"], false);
    let path = link(&server, "carol").await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&path).await;
    assert_eq!(page.element("username"), "carol");
    let reply = set(&mut browser, &path, NEW).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/password/done"));
    assert_eq!(browser.open("/password/done").await.element("message-title"), "Your password is set");
    assert_eq!(browser.sign_in("carol", NEW).await.element("signed-in-as"), "carol");
}

#[tokio::test]
async fn a_link_is_good_once_and_looking_does_not_use_it_up() {
    let server = Server::seeded().await;
    let path = link(&server, "alice").await;
    for _ in 0..3 {
        assert_eq!(Browser::new(&server).open(&path).await.status, 200);
        let head = Ask::method(Method::HEAD, &path).accepts_html();
        assert_eq!(server.send(head).await.status, 200);
    }
    let (mut one, mut two) = (Browser::new(&server), Browser::new(&server));
    let page = two.open(&path).await;
    set(&mut one, &path, NEW).await.assert_status(303);
    let fields = [("new_password", "somebody else's"), ("repeat_password", "somebody else's")];
    assert!(is_over(&two.submit(&path, &page, &fields).await));
    assert!(is_over(&two.open(&path).await));
    assert_eq!(one.sign_in("alice", NEW).await.status, 200);
    assert!(server.database.peek("SELECT * FROM password_tickets").is_empty());
}

#[tokio::test(start_paused = true)]
async fn of_two_who_use_it_at_the_same_time_one_sets_the_password() {
    let server = Server::seeded().await;
    let path = link(&server, "alice").await;
    let (mut one, mut two) = (Browser::new(&server), Browser::new(&server));
    let (of_one, of_two) = (one.open(&path).await, two.open(&path).await);
    let fields = |new| [("new_password", new), ("repeat_password", new)];
    let (first, second) = (fields("the first new one"), fields("the second new one"));
    let both = join(one.submit(&path, &of_one, &first), two.submit(&path, &of_two, &second));
    let ((first, second), _) = server.hops.depth_of(both).await;
    assert_eq!(first.status, 303);
    assert!(is_over(&second), "{}", second.body);
    assert_eq!(Browser::new(&server).sign_in("alice", "the first new one").await.status, 200);
    assert_eq!(Browser::new(&server).sign_in("alice", "the second new one").await.status, 403);
}

#[tokio::test]
async fn a_link_is_over_after_a_day_and_when_a_newer_one_is_made() {
    let server = Server::seeded().await;
    let path = link(&server, "alice").await;
    server.advance(DAY - 1);
    assert_eq!(Browser::new(&server).open(&path).await.status, 200);
    server.advance(1);
    assert!(is_over(&Browser::new(&server).open(&path).await));
    let (older, newer) = (link(&server, "alice").await, link(&server, "alice").await);
    assert!(is_over(&Browser::new(&server).open(&older).await));
    let bobs = link(&server, "bob").await;
    for (path, name) in [(newer, "alice"), (bobs, "bob")] {
        assert_eq!(Browser::new(&server).open(&path).await.element("username"), name);
    }
}

#[tokio::test]
async fn clean_up_removes_links_that_are_over() {
    let server = Server::seeded().await;
    link(&server, "alice").await;
    server.advance(DAY);
    link(&server, "bob").await;
    assert_eq!(server.clean_up().await.count("password_tickets"), 0, "clocks may be minutes apart");
    server.advance(5 * 60);
    assert_eq!(server.clean_up().await.count("password_tickets"), 1);
    assert_eq!(server.database.peek("SELECT * FROM password_tickets").len(), 1);
}

#[tokio::test]
async fn a_password_that_is_set_meanwhile_or_an_account_that_is_switched_off_ends_the_link() {
    let server = Server::seeded().await;
    let path = link(&server, "alice").await;
    edit_user(&server, "alice", json!({ "password": "set meanwhile" })).await;
    assert!(is_over(&Browser::new(&server).open(&path).await));
    let path = link(&server, "alice").await;
    assert_eq!(Browser::new(&server).open(&path).await.status, 200, "one made in the same second is good");
    let mut browser = Browser::new(&server);
    let page = browser.open(&path).await;
    edit_user(&server, "alice", json!({ "disabled": true })).await;
    assert!(is_over(&browser.submit(&path, &page, &[("new_password", NEW), ("repeat_password", NEW)]).await));
    edit_user(&server, "alice", json!({ "disabled": false })).await;
    assert!(is_over(&browser.open(&path).await), "switching on again brings nothing back");
}

#[tokio::test]
async fn a_password_set_by_a_link_ends_all_that_was_begun_before() {
    let server = Server::seeded().await;
    let mut signed_in = Browser::new(&server);
    signed_in.sign_in("alice", "alice").await;
    let tokens = flow::tokens(&server, &WEB).await;
    let path = link(&server, "alice").await;
    set(&mut Browser::new(&server), &path, NEW).await.assert_status(303);
    assert_eq!(signed_in.open("/account").await.status, 303);
    assert!(!flow::is_active(&server, &tokens.text("access_token")).await);
    server.send(WEB.refresh(&tokens.text("refresh_token"))).await.assert_error(400, "invalid_grant");
    assert!(server.database.peek("SELECT * FROM sessions").is_empty());
}

#[tokio::test]
async fn a_password_that_cannot_be_is_refused_and_the_link_stays_good() {
    let server = Server::seeded().await;
    let path = link(&server, "alice").await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&path).await;
    for (new, again, field) in [("short", "short", "new_password"), (NEW, "correct horse batterx", "repeat_password")] {
        let reply = browser.submit(&path, &page, &[("new_password", new), ("repeat_password", again)]).await;
        reply.assert_status(400);
        assert!(!reply.element(&format!("{field}-problem")).is_empty());
        assert!(!reply.body.contains(NEW), "no password comes back");
    }
    set(&mut browser, &path, NEW).await.assert_status(303);
}

#[tokio::test]
async fn a_form_of_another_browser_or_site_sets_nothing() {
    let server = Server::seeded().await;
    let path = link(&server, "alice").await;
    let mut browser = Browser::new(&server);
    let csrf_token = browser.open(&path).await.field("csrf_token");
    let fields = [("new_password", NEW), ("repeat_password", NEW), ("csrf_token", csrf_token.as_str())];
    server.send(Ask::post(&path, &fields).accepts_html()).await.assert_error_page(403, "access_denied");
    let foreign = Ask::post(&path, &fields).header("origin", "https://evil.example");
    browser.send(foreign).await.assert_error_page(403, "access_denied");
    assert_eq!(browser.open(&path).await.status, 200);
}

#[tokio::test]
async fn what_is_no_link_is_over_and_wakes_no_guard() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let csrf_token = browser.open("/login").await.field("csrf_token");
    server.hops.take();
    for ticket in ["x", &"A".repeat(43), "%00", "'%20OR%201=1"] {
        let path = format!("/password/{ticket}");
        assert!(is_over(&browser.open(&path).await), "{ticket}");
        let fields = [("csrf_token", csrf_token.as_str()), ("new_password", NEW), ("repeat_password", NEW)];
        assert!(is_over(&browser.send(Ask::post(&path, &fields)).await), "{ticket}");
    }
    assert!(!server.hops.take().contains(&"login_guard"), "what is slow is done for nobody");
}

#[tokio::test]
async fn only_an_administrator_makes_a_link_and_only_its_hash_is_kept() {
    let server = Server::seeded().await;
    let path = format!("/admin/api/users/{}/password-link", user_id(&server, "alice").await);
    server.send(Ask::method(Method::POST, &path)).await.assert_error(401, "invalid_token");
    let nobody = server.as_admin(Ask::method(Method::POST, "/admin/api/users/usr_nobody/password-link")).await;
    nobody.assert_error(404, "not_found");
    edit_user(&server, "bob", json!({ "disabled": true })).await;
    let of_bob = format!("/admin/api/users/{}/password-link", user_id(&server, "bob").await);
    server.as_admin(Ask::method(Method::POST, &of_bob)).await.assert_error(404, "not_found");
    assert!(server.database.peek("SELECT * FROM password_tickets").is_empty());

    server.events.take();
    let reply = server.as_admin(Ask::method(Method::POST, &path)).await;
    let url = reply.text("url");
    let ticket = url.rsplit('/').next().expect("a ticket");
    assert_eq!(ticket.len(), 43);
    let kept = format!("{:?}", server.database.peek("SELECT * FROM password_tickets"));
    let events = server.events.take();
    assert!(!kept.contains(ticket) && !format!("{events:?}").contains(ticket));
    let made = events.iter().find(|event| event.kind == EventKind::PasswordLinkCreated).expect("an event");
    assert_eq!(made.actor.as_deref(), Some("admin"));
    assert_eq!(made.subject, Some(user_id(&server, "alice").await));
}
