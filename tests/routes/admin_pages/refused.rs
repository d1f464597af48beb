//! Every page and action of administrators: signed out, as another user, with another session's token, from another site, with a
//! session that has ended, by another method.

use axum::http::Method;
use serde_json::json;

use super::fresh;
use super::setup::set_up;
use crate::support::admin::{alice_the_administrator, edit_user, enter};
use crate::support::browser::Browser;
use crate::support::request::Ask;
use crate::support::server::Server;

const PAGES: [&str; 4] = ["/admin", "/admin/settings", "/admin/audit", "/admin/token"];

type Action = (&'static str, &'static [(&'static str, &'static str)]);

/// Every action of somebody who is signed in, with fields with which it would do something.
const ACTIONS: [Action; 2] = [("/admin/logout", &[]), ("/admin/token", &[])];

/// A server that was set up, and a browser in which alice administers.
async fn world() -> Server {
    let server = fresh().seed().await;
    set_up(&server).await;
    server
}

/// Alice, whom somebody with the token made an administrator.
async fn alice(server: &Server) -> Browser<'_> {
    let sql = "UPDATE users SET role = 'admin' WHERE name = 'alice' RETURNING id";
    assert_eq!(server.database.peek(sql).len(), 1);
    let mut browser = Browser::new(server);
    browser.sign_in("alice", "alice").await;
    crate::support::admin::go_on(&mut browser).await.assert_status(303);
    browser
}

fn form(browser: &Browser<'_>, (path, fields): Action, csrf_token: &str) -> Ask {
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf_token", csrf_token)]).collect();
    browser.dress(Ask::post(path, &fields))
}

#[tokio::test]
async fn each_action_does_something_when_all_is_right() {
    for action in ACTIONS {
        let server = world().await;
        let mut browser = alice(&server).await;
        let csrf_token = browser.open("/admin").await.field("csrf_token");
        let before = server.remembered();
        let reply = server.send(form(&browser, action, &csrf_token)).await;
        assert!(matches!(reply.status.as_u16(), 200 | 303), "{action:?}: {}", reply.body);
        assert_ne!(server.remembered(), before, "{action:?}");
    }
}

