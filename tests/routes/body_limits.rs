//! Input of any kind: too large, broken, too deep. A 4xx with a clear error, no panic, nothing stored.

use axum::http::Method;

use crate::support::browser::Browser;
use crate::support::flow::SERVER;
use crate::support::request::Ask;
use crate::support::server::Server;

const FORM: &str = "application/x-www-form-urlencoded";
const FORMS: [&str; 6] = ["/oauth/token", "/token", "/oauth/introspect", "/introspect", "/oauth/revoke", "/revoke"];

#[tokio::test]
async fn a_body_over_64_kib_is_refused_everywhere() {
    let server = Server::seeded().await;
    let large = vec![b'a'; 64 * 1024 + 1];
    for path in FORMS {
        server.send(Ask::post_raw(path, FORM, &large)).await.assert_error(413, "content_too_large");
    }
    for path in ["/oauth/authorize", "/login", "/consent", "/logout"] {
        let reply = Browser::new(&server).send(Ask::post_raw(path, FORM, &large)).await;
        assert_eq!(reply.status, 413, "{path}");
    }
    for path in ["/admin/api/users", "/admin/api/clients"] {
        let reply = server.as_admin(Ask::post_raw(path, "application/json", &large)).await;
        reply.assert_error(413, "content_too_large");
    }
    server.send(Ask::post_raw("/dev/client", "application/json", &large)).await.assert_error(413, "content_too_large");
}

#[tokio::test]
async fn a_body_of_64_kib_is_read() {
    let server = Server::seeded().await;
    let body = format!("grant_type=client_credentials&padding={}", "a".repeat(64 * 1024 - 38));
    assert_eq!(body.len(), 64 * 1024);
    let ask = Ask::post_raw("/oauth/token", FORM, body.as_bytes()).basic(SERVER.id, "demo-server-secret");
    assert_eq!(server.send(ask).await.status, 200);
}

#[tokio::test]
async fn broken_utf8_and_percent_encoding_are_refused() {
    let server = Server::seeded().await;
    for body in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff", b"a=%c3%28", b"a=\xff", b"%ed%a0%80=1", b"\xc0\x80=x"] {
        for path in FORMS {
            server.send(Ask::post_raw(path, FORM, body)).await.assert_error(400, "invalid_request");
        }
        for path in ["/login", "/consent", "/logout", "/oauth/authorize"] {
            let reply = Browser::new(&server).send(Ask::post_raw(path, FORM, body)).await;
            reply.assert_error_page(400, "invalid_request");
        }
    }
    server.as_admin(Ask::get("/admin/api/users?after=%ff")).await.assert_error(400, "invalid_request");
    let path_of_bytes = Ask::json(Method::PATCH, "/admin/api/users/%ff", &serde_json::json!({}));
    server.as_admin(path_of_bytes).await.assert_error(404, "not_found");
}

#[tokio::test]
async fn too_many_parameters_are_refused() {
    let server = Server::seeded().await;
    let many: Vec<String> = (0..129).map(|number| format!("p{number}=x")).collect();
    for path in FORMS {
        let ask = Ask::post_raw(path, FORM, many.join("&").as_bytes());
        server.send(ask).await.assert_error(400, "invalid_request");
    }
}

#[tokio::test]
async fn json_that_is_broken_or_nested_too_deep_is_refused_and_nothing_stored() {
    let server = Server::new();
    let deep = format!("{{\"name\":{}1{}}}", "[".repeat(30_000), "]".repeat(30_000));
    let deep_objects = format!("{}1{}", "{\"name\":".repeat(5000), "}".repeat(5000));
    for body in [
        "",
        "{",
        "{\"name\":\"x\"",
        "{\"name\":\"x\"}}",
        "\u{feff}{}",
        "{\"name\":\"\\ud800\"}",
        "nul",
        &deep,
        &deep_objects,
    ] {
        for path in ["/admin/api/users", "/admin/api/clients"] {
            let reply = server.as_admin(Ask::post_raw(path, "application/json", body.as_bytes())).await;
            reply.assert_error(400, "invalid_request");
        }
    }
    let twice = b"{\"name\":\"x\",\"name\":\"y\"}";
    let client_twice = b"{\"client_name\":\"x\",\"client_id\":\"x\",\"client_id\":\"y\"}";
    for (path, body) in [("/admin/api/users", &twice[..]), ("/admin/api/clients", client_twice)] {
        let reply = server.as_admin(Ask::post_raw(path, "application/json", body)).await;
        reply.assert_error(400, "invalid_request");
    }
    let bytes = b"{\"name\":\"\xff\"}";
    server
        .as_admin(Ask::post_raw("/admin/api/users", "application/json", bytes))
        .await
        .assert_error(400, "invalid_request");
    assert!(server.database.peek("SELECT id FROM users").is_empty());
    assert!(server.database.peek("SELECT id FROM clients").is_empty());
}

#[tokio::test]
async fn a_wrong_content_type_is_refused() {
    let server = Server::new();
    for kind in ["text/plain", FORM, "", "application/jsonx", "text/json"] {
        let ask = Ask::post_raw("/admin/api/users", kind, b"{\"name\":\"x\"}");
        server.as_admin(ask).await.assert_error(415, "unsupported_media_type");
    }
    for path in ["/login", "/consent", "/logout"] {
        let ask = Ask::post_raw(path, "text/plain", b"action=approve");
        Browser::new(&server).send(ask).await.assert_error_page(400, "invalid_request");
    }
    assert!(server.database.peek("SELECT id FROM users").is_empty());
    let good = Ask::post_raw("/admin/api/users", "application/json; charset=utf-8", b"{\"name\":\"x\"}");
    server.as_admin(good).await.assert_status(201);
}

#[tokio::test]
async fn headers_that_are_no_text_are_not_believed() {
    let server = Server::seeded().await;
    for name in ["x-admin-token", "authorization", "cookie", "origin", "cf-connecting-ip", "accept"] {
        let reply = server.send(Ask::get("/admin/api/users").header(name, "\u{e9}\u{ff}")).await;
        reply.assert_error(401, "invalid_token");
    }
}
