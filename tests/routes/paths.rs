//! A path in another spelling is another path: none leads around what stands before a path.

use axum::http::Method;

use crate::support::flow::SERVER;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN as TOKEN, Server};

const ADMIN_TOKEN_HEADER: &str = "x-admin-token";

#[tokio::test]
async fn a_path_in_another_spelling_leads_nowhere_switched_off_or_not() {
    for enabled in ["true", "false"] {
        let server = Server::with(&[("OAUTH_ENABLED", enabled)]).seed().await;
        for path in [
            "//oauth/token",
            "/oauth//token",
            "/oauth/token/",
            "/oauth/token;x",
            "/OAUTH/TOKEN",
            "/oauth%2ftoken",
            "/oauth%2Ftoken",
            "/o%61uth/token",
            "/oauth/./token",
            "/x/../oauth/token",
            "/oauth/..;/oauth/token",
            "/oauth/token%00",
            "/oauth/token%20",
            "/oauth\\token",
        ] {
            let reply = server.send(SERVER.ask(path, &[("grant_type", "client_credentials")])).await;
            assert_eq!(reply.status, 404, "{path}: {}", reply.body);
        }
    }
}

#[tokio::test]
async fn no_header_makes_a_request_another_one() {
    let server = Server::seeded().await;
    for (name, value) in [
        ("x-http-method-override", "POST"),
        ("x-http-method", "POST"),
        ("x-method-override", "POST"),
        ("x-original-url", "/admin/api/users"),
        ("x-rewrite-url", "/admin/api/users"),
        ("x-forwarded-prefix", "/admin/api/users"),
    ] {
        let form = SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")]);
        let reply = server.send(form.with_method(Method::GET, "/oauth/token").header(name, value)).await;
        assert_eq!(reply.status, 405, "{name}: {}", reply.body);
    }
    for (name, value) in
        [("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example"), ("x-host", "evil.example")]
    {
        let reply = server.send(Ask::get("/.well-known/openid-configuration").header(name, value)).await;
        assert!(reply.status == 200 && !reply.body.contains("evil"), "{name}: {}", reply.body);
    }
}

#[tokio::test]
async fn the_admin_token_counts_as_it_is_and_where_it_belongs() {
    let server = Server::seeded().await;
    let path = "/admin/api/settings";
    assert_eq!(server.send(Ask::get(path).header(ADMIN_TOKEN_HEADER, TOKEN)).await.status, 200);
    for ask in [
        Ask::get(path).header(ADMIN_TOKEN_HEADER, ""),
        Ask::get(path).header(ADMIN_TOKEN_HEADER, "null"),
        Ask::get(path).header(ADMIN_TOKEN_HEADER, &format!("{TOKEN}, x")),
        Ask::get(path).header(ADMIN_TOKEN_HEADER, &TOKEN[..TOKEN.len() - 1]),
        Ask::get(path).header(ADMIN_TOKEN_HEADER, "x").header(ADMIN_TOKEN_HEADER, TOKEN),
        Ask::get(path).header(ADMIN_TOKEN_HEADER, "x").bearer(TOKEN),
        Ask::get(path).basic("admin", TOKEN),
        Ask::get(path).header("cookie", &format!("ostiary_admin={TOKEN}")),
        Ask::get(&format!("{path}?x-admin-token={TOKEN}&access_token={TOKEN}")),
    ] {
        let why = format!("{ask:?}");
        let reply = server.send(ask).await;
        assert_eq!((reply.status.as_u16(), reply.json()["error"].as_str()), (401, Some("invalid_token")), "{why}");
    }
}
