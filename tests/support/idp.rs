//! Another provider, played by scripted answers: issuer `https://idp.example`, keys of tests/support/client_key.rs.

use axum::http::Method;
use ostiary::ports::Clock as _;
use serde_json::{Value, json};

use super::browser::Browser;
use super::client_key::{ClientKey, ES256, set};
use super::forge::Jwt;
use super::reply::Reply;
use super::request::Ask;
use super::server::Server;

pub const ISSUER: &str = "https://idp.example";
pub const TOKEN: &str = "https://idp.example/token";
pub const METADATA: &str = "https://idp.example/.well-known/openid-configuration";
pub const JWKS: &str = "https://idp.example/jwks";
pub const USER: &str = "https://idp.example/user";
pub const REVOKE: &str = "https://idp.example/revoke";
/// Every text that must never lie about in plain.
pub const SECRETS: [&str; 4] = ["upstream-access-1", "upstream-refresh-1", "idp-secret", "upstream-access-2"];

/// What the provider says of itself.
pub fn metadata() -> Value {
    json!({
        "issuer": ISSUER, "authorization_endpoint": "https://idp.example/authorize?tenant=1", "token_endpoint": TOKEN,
        "jwks_uri": JWKS, "revocation_endpoint": REVOKE,
    })
}

/// What makes it known here, as `idp`.
pub fn settings() -> Value {
    json!({
        "id": "idp", "name": "Example", "issuer": ISSUER, "client_id": "us", "client_secret": "idp-secret",
        "scopes": "openid email mail:read", "parameters": { "prompt": "consent" },
    })
}

pub async fn make(server: &Server, settings: &Value) -> Value {
    let reply = server.as_admin(Ask::json(Method::POST, "/admin/api/providers", settings)).await;
    reply.assert_status(201).json()
}

/// A server that knows the provider, which answers as it should.
pub async fn world() -> Server {
    let server = Server::seeded().await;
    make(&server, &settings()).await;
    answers(&server);
    server
}

pub fn answers(server: &Server) {
    server.app.documents.clear();
    server.http.answer_json(METADATA, None, &metadata());
    server.http.answer_json(JWKS, None, &set(&[ES256]));
    server.http.answer(REVOKE, 200, "", b"");
}

/// What a good ID token for this request says.
pub fn claims(server: &Server, nonce: &str) -> Value {
    let now = server.clock.now().seconds();
    json!({
        "iss": ISSUER, "aud": "us", "sub": "alice-there", "nonce": nonce, "iat": now, "exp": now + 300,
        "email": "alice@idp.example", "name": "Alice There",
    })
}

pub fn id_token(key: ClientKey, claims: &Value) -> String {
    key.signed(&Jwt { header: json!({}), claims: claims.clone() })
}

/// What the token endpoint answers.
pub fn tokens(id_token: &str) -> Value {
    json!({
        "access_token": "upstream-access-1", "refresh_token": "upstream-refresh-1", "token_type": "Bearer",
        "expires_in": 3600, "scope": "openid email mail:read", "id_token": id_token,
    })
}

/// Where the person is sent at the provider, after they said yes on our page.
pub async fn begin(browser: &mut Browser<'_>, path: &str) -> Reply {
    let page = browser.open(path).await;
    page.assert_status(200);
    let reply = browser.submit(path, &page, &[]).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    reply
}

/// The provider's answer to that: its path here, with `more` in the query.
pub fn answer(begun: &Reply, more: &str) -> String {
    format!("/oauth/callback/idp?code=the-code&state={}{more}", begun.location_parameter("state").expect("a state"))
}

/// Whoever is signed in in this browser connects their account; answers what they see at last.
pub async fn connect(server: &Server, browser: &mut Browser<'_>, path: &str) -> Reply {
    let begun = begin(browser, path).await;
    let nonce = begun.location_parameter("nonce").expect("a nonce");
    let token = id_token(ES256, &claims(server, &nonce));
    server.http.answer_json(TOKEN, None, &tokens(&token));
    browser.open(&answer(&begun, "")).await
}

/// A browser in which somebody is signed in.
pub async fn signed_in<'a>(server: &'a Server, name: &str) -> Browser<'a> {
    let mut browser = Browser::new(server);
    browser.sign_in(name, name).await.assert_status(200);
    browser
}

/// What is stored of connections and of linkings that were begun.
pub fn stored(server: &Server) -> (usize, usize) {
    let count = |sql: &'static str| server.database.peek(sql).len();
    (count("SELECT * FROM connections"), count("SELECT * FROM connect_states"))
}
