//! `/account/password`

use futures_util::future::join;
use ostiary::model::audit::{EventKind, Outcome};
use serde_json::json;

use crate::support::admin::{edit_client, user_id};
use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER, WEB};
use crate::support::reply::Reply;
use crate::support::server::Server;

const PATH: &str = "/account/password";
const NEW: &str = "correct horse battery";

async fn change(browser: &mut Browser<'_>, current: &str, new: &str, again: &str) -> Reply {
    let page = browser.open(PATH).await;
    let fields = [("current_password", current), ("new_password", new), ("repeat_password", again)];
    browser.submit(PATH, &page, &fields).await
}

#[tokio::test]
async fn a_new_password_takes_the_place_of_the_old_one_and_the_browser_stays_signed_in() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let reply = change(&mut browser, "alice", NEW, NEW).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/account/password?done=changed"));
    let page = browser.open(reply.header("location")).await;
    assert!(page.element("done").contains("Your password is changed"), "{}", page.body);
    let mut other = Browser::new(&server);
    assert_eq!(other.sign_in("alice", "alice").await.status, 403);
    assert_eq!(other.sign_in("alice", NEW).await.status, 200);
    let stored = server.database.peek("SELECT password_hash FROM users WHERE name = 'alice'")[0].to_string();
    assert!(stored.contains("$argon2id$") && !stored.contains(NEW));
}

#[tokio::test]
async fn the_session_goes_on_under_another_cookie_and_name_and_every_other_one_ends() {
    let server = Server::seeded().await;
    let (mut one, mut two, mut bob) = (Browser::new(&server), Browser::new(&server), Browser::new(&server));
    one.sign_in("alice", "alice").await;
    two.sign_in("alice", "alice").await;
    bob.sign_in("bob", "bob").await;
    let before = one.cookies.clone();
    let sids = server.database.peek("SELECT sid FROM sessions");
    change(&mut one, "alice", NEW, NEW).await.assert_status(303);
    assert_ne!(one.cookies["ostiary_session"], before["ostiary_session"]);
    assert_eq!(one.open("/account").await.status, 200);
    assert_eq!(two.open("/account").await.status, 303);
    assert_eq!(bob.open("/account").await.status, 200);
    let mut thief = Browser::new(&server);
    thief.cookies = before;
    assert_eq!(thief.open("/account").await.status, 303, "the cookie before is dead");
    let sql = "SELECT sid FROM sessions JOIN users ON users.id = user_id WHERE users.name = 'alice'";
    let now = server.database.peek(sql);
    assert_eq!(now.len(), 1, "what has ended is gone");
    assert!(!sids.contains(&now[0]));
}

#[tokio::test]
async fn every_grant_of_the_person_ends_also_in_isolates_that_are_warm_and_nobody_elses() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let code = flow::authorize(&mut browser, &SERVER, &[]).await.location_parameter("code").expect("a code");
    let alices = server.send(SERVER.redeem(&code)).await;
    let mut bob = Browser::new(&server);
    bob.sign_in("bob", "bob").await;
    let code = flow::authorize(&mut bob, &SERVER, &[]).await.location_parameter("code").expect("a code");
    let bobs = server.send(SERVER.redeem(&code)).await;
    let warm = server.fresh_isolate();
    for tokens in [&alices, &bobs] {
        assert!(flow::is_active(&warm, &tokens.text("access_token")).await);
    }
    change(&mut browser, "alice", NEW, NEW).await.assert_status(303);
    for isolate in [&server, &warm] {
        assert!(!flow::is_active(isolate, &alices.text("access_token")).await);
        isolate.send(SERVER.refresh(&alices.text("refresh_token"))).await.assert_error(400, "invalid_grant");
        assert!(flow::is_active(isolate, &bobs.text("access_token")).await);
    }
    let open =
        server.database.peek("SELECT users.name FROM grants JOIN users ON users.id = user_id WHERE ended_at IS NULL");
    assert_eq!(json!(open), json!([{ "name": "bob" }]));
}

#[tokio::test]
async fn the_clients_of_the_sessions_that_end_are_told() {
    let server = Server::seeded().await;
    edit_client(&server, WEB.id, json!({ "backchannel_logout_uri": "https://app.example/out" })).await;
    let (mut one, mut two) = (Browser::new(&server), Browser::new(&server));
    one.sign_in("alice", "alice").await;
    flow::authorize(&mut two, &WEB, &[("scope", "openid")]).await;
    change(&mut one, "alice", NEW, NEW).await.assert_status(303);
    let told = server.logouts.take();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].client_id.as_str(), &told[0].user_id), (WEB.id, &user_id(&server, "alice").await));
    assert!(server.database.peek("SELECT * FROM session_clients").is_empty());
}

