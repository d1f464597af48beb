//! `/admin/login` and `/admin/logout`

use ostiary::model::audit::{EventKind, Outcome};
use serde_json::json;

use super::fresh;
use super::setup::set_up;
use crate::support::admin::{alice_the_administrator, edit_user, enter, go_on, operator, user_id};
use crate::support::browser::Browser;
use crate::support::log_lines;
use crate::support::reply::Reply;
use crate::support::server::{ADMIN_TOKEN, Server};

const HOUR: u64 = 60 * 60;

/// The `Set-Cookie` of the administrator's session.
fn set_cookie(reply: &Reply) -> String {
    let cookies: Vec<&str> =
        reply.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().expect("ASCII")).collect();
    (*cookies.iter().find(|cookie| cookie.contains("ostiary_admin=")).unwrap_or_else(|| panic!("{cookies:?}")))
        .to_owned()
}

#[tokio::test]
async fn the_admin_token_opens_the_page_that_was_asked_for() {
    let server = Server::new();
    for page in ["/admin", "/admin/settings", "/admin/audit?event=sign_in&actor=a%26b", "/admin/token"] {
        let mut browser = Browser::new(&server);
        let away = browser.open(page).await;
        assert_eq!(away.status, 303, "{page}");
        let login = browser.open(away.header("location")).await;
        let reply = browser.submit("/admin/login", &login, &[("token", ADMIN_TOKEN), ("action", "sign_in")]).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, page));
        let shown = browser.open(page).await;
        assert_eq!(shown.assert_status(200).element("signed-in-as"), "the operator", "{page}");
    }
}

#[tokio::test]
async fn the_token_that_set_up_made_opens_the_admin_pages_too() {
    let server = fresh();
    let mut browser = Browser::new(&server);
    let none = browser.open("/admin/login").await;
    assert!(none.body.contains("id=\"to-setup\"") && !none.body.contains("id=\"token-form\""), "{}", none.body);
    let token = set_up(&server).await;
    enter(&mut browser, ADMIN_TOKEN).await.assert_status(403);
    enter(&mut browser, &format!(" {token} ")).await.assert_status(303);
    browser.open("/admin").await.assert_status(200);
}

#[tokio::test]
async fn where_there_is_no_token_and_no_set_up_the_page_says_what_to_do() {
    let server = Server::with(&[
        ("OAUTH_ISSUER_URL", "https://auth.example"),
        ("ENABLE_DEV_ENDPOINTS", "false"),
        ("ADMIN_TOKEN", ""),
    ]);
    let page = Browser::new(&server).open("/admin/login").await;
    assert!(page.element("no-token").starts_with("There is none."), "{}", page.body);
    assert!(!page.body.contains("id=\"to-setup\"") && !page.body.contains("id=\"token-form\""));
}

#[tokio::test]
async fn a_sign_in_leads_to_pages_of_administrators_only() {
    let server = Server::new();
    for to in [
        "https://evil.example",
        "//evil.example/admin",
        "/admin//evil.example",
        "/admin/../logout",
        "/account",
        "/admin/api/users",
        "",
    ] {
        let mut browser = Browser::new(&server);
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish();
        let login = browser.open(&format!("/admin/login?{query}")).await;
        assert_eq!(login.field("to"), "/admin", "{to}");
        let fields =
            [("token", ADMIN_TOKEN), ("action", "sign_in"), ("csrf_token", &login.field("csrf_token")), ("to", to)];
        let forged = browser.send(crate::support::request::Ask::post("/admin/login", &fields)).await;
        assert_eq!((forged.status.as_u16(), forged.header("location")), (303, "/admin"), "{to}");
        let again = browser.open(&format!("/admin/login?{query}")).await;
        assert_eq!((again.status.as_u16(), again.header("location")), (303, "/admin"), "{to}");
    }
}

#[tokio::test]
async fn a_wrong_token_is_refused_told_and_slowed_by_address() {
    let server = Server::new();
    let mut browser = Browser::new(&server);
    for _ in 0..100 {
        let reply = enter(&mut browser, "not-the-admin-token").await;
        assert_eq!(reply.assert_status(403).element("login-problem"), "That is not the admin token.");
        assert!(!reply.body.contains("not-the-admin-token") && !browser.cookies.contains_key("ostiary_admin"));
    }
    let events = server.events.take();
    assert!(events.iter().all(|event| event.kind == EventKind::AdminSignIn && event.outcome == Outcome::Failure));
    assert_eq!(events[0].reason.as_deref(), Some("this is not the admin token"));
    let slowed = enter(&mut browser, ADMIN_TOKEN).await;
    assert_eq!((slowed.status.as_u16(), slowed.header("retry-after")), (429, "60"));
    assert!(!browser.cookies.contains_key("ostiary_admin"));
    let mut elsewhere = Browser::new(&server).at("198.51.100.7");
    enter(&mut elsewhere, ADMIN_TOKEN).await.assert_status(303);
    server.advance(60);
    enter(&mut browser, ADMIN_TOKEN).await.assert_status(303);
}

