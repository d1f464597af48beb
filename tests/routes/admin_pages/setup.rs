//! `/setup` (D6): the first start.

use axum::http::Method;
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::log_lines;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

const CODE: &str = "a-setup-code-of-the-tests";

/// A development server without an admin token.
fn fresh() -> Server {
    Server::with(&[("ADMIN_TOKEN", "")])
}

/// A server of the public internet without an admin token, and with this code.
fn deployed(code: &str) -> Server {
    Server::with(&[
        ("OAUTH_ISSUER_URL", "https://auth.example"),
        ("ENABLE_DEV_ENDPOINTS", "false"),
        ("ADMIN_TOKEN", ""),
        ("SETUP_CODE", code),
    ])
}

fn kept(server: &Server) -> Vec<serde_json::Value> {
    server.database.peek("SELECT * FROM admin_token")
}

async fn opens(server: &Server, token: &str) -> bool {
    let reply = server.send(Ask::get("/admin/api/scopes").header("x-admin-token", token)).await;
    assert!(matches!(reply.status.as_u16(), 200 | 401), "{}", reply.body);
    reply.status == 200
}

#[tokio::test]
async fn the_first_start_makes_a_token_that_opens_the_admin_api() {
    let server = fresh();
    let mut browser = Browser::new(&server);
    let page = browser.open("/setup").await;
    assert!(page.assert_status(200).body.contains("id=\"set-up\"") && !page.body.contains("id=\"code\""));
    let made = browser.submit("/setup", &page, &[]).await;
    let token = made.assert_status(200).element("admin-token").to_owned();
    assert_eq!((token.len(), made.header("cache-control")), (43, "no-store"));
    assert!(opens(&server, &token).await && !opens(&server, &token[1..]).await);
    let bearer = server.send(Ask::get("/admin/api/scopes").bearer(&token)).await;
    bearer.assert_status(200);
}