#[tokio::test]
async fn a_wrong_password_changes_nothing_and_is_slowed_as_at_a_sign_in() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let before = server.remembered();
    for _ in 0..5 {
        let page = change(&mut browser, "a wrong guess", NEW, NEW).await;
        page.assert_status(403);
        assert_eq!(page.element("current_password-problem"), "This is not your password.");
        assert!(!page.body.contains("a wrong guess") && !page.body.contains(NEW), "no password comes back");
    }
    let slowed = change(&mut browser, "alice", NEW, NEW).await;
    assert_eq!((slowed.status.as_u16(), slowed.header("retry-after")), (429, "2"), "not even with the right one");
    assert!(slowed.element("current_password-problem").starts_with("Too many attempts."));
    assert_eq!(Browser::new(&server).sign_in("ALICE", "alice").await.status, 429, "it is the same guard");
    assert_eq!(server.remembered(), before);
    server.advance(2);
    change(&mut browser, "alice", NEW, NEW).await.assert_status(303);
}

#[tokio::test]
async fn a_new_password_that_cannot_be_is_refused_before_the_old_one_is_looked_at() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let long = "x".repeat(1025);
    for (new, again, field) in [
        ("short", "short", "new_password"),
        ("", "", "new_password"),
        (long.as_str(), long.as_str(), "new_password"),
        (NEW, "correct horse batterx", "repeat_password"),
        (NEW, "", "repeat_password"),
    ] {
        let page = browser.open(PATH).await;
        server.hops.take();
        let fields = [("current_password", "alice"), ("new_password", new), ("repeat_password", again)];
        let reply = browser.submit(PATH, &page, &fields).await;
        reply.assert_status(400);
        assert!(!reply.element(&format!("{field}-problem")).is_empty(), "{new}");
        assert!(!server.hops.take().contains(&"login_guard"), "{new}");
    }
    assert_eq!(Browser::new(&server).sign_in("alice", "alice").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn of_two_changes_at_the_same_time_one_wins_and_the_other_changes_nothing() {
    let server = Server::seeded().await;
    let (mut one, mut two) = (Browser::new(&server), Browser::new(&server));
    one.sign_in("alice", "alice").await;
    two.sign_in("alice", "alice").await;
    let (page_one, page_two) = (one.open(PATH).await, two.open(PATH).await);
    let fields = |new| [("current_password", "alice"), ("new_password", new), ("repeat_password", new)];
    let (of_one, of_two) = (fields("the first new one"), fields("the second new one"));
    let both = join(one.submit(PATH, &page_one, &of_one), two.submit(PATH, &page_two, &of_two));
    let ((first, second), _) = server.hops.depth_of(both).await;
    assert_eq!([first.status.as_u16(), second.status.as_u16()], [303, 403]);
    assert_eq!(one.open("/account").await.status, 200);
    assert_eq!(two.open("/account").await.status, 303);
    assert_eq!(Browser::new(&server).sign_in("alice", "the first new one").await.status, 200);
}

#[tokio::test]
async fn what_was_done_is_in_the_audit_log_and_no_password_is() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let alice = user_id(&server, "alice").await;
    server.events.take();
    change(&mut browser, "wrong", NEW, NEW).await;
    change(&mut browser, "alice", NEW, NEW).await;
    let events = server.events.take();
    let of_user: Vec<_> = events.iter().filter(|event| event.kind == EventKind::UserUpdated).collect();
    assert_eq!(of_user.iter().map(|event| event.outcome).collect::<Vec<_>>(), [Outcome::Failure, Outcome::Success]);
    assert!(of_user.iter().all(|event| event.actor.as_ref() == Some(&alice) && event.subject.as_ref() == Some(&alice)));
    assert!(!format!("{events:?}").contains(NEW));
}

#[tokio::test]
async fn somebody_without_a_password_is_told_so_and_finds_no_form() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    assert!(browser.open(PATH).await.body.contains("id=\"password-form\""));
    // As one who came by an account elsewhere.
    server.database.peek("UPDATE users SET password_hash = NULL WHERE name = 'alice'");
    let page = browser.open(PATH).await;
    assert!(page.element("no-password").contains("You have no password here"), "{}", page.body);
    assert!(!page.body.contains("password-form"), "{}", page.body);
}
