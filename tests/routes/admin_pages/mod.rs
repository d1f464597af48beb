//! `/setup`, `/admin` and what is below it for browsers.

mod attempts;
mod audit;
mod conflict;
mod home;
mod keys;
mod nouns;
mod refused;
mod session;
mod setup;
mod setup_code;
mod sign_in;
mod token;
mod users;

use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::request::Ask;
use crate::support::server::{ADMIN_TOKEN, Server};

/// A browser in which the operator is signed in.
async fn administrator(server: &Server) -> Browser<'_> {
    let mut browser = Browser::new(server);
    let login = browser.open("/admin/login").await;
    let reply = browser.submit("/admin/login", &login, &[("token", ADMIN_TOKEN), ("action", "sign_in")]).await;
    assert_eq!(reply.header("location"), "/admin", "{}", reply.body);
    browser
}

/// Whether the token opens the admin API.
async fn opens(server: &Server, token: &str) -> bool {
    let reply = server.send(Ask::get("/admin/api/scopes").header("x-admin-token", token)).await;
    assert!(matches!(reply.status.as_u16(), 200 | 401), "{}", reply.body);
    reply.status == 200
}

/// What is kept of the admin token.
fn kept(server: &Server) -> Vec<Value> {
    server.database.peek("SELECT * FROM admin_token")
}

/// A development server on which nothing is set up.
fn fresh() -> Server {
    Server::with(&[("ADMIN_TOKEN", "")])
}
