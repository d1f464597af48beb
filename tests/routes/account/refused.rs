//! Every page and action of an account: signed out, with a token of another browser, from another site, with a session that
//! has ended, by another method.

use axum::http::Method;

use crate::support::browser::Browser;
use crate::support::flow::{self, SERVER};
use crate::support::idp;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::{make_tool, tool};

/// Every page, and the page that a sign-in then leads to.
const PAGES: [(&str, &str); 13] = [
    ("/account", "/account"),
    ("/account/profile", "/account/profile"),
    ("/account/password", "/account/password"),
    ("/account/sessions", "/account/sessions"),
    ("/account/sessions/end", "/account/sessions"),
    ("/account/apps", "/account/apps"),
    ("/account/apps/remove?client_id=demo-server", "/account/apps"),
    ("/account/tools", "/account/tools"),
    ("/account/connections", "/account/connections"),
    ("/account/connections/remove?id=x", "/account/connections"),
    ("/account/connections/remove?sign_in=i", "/account/connections"),
    ("/account/client", "/account/client"),
    ("/account/client/secret", "/account/client"),
];

type Action = (&'static str, &'static [(&'static str, &'static str)]);

/// Every action, with fields with which it would do something.
const ACTIONS: [Action; 10] = [
    ("/account/profile", &[("name", "Mallory"), ("email", "mallory@example.com")]),
    (
        "/account/password",
        &[("current_password", "alice"), ("new_password", "battery staple"), ("repeat_password", "battery staple")],
    ),
    ("/account/sessions/end", &[]),
    ("/account/apps/remove", &[("client_id", "demo-server")]),
    ("/account/tools", &[("tool", "weather"), ("switch", "on")]),
    ("/account/client", &[("redirect_uris", "https://mallory.example/")]),
    ("/account/client/secret", &[]),
    ("/account/connections/remove", &[("id", "x")]),
    ("/account/connections/remove", &[("sign_in", "i")]),
    ("/account/connections", &[("provider", "idp")]),
];

/// Alice signed in in this browser and another, with an app let in and an account elsewhere connected.
async fn alice(server: &Server) -> Browser<'_> {
    make_tool(server, tool("weather")).await;
    server.database.peek(
        "INSERT INTO connections (id, user_id, provider_id, provider_user_id, scopes, tokens, created_at, updated_at) \
         SELECT 'x', id, 'idp', 'alice-there', '', '', 0, 0 FROM users WHERE name = 'alice' RETURNING id",
    );
    server.database.peek(
        "INSERT INTO user_identities (id, user_id, provider_id, issuer, provider_user_id, created_at) \
         SELECT 'i', id, 'idp', 'https://idp.example', 'alice-there', 0 FROM users WHERE name = 'alice' RETURNING id",
    );
    let (mut browser, mut other) = (Browser::new(server), Browser::new(server));
    browser.sign_in("alice", "alice").await;
    other.sign_in("alice", "alice").await;
    flow::authorize(&mut browser, &SERVER, &[]).await;
    browser
}

fn form(browser: &Browser<'_>, action: Action, csrf_token: &str) -> Ask {
    let (path, fields) = action;
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("csrf_token", csrf_token)]).collect();
    browser.dress(Ask::post(path, &fields))
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_sent_to_sign_in_and_comes_back_to_that_page() {
    let server = Server::seeded().await;
    for (path, back) in PAGES {
        let mut browser = Browser::new(&server);
        let away = browser.open(path).await;
        assert_eq!(away.status, 303, "{path}");
        assert!(away.header("location").starts_with("/login"), "{path}: {}", away.header("location"));
        let login = browser.open(away.header("location")).await;
        let fields = [("username", "alice"), ("password", "alice"), ("action", "sign_in")];
        let reply = browser.submit("/login", &login, &fields).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, back), "{path}");
        browser.open(path).await;
    }
}

#[tokio::test]
async fn a_sign_in_leads_to_pages_of_ours_only() {
    let server = Server::seeded().await;
    for page in ["https://evil.example", "//evil.example", "/login", "admin", "", "account"] {
        let mut browser = Browser::new(&server);
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("page", page).finish();
        let login = browser.open(&format!("/login?{query}")).await;
        let fields = [("username", "alice"), ("password", "alice"), ("action", "sign_in")];
        assert_eq!(browser.submit("/login", &login, &fields).await.header("location"), "/account", "{page}");
    }
}

