//! `/login`

use ostiary::ports::Limit;
use serde_json::json;

use crate::support::admin::{edit_user, make_user};
use crate::support::browser::Browser;
use crate::support::flow::WEB;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

async fn attempt(browser: &mut Browser<'_>, name: &str, password: &str) -> Reply {
    let page = browser.open("/login").await;
    browser.submit("/login", &page, &[("username", name), ("password", password), ("action", "sign_in")]).await
}

/// What a page says, without what is different on each: the sealed interaction and the name that was typed.
fn said(reply: &Reply, name: &str) -> (u16, String) {
    let body = reply.body.replace(&reply.field("interaction"), "").replace(&reply.field("csrf_token"), "");
    (reply.status.as_u16(), body.replace(&format!("value=\"{name}\""), ""))
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_look_alike_and_take_the_same_way() {
    let server = Server::seeded().await;
    make_user(&server, "carol", "a good password").await;
    edit_user(&server, "carol", json!({ "disabled": true })).await;
    let mut browser = Browser::new(&server);
    // What the page offers is read once in a while.
    browser.open("/login").await;
    let mut answers = Vec::new();
    for (name, password) in [("alice", "wrong"), ("nobody", "wrong"), ("carol", "a good password")] {
        server.hops.take();
        let reply = attempt(&mut browser, name, password).await;
        answers.push((said(&reply, name), server.hops.take()));
        assert!(!browser.cookies.contains_key("ostiary_session"));
    }
    assert_eq!(answers[0].0.0, 403);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2], "nor is anybody told that an account is switched off");
}

#[tokio::test]
async fn failed_sign_ins_are_slowed_growing_and_never_for_good() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    for _ in 0..5 {
        assert_eq!(attempt(&mut browser, "alice", "wrong").await.status, 403);
    }
    let slowed = attempt(&mut browser, "ALICE", "alice").await;
    assert_eq!((slowed.status.as_u16(), slowed.header("retry-after")), (429, "2"), "however the name is spelled");
    assert!(!browser.cookies.contains_key("ostiary_session"), "not even with the right password");
    server.advance(2);
    assert_eq!(attempt(&mut browser, "alice", "wrong").await.status, 403);
    assert_eq!(attempt(&mut browser, "alice", "wrong").await.header("retry-after"), "4");
    server.advance(4);
    assert_eq!(attempt(&mut browser, "alice", "alice").await.status, 303);
}

#[tokio::test]
async fn a_stranger_cannot_lock_a_person_out() {
    let server = Server::seeded().await;
    let mut home = Browser::new(&server).at("192.0.2.1");
    assert_eq!(attempt(&mut home, "alice", "alice").await.status, 303);
    for number in 0..60 {
        let mut stranger = Browser::new(&server).at(&format!("198.51.100.{number}"));
        attempt(&mut stranger, "alice", "wrong").await;
    }
    assert_eq!(attempt(&mut Browser::new(&server).at("192.0.2.1"), "alice", "alice").await.status, 303);
    let elsewhere = attempt(&mut Browser::new(&server).at("203.0.113.9"), "alice", "alice").await;
    let wait: u64 = elsewhere.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait), "at a new address at most a minute: {wait}");
}

#[tokio::test]
async fn an_address_over_many_accounts_is_slowed_by_the_rate_limit() {
    let server = Server::new();
    server.limiter.set(Limit::Guesses, 1000);
    let mut browser = Browser::new(&server);
    let page = browser.open("/login").await;
    let mut statuses = Vec::new();
    for number in 0..101 {
        let name = format!("guess{number}");
        let fields = [("username", name.as_str()), ("password", ""), ("action", "sign_in")];
        statuses.push(browser.submit("/login", &page, &fields).await.status.as_u16());
    }
    assert!(statuses[..100].iter().all(|status| *status == 403), "{statuses:?}");
    assert_eq!(statuses[100], 429);
    server.advance(60);
    assert_eq!(attempt(&mut browser, "guess", "x").await.status, 403);
}