#[tokio::test]
async fn signed_out_or_with_a_session_that_has_ended_no_page_is_shown_and_no_action_does_anything() {
    let server = world().await;
    let mut browser = alice(&server).await;
    let csrf_token = browser.open("/admin").await.field("csrf_token");
    let mut person = Browser::new(&server);
    person.cookies.clone_from(&browser.cookies);
    person.cookies.remove("ostiary_admin");
    server.advance(60 * 60);
    let before = server.remembered();
    for browser in [&browser, &person, &Browser::new(&server)] {
        for action in ACTIONS {
            let reply = server.send(form(browser, action, &csrf_token)).await;
            assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/admin/login"), "{action:?}");
        }
        for page in PAGES {
            let reply = server.send(browser.dress(Ask::get(page))).await;
            assert_eq!(reply.status, 303, "{page}");
            assert!(reply.header("location").starts_with("/admin/login?to=%2Fadmin"), "{page}");
            assert_eq!(reply.body, "", "{page}");
        }
    }
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn a_user_without_the_role_gets_nowhere_whatever_they_send() {
    let server = world().await;
    let mut alice = alice(&server).await;
    let csrf_token = alice.open("/admin").await.field("csrf_token");
    let mut bob = Browser::new(&server);
    bob.sign_in("bob", "bob").await;
    let own = bob.open("/account").await.field("csrf_token");
    let guessed = bob.cookies["ostiary_session"].clone();
    bob.cookies.insert("ostiary_admin".to_owned(), guessed);
    let before = server.remembered();
    for action in ACTIONS {
        for token in [&csrf_token, &own] {
            let reply = server.send(form(&bob, action, token)).await;
            assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/admin/login"), "{action:?}");
        }
    }
    for page in PAGES {
        assert_eq!(bob.open(page).await.status, 303, "{page}");
    }
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn whoever_lost_the_role_meanwhile_does_nothing_with_a_page_that_is_still_open() {
    let server = Server::seeded().await;
    let mut alice = alice_the_administrator(&server).await;
    let csrf_token = alice.open("/admin").await.field("csrf_token");
    edit_user(&server, "alice", json!({ "role": "user" })).await;
    let before = server.remembered();
    for action in ACTIONS {
        let reply = server.send(form(&alice, action, &csrf_token)).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/admin/login"), "{action:?}");
    }
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn a_form_without_this_sessions_token_or_from_another_site_does_nothing() {
    let server = world().await;
    let mut browser = alice(&server).await;
    let csrf_token = browser.open("/admin").await.field("csrf_token");
    let of_person = browser.open("/account").await.field("csrf_token");
    assert_ne!(csrf_token, of_person);
    let mut other = Browser::new(&server);
    other.sign_in("alice", "alice").await;
    crate::support::admin::go_on(&mut other).await.assert_status(303);
    let of_other = other.open("/admin").await.field("csrf_token");
    let before = server.remembered();
    for action in ACTIONS {
        for ask in [
            form(&browser, action, &of_other),
            form(&browser, action, &of_person),
            form(&browser, action, "x"),
            form(&browser, action, &csrf_token).header("origin", "https://evil.example"),
            form(&browser, action, &csrf_token).header("origin", "null"),
        ] {
            server.send(ask).await.assert_error_page(403, "access_denied");
        }
        let none = browser.dress(Ask::post(action.0, action.1));
        server.send(none).await.assert_error_page(403, "access_denied");
    }
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn sign_in_forms_of_another_browser_or_site_do_nothing() {
    let server = fresh();
    let token = set_up(&server).await;
    let mut browser = Browser::new(&server);
    let login = browser.open("/admin/login").await;
    let others = Browser::new(&server).open("/admin/login").await.field("csrf_token");
    let before = server.remembered();
    let fields = |csrf_token| [("token", token.as_str()), ("action", "sign_in"), ("csrf_token", csrf_token)];
    for ask in [
        Ask::post("/admin/login", &fields(&others)),
        Ask::post("/admin/login", &fields(&login.field("csrf_token"))).header("origin", "https://evil.example"),
        Ask::post("/admin/login", &fields(&login.field("csrf_token"))).header("origin", "null"),
    ] {
        server.send(browser.dress(ask)).await.assert_error_page(403, "access_denied");
    }
    assert_eq!(server.remembered(), before);
    enter(&mut browser, &token).await.assert_status(303);
}

#[tokio::test]
async fn nothing_is_done_by_get_or_by_another_method() {
    let server = world().await;
    let mut browser = alice(&server).await;
    let csrf_token = browser.open("/admin").await.field("csrf_token");
    let before = server.remembered();
    for (path, fields) in ACTIONS {
        let fields = fields.iter().copied().chain([("csrf_token", csrf_token.as_str())]);
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let reply = browser.open(&format!("{path}?{query}")).await;
        assert!(matches!(reply.status.as_u16(), 200 | 405), "{path}: a page, or nothing");
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            assert_eq!(browser.send(Ask::method(method.clone(), path)).await.status, 405, "{method} {path}");
        }
    }
    for path in ["/admin", "/admin/settings", "/admin/audit"] {
        let reply = browser.send(Ask::post(path, &[("csrf_token", &csrf_token)])).await;
        assert_eq!(reply.status, 405, "{path}");
    }
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn every_page_is_hardened_and_takes_a_script_of_ours_and_none_within_it() {
    let server = world().await;
    let mut browser = alice(&server).await;
    for path in PAGES {
        let page = browser.open(path).await;
        let policy = page.assert_status(200).header("content-security-policy");
        for directive in ["default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(directive), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!((page.header("cache-control"), page.header("x-content-type-options")), ("no-store", "nosniff"));
        assert_eq!(page.body.matches("aria-current=\"page\"").count(), 1, "{path}");
        let link = format!("<a href=\"{path}\" id=\"nav{}\" aria-current=\"page\">", path.replace('/', "-"));
        assert!(page.body.contains(&link), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn a_body_over_the_limit_or_of_another_kind_is_refused() {
    let server = world().await;
    let browser = alice(&server).await;
    let before = server.remembered();
    for (path, _) in ACTIONS {
        let long = format!("csrf_token={}", "x".repeat(64 * 1024));
        let ask = Ask::post_raw(path, "application/x-www-form-urlencoded", long.as_bytes());
        server.send(browser.dress(ask)).await.assert_error_page(413, "content_too_large");
        let ask = Ask::post_raw(path, "application/json", b"{}");
        server.send(browser.dress(ask)).await.assert_error_page(400, "invalid_request");
    }
    assert_eq!(server.remembered(), before);
}
