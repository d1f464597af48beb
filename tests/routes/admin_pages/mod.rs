//! `/setup`, `/admin` and what is below it for browsers.

mod audit;
mod home;
mod refused;
mod session;
mod setup;
mod setup_code;
mod sign_in;
mod token;

use serde_json::Value;

use crate::support::request::Ask;
use crate::support::server::Server;

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
