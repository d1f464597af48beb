//! How long an administrator's session lasts: an hour, and no longer than that on which it rests.

use axum::http::Method;
use serde_json::json;

use super::fresh;
use super::setup::set_up;
use crate::support::admin::{alice_the_administrator, edit_user, enter, go_on, operator, user_id};
use crate::support::browser::Browser;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

const HOUR: u64 = 60 * 60;

async fn is_in(browser: &mut Browser<'_>) -> bool {
    let reply = browser.open("/admin").await;
    assert!(matches!((reply.status.as_u16(), reply.header("location")), (200, "") | (303, "/admin/login?to=%2Fadmin")));
    reply.status == 200
}

#[tokio::test]
async fn a_session_is_over_after_an_hour_however_much_it_is_used() {
    let server = Server::seeded().await;
    for is_alice in [false, true] {
        let mut browser = if is_alice { alice_the_administrator(&server).await } else { operator(&server).await };
        for _ in 0..59 {
            server.advance(60);
            assert!(is_in(&mut browser).await);
        }
        server.advance(59);
        assert!(is_in(&mut browser).await);
        server.advance(1);
        assert!(!is_in(&mut browser).await);
    }
}

#[tokio::test]
async fn what_is_over_is_removed_by_the_next_clean_up_and_nothing_before() {
    let server = Server::new();
    operator(&server).await;
    server.advance(HOUR + 5 * 60 - 1);
    assert_eq!(server.clean_up().await.count("admin_sessions"), 0, "clocks may be minutes apart");
    server.advance(1);
    assert_eq!(server.clean_up().await.count("admin_sessions"), 1);
    assert!(server.database.peek("SELECT * FROM admin_sessions").is_empty());
}

#[tokio::test]
async fn whoever_loses_the_role_is_out_at_once_in_every_isolate_and_does_not_come_back_with_it() {
    let server = Server::seeded().await;
    let mut alice = alice_the_administrator(&server).await;
    let elsewhere = server.fresh_isolate();
    elsewhere.send(alice.dress(Ask::get("/admin"))).await.assert_status(200);
    edit_user(&server, "alice", json!({ "role": "user" })).await;
    assert_eq!(elsewhere.send(alice.dress(Ask::get("/admin"))).await.status, 303);
    assert!(!is_in(&mut alice).await);
    edit_user(&server, "alice", json!({ "role": "admin" })).await;
    assert!(!is_in(&mut alice).await, "what she had begun is over");
}

#[tokio::test]
async fn whoever_is_switched_off_removed_or_given_a_password_is_out_at_once() {
    for edit in [json!({ "disabled": true }), json!({ "password": "another password" })] {
        let server = Server::seeded().await;
        let mut alice = alice_the_administrator(&server).await;
        edit_user(&server, "alice", edit).await;
        assert!(!is_in(&mut alice).await);
    }
    let server = Server::seeded().await;
    let mut alice = alice_the_administrator(&server).await;
    let path = format!("/admin/api/users/{}", user_id(&server, "alice").await);
    server.as_admin(Ask::method(Method::DELETE, &path)).await.assert_status(204);
    assert!(!is_in(&mut alice).await);
    assert!(server.database.peek("SELECT * FROM admin_sessions").is_empty());
}

#[tokio::test]
async fn whoever_signs_out_as_a_person_is_no_administrator_any_more() {
    let server = Server::seeded().await;
    let mut alice = alice_the_administrator(&server).await;
    let account = alice.open("/account").await;
    alice.submit("/logout", &account, &[]).await.assert_status(303);
    assert!(!is_in(&mut alice).await);
}

#[tokio::test]
async fn whoever_signs_out_everywhere_else_is_no_administrator_there() {
    let server = Server::seeded().await;
    let mut lost = alice_the_administrator(&server).await;
    let mut alice = Browser::new(&server);
    alice.sign_in("alice", "alice").await;
    go_on(&mut alice).await.assert_status(303);
    let sessions = alice.open("/account/sessions/end").await;
    alice.submit("/account/sessions/end", &sessions, &[]).await.assert_status(303);
    assert!(!is_in(&mut lost).await && is_in(&mut alice).await);
}

