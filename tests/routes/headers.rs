//! The headers of every answer.

use crate::support::admin::make_user;
use crate::support::browser::Browser;
use crate::support::flow::{SERVER, WEB};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

fn assert_hardened(reply: &Reply, why: &str) {
    assert_eq!(reply.header("x-content-type-options"), "nosniff", "{why}");
    let policy = reply.header("content-security-policy");
    for directive in ["default-src 'none'", "style-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(directive), "{why}: {policy}");
    }
    assert!(!policy.contains("unsafe") && !policy.contains("script-src"), "{why}: {policy}");
}

#[tokio::test]
async fn every_answer_is_hardened_whatever_it_says() {
    let server = Server::seeded().await;
    for ask in [
        Ask::get("/").accepts_html(),
        Ask::get("/"),
        Ask::get("/nowhere").accepts_html(),
        Ask::get("/healthz"),
        Ask::get("/login").accepts_html(),
        Ask::get("/account"),
        Ask::get(&WEB.authorize_path(&[])),
        Ask::get(&WEB.authorize_path(&[("response_type", "x")])),
        Ask::get("/oauth/authorize"),
        SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")]),
        SERVER.introspect("x"),
        SERVER.revoke("x"),
        Ask::get("/admin/api/users"),
        Ask::get("/").header("host", "evil.example"),
    ] {
        let why = format!("{ask:?}");
        let reply = server.send(ask).await;
        assert_hardened(&reply, &why);
        assert_eq!(reply.header("cache-control"), "no-store", "{why}");
        assert!(reply.headers.get("strict-transport-security").is_none(), "http");
    }
}

#[tokio::test]
async fn hsts_is_sent_when_the_issuer_is_https() {
    let server = Server::deployed();
    for path in ["/", "/login", "/nowhere", "/healthz"] {
        assert_eq!(
            server.send(Ask::get(path)).await.header("strict-transport-security"),
            "max-age=31536000; includeSubDomains"
        );
    }
}

/// The last answer of a host says what holds of all of it (RFC 6797 section 8.1), so a file must say no less than a page.
#[tokio::test]
async fn files_are_sent_with_the_hsts_of_pages() {
    let reply = Server::deployed().send(Ask::get("/")).await;
    let wanted = format!("  Strict-Transport-Security: {}", reply.header("strict-transport-security"));
    assert!(include_str!("../../public/_headers").lines().any(|line| line == wanted), "{wanted}");
}

#[tokio::test]
async fn pages_keep_their_referrer_and_redirects_to_clients_send_none() {
    let server = Server::seeded().await;
    let mut browser = Browser::new(&server);
    let login = browser.open(&SERVER.authorize_path(&[])).await;
    assert_eq!(login.header("referrer-policy"), "same-origin", "else our own forms send Origin: null");
    let consent = browser.sign_in_on(&login, "alice", "alice").await;
    assert_eq!(consent.header("referrer-policy"), "same-origin");
    for page in [&login, &consent] {
        assert!(!page.header("content-security-policy").contains("form-action"), "Chromium follows redirects with it");
    }
    let approved = browser.answer(&consent, "approve").await;
    assert_eq!((approved.status.as_u16(), approved.header("referrer-policy")), (303, "no-referrer"));
    let account = browser.open("/account").await;
    assert!(account.header("content-security-policy").contains("form-action 'self'"));
}

#[tokio::test]
async fn what_may_be_cached_is_public_and_nothing_else_is() {
    let server = Server::seeded().await;
    for path in ["/.well-known/oauth-authorization-server", "/.well-known/jwks.json", "/brand.css"] {
        assert_eq!(server.send(Ask::get(path)).await.header("cache-control"), "public, max-age=300");
    }
}

#[tokio::test]
async fn the_operators_brand_is_shown_and_its_logo_allowed_by_the_policy() {
    let server = Server::with(&[
        ("BRAND_NAME", "Acme <b>"),
        ("BRAND_LOGO_URL", "https://cdn.example/logo.svg"),
        ("BRAND_COLOR", "#123456"),
        ("TERMS_URL", "https://acme.example/terms"),
    ]);
    make_user(&server, "alice", "correct horse").await;
    let page = Browser::new(&server).open("/login").await;
    assert!(!page.body.contains("<b>") && page.body.contains("https://acme.example/terms"), "{}", page.body);
    assert!(page.header("content-security-policy").contains("img-src 'self' https://cdn.example"));
    assert!(server.send(Ask::get("/brand.css")).await.body.contains("#123456"));
}