#[tokio::test]
async fn who_signs_in_and_out_is_told() {
    let server = Server::seeded().await;
    server.events.take();
    let mut browser = operator(&server).await;
    let home = browser.open("/admin").await;
    let out = browser.submit("/admin/logout", &home, &[]).await;
    assert_eq!((out.status.as_u16(), out.header("location")), (303, "/admin/login"));
    let by_operator = |kind| (kind, Outcome::Success, Some("admin".to_owned()));
    let told: Vec<_> = server.events.take().into_iter().map(|event| (event.kind, event.outcome, event.actor)).collect();
    assert_eq!(told, [by_operator(EventKind::AdminSignIn), by_operator(EventKind::AdminSignOut)]);
    let alice = user_id(&server, "alice").await;
    alice_the_administrator(&server).await;
    let told = server.events.take();
    let entry = told.iter().find(|event| event.kind == EventKind::AdminSignIn).expect("an event");
    assert_eq!((entry.outcome, entry.actor.as_deref()), (Outcome::Success, Some(alice.as_str())));
}

#[tokio::test]
async fn an_administrator_goes_on_with_the_account_they_have_just_signed_in_to() {
    let server = Server::seeded().await;
    let mut browser = alice_the_administrator(&server).await;
    assert_eq!(browser.open("/admin").await.assert_status(200).element("signed-in-as"), "alice");
    assert_eq!(browser.open("/account").await.assert_status(200).element("signed-in-as"), "alice");
    let login = browser.open("/admin/login?to=/admin/audit").await;
    assert_eq!((login.status.as_u16(), login.header("location")), (303, "/admin/audit"), "she is in");
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_led_to_sign_in_and_back_to_that_page() {
    let server = Server::seeded().await;
    edit_user(&server, "alice", json!({ "role": "admin" })).await;
    server.advance(1);
    let mut browser = Browser::new(&server);
    let away = browser.open("/admin/audit?event=sign_in").await;
    let login = browser.open(away.header("location")).await;
    assert!(login.body.contains("href=\"/login?admin=%2Fadmin%2Faudit%3Fevent%3Dsign_in\""), "{}", login.body);
    let person = browser.open("/login?admin=%2Fadmin%2Faudit%3Fevent%3Dsign_in").await;
    let fields = [("username", "alice"), ("password", "alice"), ("action", "sign_in")];
    let back = browser.submit("/login", &person, &fields).await;
    assert_eq!(back.header("location"), away.header("location"));
    let offer = browser.open(back.header("location")).await;
    assert!(offer.element("continue").starts_with("Continue as"), "{}", offer.body);
    let entered = browser.submit("/admin/login", &offer, &[("action", "continue")]).await;
    assert_eq!((entered.status.as_u16(), entered.header("location")), (303, "/admin/audit?event=sign_in"));
}

#[tokio::test]
async fn a_sign_in_of_a_person_leads_to_no_page_that_is_not_an_administrators() {
    let server = Server::seeded().await;
    for admin in ["https://evil.example", "//evil.example", "/logout", "/admin/../logout", ""] {
        let mut browser = Browser::new(&server);
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("admin", admin).finish();
        let login = browser.open(&format!("/login?{query}")).await;
        let fields = [("username", "alice"), ("password", "alice"), ("action", "sign_in")];
        assert_eq!(browser.submit("/login", &login, &fields).await.header("location"), "/account", "{admin}");
    }
}

#[tokio::test]
async fn a_sign_in_of_long_ago_must_be_repeated_first() {
    let server = Server::seeded().await;
    edit_user(&server, "alice", json!({ "role": "admin" })).await;
    server.advance(1);
    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "alice").await;
    let fresh = browser.open("/admin/login").await;
    assert!(fresh.body.contains("id=\"continue-form\"") && !fresh.body.contains("id=\"sign-in-again\""));
    server.advance(15 * 60);
    let old = browser.open("/admin/login").await;
    assert!(old.body.contains("id=\"sign-in-again\"") && !old.body.contains("id=\"continue-form\""));
    let reply = browser.submit("/admin/login", &fresh, &[("action", "continue")]).await;
    assert!(reply.assert_status(403).element("login-problem").starts_with("You can’t go on so"));
    assert!(!browser.cookies.contains_key("ostiary_admin"));
    browser.sign_in("alice", "alice").await;
    go_on(&mut browser).await.assert_status(303);
}

