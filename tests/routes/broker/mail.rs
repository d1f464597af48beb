//! A tool that reads mail by an account of the caller's elsewhere.

use serde_json::{Value, json};

use crate::support::idp::{TOKEN, connect, signed_in, world};
use crate::support::reply::Reply;
use crate::support::server::Server;
use crate::support::tools::{EVERY_SCOPE, make_tool, switch, token, tool, url, with};

/// A server with a tool that needs `mail:read` at the provider, and a token of alice.
pub async fn house() -> (Server, String) {
    let server = world().await;
    let authentication = json!({ "connection": { "provider": "idp", "scopes": "mail:read" } });
    make_tool(&server, with(tool("mail"), &json!({ "authentication": authentication }))).await;
    let token = token(&server, "alice", EVERY_SCOPE).await;
    switch(&server, &token, "tools/mail", Some(true)).await;
    server.http.answer(&url("mail"), 200, "text/plain", b"letters");
    (server, token)
}

pub async fn connected() -> (Server, String) {
    let (server, token) = house().await;
    let mut alice = signed_in(&server, "alice").await;
    connect(&server, &mut alice, "/connect/idp").await.assert_status(200);
    server.http.take_sent();
    (server, token)
}

/// With what token the tool's server was asked last, and how often the provider was asked for tokens.
pub fn seen(server: &Server) -> (Option<String>, usize) {
    let sent = server.http.take_sent();
    let asked = sent.iter().filter(|request| request.url == TOKEN).count();
    let used = sent
        .iter()
        .rfind(|request| request.url == url("mail"))
        .map(|request| request.headers.iter().find(|(name, _)| name == "authorization").expect("a token").1.clone());
    (used, asked)
}

pub fn gives(server: &Server, access: &str, refresh: Option<&str>) {
    let tokens =
        json!({ "access_token": access, "refresh_token": refresh, "token_type": "Bearer", "expires_in": 3600 });
    server.http.answer_json(TOKEN, None, &tokens);
}

pub fn assert_pending(reply: &Reply) -> String {
    let told = reply.assert_status(200).json();
    let auth_url = told["auth_url"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    assert_eq!(told, json!({ "pending": true, "message": "Authorization required", "auth_url": auth_url }));
    assert!(auth_url.starts_with("http://localhost:8787/connect/idp?ticket="), "{auth_url}");
    auth_url
}

pub fn status(server: &Server) -> Value {
    json!(server.database.peek("SELECT status FROM connections"))[0]["status"].clone()
}

/// Access tokens of ours last for half an hour.
pub async fn token_of(server: &Server) -> String {
    token(server, "alice", EVERY_SCOPE).await
}

/// Every token that the tool's server was called with, in order, and every form that the provider's token endpoint got.
pub fn all_seen(server: &Server) -> (Vec<String>, Vec<String>) {
    let sent = server.http.take_sent();
    let token = |headers: &[(String, String)]| {
        let found = headers.iter().find(|(name, _)| name == "authorization").expect("a token");
        found.1.strip_prefix("Bearer ").expect("a bearer").to_owned()
    };
    let used = sent.iter().filter(|request| request.url == url("mail")).map(|request| token(&request.headers));
    let forms = sent.iter().filter(|request| request.url == TOKEN).map(|request| request.body.clone().expect("a form"));
    (used.collect(), forms.collect())
}