#[tokio::test]
async fn whoever_signs_out_as_an_administrator_is_still_signed_in_as_a_person() {
    let server = Server::seeded().await;
    let mut alice = alice_the_administrator(&server).await;
    let stolen = alice.dress(Ask::get("/admin"));
    let home = alice.open("/admin").await;
    alice.submit("/admin/logout", &home, &[]).await.assert_status(303);
    assert!(!alice.cookies.contains_key("ostiary_admin"));
    assert_eq!(server.send(stolen).await.status, 303, "it is over on the server");
    alice.open("/account").await.assert_status(200);
}

#[tokio::test]
async fn a_session_that_a_replica_still_knows_is_over_once_it_has_ended() {
    let server = Server::seeded().await;
    let mut alice = alice_the_administrator(&server).await;
    let stolen = alice.dress(Ask::get("/admin"));
    let home = alice.open("/admin").await;
    server.database.replicas_lag();
    alice.submit("/admin/logout", &home, &[]).await.assert_status(303);
    assert_eq!(server.send(stolen).await.status, 303);
}

#[tokio::test]
async fn a_session_of_the_operators_ends_with_the_token_it_was_opened_with() {
    let server = fresh();
    let token = set_up(&server).await;
    let mut browser = Browser::new(&server);
    enter(&mut browser, &token).await.assert_status(303);
    let admin = |server: &Server| browser.dress(Ask::get("/admin")).header("x-issuer", server.issuer());
    server.send(admin(&server)).await.assert_status(200);
    let secret = server.redeployed(&[]);
    assert_eq!(secret.send(admin(&secret)).await.status, 303, "the secret wins");

    let mut browser = operator(&secret).await;
    assert!(is_in(&mut browser).await);
    let changed = secret.redeployed(&[("ADMIN_TOKEN", "another-admin-token")]);
    assert_eq!(changed.send(browser.dress(Ask::get("/admin"))).await.status, 303);
    let without = secret.redeployed(&[("ADMIN_TOKEN", "")]);
    assert_eq!(without.send(browser.dress(Ask::get("/admin"))).await.status, 303);
    assert!(is_in(&mut browser).await, "where the secret is as it was");
    assert_ne!(token, ADMIN_TOKEN);
}

#[tokio::test]
async fn other_cookies_do_not_open_the_admin_pages_nor_does_its_own_open_others() {
    let server = Server::seeded().await;
    let alice = alice_the_administrator(&server).await;
    let mut person = Browser::new(&server);
    person.cookies.clone_from(&alice.cookies);
    person.cookies.remove("ostiary_admin");
    assert!(!is_in(&mut person).await);
    let session = alice.cookies["ostiary_session"].clone();
    person.cookies.insert("ostiary_admin".to_owned(), session);
    assert!(!is_in(&mut person).await, "the person's session is none of an administrator's");

    let mut admin = Browser::new(&server);
    for name in ["ostiary_admin", "ostiary_session", "ostiary_browser"] {
        admin.cookies.insert(name.to_owned(), alice.cookies["ostiary_admin"].clone());
    }
    assert_eq!(admin.open("/account").await.header("location"), "/login");
    let api = server.send(admin.dress(Ask::get("/admin/api/users"))).await;
    api.assert_error(401, "invalid_token");
    for bearer in [&alice.cookies["ostiary_admin"], &alice.cookies["ostiary_session"]] {
        server.send(Ask::get("/admin/api/users").bearer(bearer)).await.assert_error(401, "invalid_token");
    }
}

#[tokio::test]
async fn a_page_asks_the_primary_once_for_who_administers() {
    let server = Server::seeded().await;
    for mut browser in [operator(&server).await, alice_the_administrator(&server).await] {
        server.hops.take();
        browser.open("/admin/settings").await.assert_status(200);
        assert_eq!(server.hops.take().len(), 1);
    }
    server.hops.take();
    Browser::new(&server).open("/admin/settings").await.assert_status(303);
    assert!(server.hops.take().is_empty(), "who has no cookie costs nothing");
}
