//! Errors of the admin API: problem details (RFC 9457), the same at whatever goes wrong, and the field that is at fault.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::admin::{access_token, make_client};
use crate::support::fault::Fault;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;
use crate::support::tools::tool;

#[track_caller]
fn assert_problem(reply: &Reply, status: u16, code: &str) {
    reply.assert_error(status, code);
    assert!(reply.is_problem(), "{:?}", reply.headers);
}

#[tokio::test]
async fn whatever_goes_wrong_is_told_as_a_problem() {
    let server = Server::seeded().await;
    let post = |kind: &str, body: &[u8]| Ask::post_raw("/admin/api/users", kind, body);
    for (ask, status, code) in [
        (Ask::get("/admin/api/users?limit=0"), 400, "invalid_request"),
        (Ask::get("/admin/api/users/nobody"), 404, "not_found"),
        (Ask::get("/admin/api/nothing"), 404, "not_found"),
        (Ask::get("/admin/api"), 404, "not_found"),
        (Ask::get("/admin/api/"), 404, "not_found"),
        (Ask::get("/admin/api/users/"), 404, "not_found"),
        (Ask::get("/admin/api/users/a/b"), 404, "not_found"),
        (Ask::method(Method::PUT, "/admin/api/users"), 405, "method_not_allowed"),
        (Ask::method(Method::OPTIONS, "/admin/api/users"), 405, "method_not_allowed"),
        (Ask::method(Method::DELETE, "/admin/api/audit"), 405, "method_not_allowed"),
        (Ask::json(Method::POST, "/admin/api/users", &json!({ "name": "alice" })), 409, "conflict"),
        (post("application/json", &vec![b' '; 70_000]), 413, "content_too_large"),
        (post("text/plain", b"{}"), 415, "unsupported_media_type"),
        (Ask::get("/admin/api/users").header("host", "elsewhere.example"), 421, "misdirected_request"),
    ] {
        for ask in [ask.clone(), ask.accepts_html()] {
            assert_problem(&server.as_admin(ask).await, status, code);
        }
    }
    let not_allowed = server.as_admin(Ask::method(Method::PUT, "/admin/api/users")).await;
    assert_eq!(not_allowed.header("allow"), "GET,HEAD,POST");
}

#[tokio::test]
async fn who_may_not_is_told_so_as_a_problem_with_its_challenge() {
    let server = Server::seeded().await;
    let nobody = server.send(Ask::get("/admin/api/users")).await;
    assert_problem(&nobody, 401, "invalid_token");
    assert!(nobody.header("www-authenticate").starts_with("Bearer "));
    let token = access_token(&server).await;
    server.database.peek("UPDATE users SET role = 'user'");
    assert_problem(&server.send(Ask::get("/admin/api/users").bearer(&token)).await, 403, "access_denied");
}

#[tokio::test]
async fn a_store_that_fails_is_a_problem_that_says_when_to_try_again() {
    let server = Server::seeded().await;
    server.database.fault.set(Fault::Fail);
    let failed = server.as_admin(Ask::get("/admin/api/users")).await;
    assert_problem(&failed, 503, "temporarily_unavailable");
    assert_eq!(failed.header("retry-after"), "5");
}

#[tokio::test]
async fn an_answer_to_head_has_no_body_also_when_it_is_a_problem() {
    let server = Server::seeded().await;
    let head = server.as_admin(Ask::method(Method::HEAD, "/admin/api/users/nobody")).await;
    assert_eq!((head.status.as_u16(), head.body.as_str(), head.is_problem()), (404, "", true));
    let head = server.as_admin(Ask::method(Method::HEAD, "/admin/api/users")).await;
    assert_eq!((head.status.as_u16(), head.body.as_str(), head.header("content-type")), (200, "", "application/json"));
}

#[tokio::test]
async fn errors_elsewhere_are_as_they_were() {
    let server = Server::seeded().await;
    for path in ["/admin/apis", "/admin/apix/users"] {
        // Below `/admin` are pages.
        server.send(Ask::get(path)).await.assert_error_page(404, "not_found");
    }
    for path in ["/api/oauth/clients/me", "/oauth/userinfo", "/nothing"] {
        let reply = server.send(Ask::get(path)).await;
        assert!(!reply.is_problem() && reply.json().as_object().map(serde_json::Map::len) == Some(2), "{path}");
    }
    let token = server.send(Ask::post("/oauth/token", &[])).await;
    assert_eq!(token.json().as_object().map(serde_json::Map::len), Some(2));
}

async fn assert_field(server: &Server, ask: Ask, (status, code, field): (u16, &str, &str)) {
    let reply = server.as_admin(ask).await;
    assert_eq!(reply.status, status, "{field}: {}", reply.body);
    reply.assert_field(status, code, field);
}

const INVALID: (u16, &str) = (400, "invalid_request");

