//! What is logged and sent on: everything that happened, and nothing secret.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::admin::{edit_user, user_client};
use crate::support::browser::Browser;
use crate::support::fault::Fault;
use crate::support::flow::{self, SERVER, VERIFIER, WEB};
use crate::support::log_lines;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};
use crate::support::tools;

/// Everything that was written during a whole flow with all its mishaps, and every secret of it.
async fn whole_flow() -> (Vec<String>, Vec<String>) {
    log_lines::capture();
    let server = Server::seeded().await;
    let mut secrets: Vec<String> =
        ["demo-server-secret", ADMIN_TOKEN, VERIFIER, "wrong-password-typed", "new-password-1"]
            .map(str::to_owned)
            .into();
    let (_, user_secret) = user_client(&server, "alice").await;
    secrets.push(user_secret);

    let mut browser = Browser::new(&server);
    browser.sign_in("alice", "wrong-password-typed").await;
    let reply = flow::authorize(&mut browser, &WEB, &[]).await;
    let code = reply.location_parameter("code").expect("a code");
    secrets.extend(browser.cookies.values().cloned());
    let tokens = server.send(WEB.redeem(&code)).await;
    let next = server.send(WEB.refresh(&tokens.text("refresh_token"))).await;
    server.send(SERVER.introspect(&next.text("access_token"))).await;
    secrets.push(code.split_once('.').expect("a secret half").1.to_owned());
    for reply in [&tokens, &next] {
        secrets.push(reply.text("access_token"));
        secrets.push(reply.text("refresh_token"));
    }

    mishaps(&server, &code, &next.text("refresh_token")).await;
    let own = server.send(SERVER.ask("/oauth/token", &[("grant_type", "client_credentials")])).await;
    secrets.push(own.text("access_token"));
    server.send(SERVER.revoke(&own.text("access_token"))).await;
    edit_user(&server, "alice", serde_json::json!({ "password": "new-password-1" })).await;
    let events = server.events.take();
    let mut written = log_lines::take();
    written.extend(events.iter().map(|event| serde_json::to_string(event).expect("JSON")));
    (written, secrets)
}

async fn mishaps(server: &Server, code: &str, refresh_token: &str) {
    server.send(SERVER.redeem(code)).await;
    server.send(WEB.ask("/oauth/token", &[("grant_type", "authorization_code"), ("code", code)])).await;
    server.send(SERVER.refresh(refresh_token)).await;
    let credentials = [("grant_type", "client_credentials")];
    server.send(Ask::post("/oauth/token", &credentials).basic("demo-server", "new-password-1")).await;
    server.send(Ask::post("/oauth/token", &credentials).basic("my secret is new-password-1", "x")).await;
    server.send(Ask::get("/admin/api/users").header("x-admin-token", "new-password-1")).await;
    server.send(Ask::get("/api/oauth/clients/me").bearer(refresh_token)).await;
    for fault in [Fault::Fail, Fault::FailAfterEffect] {
        server.database.fault.set(fault);
        server.codes.fault.set(fault);
        let elsewhere = server.fresh_isolate();
        elsewhere.send(WEB.redeem(code)).await;
        elsewhere.send(WEB.refresh(refresh_token)).await;
    }
    server.database.fault.set(Fault::None);
    server.codes.fault.set(Fault::None);
    server.advance(5);
    server.send(WEB.redeem(code)).await;
    let broken =
        Ask::post_raw("/admin/api/users", "application/json", b"{\"name\":\"x\",\"password\":\"new-password-1\"");
    server.as_admin(broken).await;
    let odd = serde_json::json!({ "name": "x", "password": ["new-password-1"] });
    server.as_admin(Ask::json(Method::POST, "/admin/api/users", &odd)).await;
}

#[tokio::test]
async fn no_token_code_secret_cookie_or_password_is_in_any_log_line_or_event() {
    let (written, secrets) = whole_flow().await;
    assert!(written.len() > 20, "{written:?}");
    for line in &written {
        for secret in &secrets {
            assert!(!line.contains(secret.as_str()), "{secret} in {line}");
        }
    }
}

#[tokio::test]
async fn every_log_line_is_one_json_object_that_names_its_event() {
    let (written, _) = whole_flow().await;
    let lines = written.iter().filter(|line| !line.starts_with('{'));
    let mut seen = Vec::new();
    for line in lines {
        let (_, json) = line.split_once(' ').expect("a level");
        let value: Value = serde_json::from_str(json).unwrap_or_else(|_| panic!("not JSON: {line}"));
        seen.push(value["event"].as_str().expect("an event").to_owned());
        assert!(!json.contains('\n'));
    }
    for event in [
        "sign_in",
        "consent",
        "code_issued",
        "token_issued",
        "token_refreshed",
        "token_revoked",
        "replay",
        "grant_ended",
        "client_refused",
        "admin_refused",
        "user_updated",
        "request_refused",
        "kv_failed",
    ] {
        assert!(seen.iter().any(|name| name == event), "{event} in {seen:?}");
    }
}

#[tokio::test]
async fn our_own_failures_are_errors_and_a_replay_a_warning() {
    log_lines::capture();
    let server = Server::seeded().await;
    let code = flow::code(&server, &WEB).await;
    server.send(WEB.redeem(&code)).await;
    server.advance(2);
    server.send(WEB.redeem(&code)).await;
    server.database.fault.set(Fault::Fail);
    server.fresh_isolate().send(WEB.redeem(&code)).await;
    let lines = log_lines::take();
    let level = |event: &str| {
        let line = lines.iter().rfind(|line| line.contains(&format!("\"event\":\"{event}\"")));
        line.and_then(|line| line.split(' ').next()).map(str::to_owned)
    };
    assert_eq!(level("replay").as_deref(), Some("WARN"));
    assert_eq!(level("request_refused").as_deref(), Some("ERROR"));
    assert_eq!(level("token_issued").as_deref(), Some("INFO"));
}

#[tokio::test]
async fn what_the_operator_switched_off_and_what_failed_at_a_tools_server_is_no_error_of_ours() {
    let off = Server::with(&[("OAUTH_ENABLED", "false")]).seed().await;
    let server = Server::seeded().await;
    tools::make_tool(&server, tools::tool("broken")).await;
    let token = tools::token(&server, "alice", tools::EVERY_SCOPE).await;
    tools::switch(&server, &token, "tools/broken", Some(true)).await;
    log_lines::capture();
    off.send(WEB.redeem("code")).await.assert_status(503);
    tools::call(&server, &token, "broken", json!({})).await.assert_status(502);
    let lines = log_lines::take();
    let refused: Vec<_> = lines.iter().filter(|line| line.contains("\"event\":\"request_refused\"")).collect();
    assert!(refused.len() == 2 && refused.iter().all(|line| line.starts_with("DEBUG ")), "{refused:?}");
}