#[tokio::test]
async fn each_action_does_something_when_all_is_right() {
    for action in ACTIONS {
        let server = Server::seeded().await;
        let mut browser = alice(&server).await;
        let mut provider = idp::settings();
        provider["sign_in"] = true.into();
        idp::make(&server, &provider).await;
        idp::answers(&server);
        let csrf_token = browser.open("/account").await.field("csrf_token");
        let before = server.remembered();
        let reply = server.send(form(&browser, action, &csrf_token)).await;
        assert!(matches!(reply.status.as_u16(), 200 | 303), "{action:?}: {}", reply.body);
        assert_ne!(server.remembered(), before, "{action:?}");
    }
}

#[tokio::test]
async fn signed_out_or_with_a_session_that_has_ended_no_action_does_anything() {
    for action in ACTIONS {
        let server = Server::seeded().await;
        let mut browser = alice(&server).await;
        let csrf_token = browser.open("/account").await.field("csrf_token");
        let mut signed_out = Browser::new(&server);
        signed_out.cookies.clone_from(&browser.cookies);
        signed_out.cookies.remove("ostiary_session");

        let mut elsewhere = Browser::new(&server);
        elsewhere.sign_in("alice", "alice").await;
        let page = elsewhere.open("/account/password").await;
        let fields =
            [("current_password", "alice"), ("new_password", "another one"), ("repeat_password", "another one")];
        elsewhere.submit("/account/password", &page, &fields).await.assert_status(303);

        let before = server.remembered();
        for browser in [&signed_out, &browser] {
            let reply = server.send(form(browser, action, &csrf_token)).await;
            assert_eq!(reply.status, 303, "{action:?}: {}", reply.body);
            assert!(reply.header("location").starts_with("/login"), "{action:?}: {}", reply.header("location"));
        }
        assert_eq!(server.remembered(), before, "{action:?}");
    }
}

#[tokio::test]
async fn a_session_that_a_replica_still_knows_does_nothing_once_it_has_ended() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let csrf_token = browser.open("/account").await.field("csrf_token");
    server.database.replicas_lag();
    let account = browser.open("/account").await;
    let mut stolen = Browser::new(&server);
    stolen.cookies.clone_from(&browser.cookies);
    browser.submit("/logout", &account, &[]).await.assert_status(303);
    let before = server.remembered();
    for action in ACTIONS {
        let reply = server.send(form(&stolen, action, &csrf_token)).await;
        assert_eq!(reply.status, 303, "{action:?}");
        assert!(reply.header("location").starts_with("/login"), "{action:?}");
    }
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn a_form_without_this_browsers_token_or_from_another_site_does_nothing() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let csrf_token = browser.open("/account").await.field("csrf_token");
    let others = Browser::new(&server).open("/login").await.field("csrf_token");
    let before = server.remembered();
    for action in ACTIONS {
        for ask in [
            form(&browser, action, &others),
            form(&browser, action, "x"),
            form(&browser, action, &csrf_token).header("origin", "https://evil.example"),
            form(&browser, action, &csrf_token).header("origin", "null"),
        ] {
            server.send(ask).await.assert_error_page(403, "access_denied");
        }
        let ask = browser.dress(Ask::post(action.0, action.1));
        server.send(ask).await.assert_error_page(400, "invalid_request");
    }
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn nothing_is_done_by_get_or_by_another_method() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    let csrf_token = browser.open("/account").await.field("csrf_token");
    let before = server.remembered();
    for (path, fields) in ACTIONS {
        let fields = fields.iter().copied().chain([("csrf_token", csrf_token.as_str())]);
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let reply = browser.open(&format!("{path}?{query}")).await;
        assert_eq!(reply.status, 200, "{path}: it is a page");
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            let reply = browser.send(Ask::method(method.clone(), path)).await;
            assert_eq!(reply.status, 405, "{method} {path}");
        }
    }
    for path in ["/account/sessions", "/account/apps", "/account"] {
        let reply = browser.send(Ask::post(path, &[("csrf_token", &csrf_token)])).await;
        assert_eq!(reply.status, 405, "{path}");
    }
    assert_eq!(server.remembered(), before);
}

#[tokio::test]
async fn every_page_is_hardened_and_takes_a_script_of_ours_and_none_within_it() {
    let server = Server::seeded().await;
    let mut browser = alice(&server).await;
    for (path, _) in PAGES {
        let page = browser.open(path).await;
        page.assert_status(200);
        let policy = page.header("content-security-policy");
        for directive in ["default-src 'none'", "script-src 'self'", "form-action 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(directive), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!((page.header("cache-control"), page.header("x-content-type-options")), ("no-store", "nosniff"));
    }
}

#[tokio::test]
async fn a_body_over_the_limit_or_of_another_kind_is_refused() {
    let server = Server::seeded().await;
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