#[tokio::test]
async fn a_member_of_a_user_scope_resource_or_initial_access_token_that_cannot_be_is_named() {
    let server = Server::seeded().await;
    for (noun, usual, member, wrong) in [
        ("users", json!({}), "name", Value::Null),
        ("users", json!({ "name": "x" }), "name", json!("")),
        ("users", json!({ "name": "x" }), "password", json!("short")),
        ("users", json!({ "name": "x" }), "role", json!("root")),
        ("users", json!({ "name": "x" }), "claims", json!({ "sub": "y" })),
        ("users", json!({ "name": "x" }), "unknown", json!(1)),
        ("scopes", json!({ "description": "X" }), "name", json!("a b")),
        ("scopes", json!({ "name": "x" }), "description", json!("")),
        ("scopes", json!({ "name": "x", "description": "X" }), "claims", json!(["a b"])),
        ("scopes", json!({ "name": "x", "description": "X" }), "open", json!("yes")),
        ("resources", json!({ "name": "x" }), "resource", json!("photos")),
        ("resources", json!({ "name": "x" }), "resource", json!("http://localhost:8787/x")),
        ("resources", json!({ "resource": "https://a.example/" }), "name", json!("")),
        ("tools", tool("x"), "name", json!("a b")),
        ("tools", tool("x"), "description", json!("\u{0}")),
        ("tools", tool("x"), "input_schema", json!({ "type": "array" })),
        ("tools", tool("x"), "request", json!({ "method": "GET", "url": "https://10.0.0.1/" })),
        ("tools", tool("x"), "request", json!(1)),
        ("tools", tool("x"), "authentication", json!("basic")),
        ("tools", tool("x"), "timeout_seconds", json!(-1)),
        ("tools", tool("x"), "max_bytes", json!(1_000_000_000)),
        ("tool-groups", json!({}), "name", json!("")),
        ("tool-groups", json!({ "name": "x" }), "tools", json!(["nothing"])),
        ("providers", crate::support::idp::settings(), "issuer", json!("https://10.0.0.1/")),
        ("initial-access-tokens", json!({}), "name", json!(" ")),
        ("initial-access-tokens", json!({ "name": "x" }), "expires_in", json!(-1)),
    ] {
        let mut body = usual;
        body[member] = wrong;
        let ask = Ask::json(Method::POST, &format!("/admin/api/{noun}"), &body);
        assert_field(&server, ask, (INVALID.0, INVALID.1, member)).await;
    }
    let with_scope = json!({ "resource": "https://a.example/", "name": "x", "scope": "no:such" });
    let ask = Ask::json(Method::POST, "/admin/api/resources", &with_scope);
    assert_field(&server, ask, (400, "invalid_scope", "scope")).await;
}

#[tokio::test]
async fn a_member_of_a_client_that_cannot_be_is_named_when_it_is_made_and_when_it_is_changed() {
    let server = Server::seeded().await;
    let usual = json!({ "client_id": "app", "client_name": "App", "redirect_uris": ["https://a.example/cb"] });
    make_client(&server, usual.clone()).await;
    for (member, wrong) in [
        ("client_name", json!("")),
        ("client_uri", json!("javascript:alert(1)")),
        ("logo_uri", json!("x")),
        ("policy_uri", json!("x")),
        ("tos_uri", json!("x")),
        ("redirect_uris", json!(["https://a.example/#x"])),
        ("redirect_uris", json!([])),
        ("redirect_uris", json!("https://a.example/")),
        ("grant_types", json!(["implicit"])),
        ("consent_policy", json!("skip")),
        ("consent_policy", json!("never")),
        ("require_pkce", json!("no")),
        ("resources", json!(["x"])),
        ("post_logout_redirect_uris", json!(["x"])),
        ("backchannel_logout_uri", json!("http://10.0.0.1/")),
        ("id_token_signed_response_alg", json!("none")),
        ("token_endpoint_auth_method", json!("secret")),
        ("unknown", json!(1)),
    ] {
        let mut new = usual.clone();
        new[member] = wrong.clone();
        new["client_id"] = json!("other");
        for ask in [
            Ask::json(Method::POST, "/admin/api/clients", &new),
            Ask::json(Method::PATCH, "/admin/api/clients/app", &json!({ member: wrong })),
        ] {
            assert_field(&server, ask, (INVALID.0, INVALID.1, member)).await;
        }
    }
    for (member, wrong) in [("client_id", json!("usr_x")), ("client_id", json!(1)), ("public", json!("yes"))] {
        let mut new = usual.clone();
        new[member] = wrong;
        let ask = Ask::json(Method::POST, "/admin/api/clients", &new);
        assert_field(&server, ask, (INVALID.0, INVALID.1, member)).await;
    }
    let unknown = json!({ "client_name": "App", "redirect_uris": [], "scope": "no:such" });
    let ask = Ask::json(Method::POST, "/admin/api/clients", &unknown);
    assert_field(&server, ask, (400, "invalid_scope", "scope")).await;
}

#[tokio::test]
async fn what_is_taken_is_named() {
    let server = Server::seeded().await;
    let resource = json!({ "resource": "https://a.example/", "name": "A" });
    server.as_admin(Ask::json(Method::POST, "/admin/api/resources", &resource)).await.assert_status(201);
    for (noun, body, field) in [
        ("users", json!({ "name": "Alice" }), "name"),
        (
            "clients",
            json!({ "client_id": "demo-web", "client_name": "X", "redirect_uris": ["https://a.example/"] }),
            "client_id",
        ),
        ("scopes", json!({ "name": "openid", "description": "X" }), "name"),
        ("resources", resource, "resource"),
    ] {
        let ask = Ask::json(Method::POST, &format!("/admin/api/{noun}"), &body);
        assert_field(&server, ask, (409, "conflict", field)).await;
    }
}

#[tokio::test]
async fn a_parameter_that_cannot_be_is_named() {
    let server = Server::seeded().await;
    for (path, field) in [
        ("users?limit=x", "limit"),
        ("users?role=root", "role"),
        ("users?q=a&q=b", "q"),
        ("clients?q=a&after=x", "after"),
        ("clients?q=a&owner=usr_x", "q"),
        ("audit?event=x", "event"),
        ("audit?from=x", "from"),
        ("audit?to=x", "to"),
        ("audit?actor=a&actor=b", "actor"),
        ("audit?after=x", "after"),
    ] {
        assert_field(&server, Ask::get(&format!("/admin/api/{path}")), (INVALID.0, INVALID.1, field)).await;
    }
}