#[tokio::test]
async fn the_session_cookie_is_new_after_every_sign_in_and_the_old_one_dead() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let fixed = "A".repeat(43);
    browser.cookies.insert("ostiary_session".to_owned(), fixed.clone());
    let mut seen = vec![fixed];
    for name in ["alice", "alice", "bob"] {
        browser.sign_in(name, name).await.assert_status(200);
        let cookie = browser.cookies["ostiary_session"].clone();
        assert_eq!(cookie.len(), 43);
        assert!(!seen.contains(&cookie));
        seen.push(cookie);
    }
    assert_eq!(server.database.peek("SELECT cookie_hash FROM sessions").len(), 1);
    for old in &seen[..3] {
        let ask = Ask::get("/account").header("cookie", &format!("ostiary_session={old}"));
        assert_eq!(server.send(ask).await.header("location"), "/login");
    }
    let sessions = server.database.peek("SELECT cookie_hash FROM sessions")[0].to_string();
    assert!(!sessions.contains(&seen[3]), "only the hash is stored");
}

#[tokio::test]
async fn cookies_are_http_only_lax_and_host_bound_and_secure_when_the_issuer_is_https() {
    for (server, name, secure) in [(Server::new(), "ostiary_", false), (Server::deployed(), "__Host-ostiary_", true)] {
        make_user(&server, "alice", "correct horse").await;
        let mut browser = Browser::new(&server);
        let page = browser.open("/login").await;
        let reply = browser
            .submit("/login", &page, &[("username", "alice"), ("password", "correct horse"), ("action", "sign_in")])
            .await;
        for (cookie, of) in [("browser", &page), ("session", &reply)] {
            let set = of.header("set-cookie");
            assert!(set.starts_with(&format!("{name}{cookie}=")), "{set}");
            for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
                assert!(set.contains(attribute), "{set}");
            }
            assert!(!set.contains("Domain"));
            assert_eq!(set.contains("; Secure"), secure, "{set}");
        }
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/account"));
    }
}

#[tokio::test]
async fn a_form_of_another_site_or_browser_is_refused() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let page = browser.open("/login").await;
    let (interaction, csrf) = (page.field("interaction"), page.field("csrf_token"));
    let form = |csrf: &str| {
        let fields =
            [("username", "alice"), ("password", "alice"), ("interaction", &interaction), ("csrf_token", csrf)];
        Ask::post("/login", &fields)
    };
    let mut other = Browser::new(&server);
    other.open("/login").await;
    for reply in [
        browser.send(form(&csrf).header("origin", "https://evil.example")).await,
        browser.send(form(&csrf).header("origin", "null")).await,
        browser.send(form("A")).await,
        server.send(form(&csrf).accepts_html()).await,
        other.send(form(&csrf)).await,
    ] {
        reply.assert_error_page(403, "access_denied");
    }
    browser.send(form("")).await.assert_error_page(400, "invalid_request");
    assert!(server.database.peek("SELECT * FROM sessions").is_empty());
    assert_eq!(browser.send(form(&csrf)).await.status, 303, "with the right token and no Origin it works");
}

#[tokio::test]
async fn cancel_tells_the_client_no() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let page = browser.open(&WEB.authorize_path(&[])).await;
    let reply = browser.submit("/login", &page, &[("action", "cancel")]).await;
    reply.assert_error_redirect(WEB.redirect_uri, "access_denied");
    assert_eq!(reply.location_parameter("state").as_deref(), Some("state-of-the-client"));
}

#[tokio::test]
async fn the_password_is_never_sent_back_and_the_name_is_escaped() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let page = attempt(&mut browser, "\"><script>alert(1)</script>", "hunter2-secret").await;
    assert!(!page.body.contains("hunter2-secret") && !page.body.contains("<script>alert"));
}

#[tokio::test]
async fn overlong_names_and_passwords_are_refused_without_work() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    for (name, password) in [("a".repeat(101), "x".to_owned()), ("alice".to_owned(), "x".repeat(1025))] {
        let page = browser.open("/login").await;
        server.hops.take();
        let fields = [("username", name.as_str()), ("password", &password), ("action", "sign_in")];
        assert_eq!(browser.submit("/login", &page, &fields).await.status, 403);
        assert!(server.hops.take().is_empty());
    }
}

#[tokio::test]
async fn a_user_without_a_password_cannot_sign_in() {
    let server = Server::new();
    let body = json!({ "name": "dave" });
    let made = server.as_admin(Ask::json(axum::http::Method::POST, "/admin/api/users", &body)).await;
    assert_eq!(made.assert_status(201).json()["has_password"], false);
    for password in ["", "dave", "null"] {
        assert_eq!(attempt(&mut Browser::new(&server), "dave", password).await.status, 403);
    }
}