#[tokio::test]
async fn who_is_no_administrator_does_not_get_in_by_any_of_it() {
    let server = Server::seeded().await;
    let mut bob = Browser::new(&server);
    bob.sign_in("bob", "bob").await;
    let login = bob.open("/admin/login").await;
    assert!(login.body.contains("id=\"no-administrator\"") && !login.body.contains("id=\"continue-form\""));
    let reply = bob.submit("/admin/login", &login, &[("action", "continue")]).await;
    reply.assert_status(403);
    let events = server.events.take();
    let refused = events.iter().find(|event| event.kind == EventKind::AdminSignIn).expect("an event");
    assert_eq!(
        (refused.outcome, refused.reason.as_deref()),
        (Outcome::Failure, Some("no administrator has just signed in"))
    );
    let mut nobody = Browser::new(&server);
    go_on(&mut nobody).await.assert_status(403);
    for browser in [bob, nobody] {
        assert!(!browser.cookies.contains_key("ostiary_admin"));
    }
    assert!(server.database.peek("SELECT * FROM admin_sessions").is_empty());
}

#[tokio::test]
async fn the_cookie_is_strict_hidden_from_scripts_bound_to_the_host_and_an_hour_old_at_most() {
    let server = Server::deployed();
    let login = Browser::new(&server).open("/admin/login").await;
    let browser_cookie = login.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let fields = [("token", ADMIN_TOKEN), ("action", "sign_in"), ("csrf_token", &login.field("csrf_token"))];
    let ask = crate::support::request::Ask::post("/admin/login", &fields).header("cookie", &browser_cookie);
    let cookie = set_cookie(&server.send(ask).await);
    let (pair, attributes) = cookie.split_once("; ").expect("attributes");
    assert_eq!(attributes, "Path=/; Max-Age=3600; HttpOnly; SameSite=Strict; Secure");
    assert_eq!((pair.len(), &pair[..21]), (21 + 43, "__Host-ostiary_admin="));

    let at_home = set_cookie(&enter(&mut Browser::new(&Server::new()), ADMIN_TOKEN).await);
    assert!(
        at_home.starts_with("ostiary_admin=") && at_home.ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Strict")
    );
}

#[tokio::test]
async fn the_cookie_holds_nothing_of_the_token_and_is_kept_as_its_hash() {
    let server = Server::new();
    let browser = operator(&server).await;
    let value = &browser.cookies["ostiary_admin"];
    let rows = format!("{:?}", server.database.peek("SELECT * FROM admin_sessions"));
    for secret in [value.as_str(), ADMIN_TOKEN, &ostiary::protocol::digest::sha256_base64url(ADMIN_TOKEN)] {
        assert!(!rows.contains(secret), "{secret}");
    }
    assert!(rows.contains(&ostiary::protocol::digest::sha256_base64url(value)));
}

#[tokio::test]
async fn a_new_sign_in_ends_the_one_before_it_in_this_browser() {
    let server = Server::new();
    let mut browser = operator(&server).await;
    let before = browser.cookies.clone();
    server.advance(HOUR);
    enter(&mut browser, ADMIN_TOKEN).await.assert_status(303);
    assert_ne!(browser.cookies["ostiary_admin"], before["ostiary_admin"]);
    assert_eq!(server.database.peek("SELECT * FROM admin_sessions").len(), 1);
}

#[tokio::test]
async fn no_token_or_cookie_is_on_any_page_or_in_any_log_line() {
    log_lines::capture();
    let server = fresh();
    let token = set_up(&server).await;
    let mut browser = Browser::new(&server);
    enter(&mut browser, "a-wrong-token-that-was-typed").await.assert_status(403);
    let entered = enter(&mut browser, &token).await;
    assert!(!entered.body.contains(&token));
    let cookie = browser.cookies["ostiary_admin"].clone();
    for path in ["/admin", "/admin/settings", "/admin/audit", "/admin/token", "/admin/nowhere"] {
        let page = browser.open(path).await;
        assert!(!page.body.contains(&token) && !page.body.contains(&cookie), "{path}");
    }
    let events = server.events.take();
    let mut written = log_lines::take();
    written.extend(events.iter().map(|event| serde_json::to_string(event).expect("JSON")));
    assert!(written.len() >= 3, "{written:?}");
    for secret in [token.as_str(), &cookie, "a-wrong-token-that-was-typed"] {
        assert!(written.iter().all(|line| !line.contains(secret)), "{secret}: {written:?}");
    }
}
