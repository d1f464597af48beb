//! `/oauth/register`: clients that register themselves (RFC 7591) and look after what they registered (RFC 7592).

mod by_invitation;
mod escalation;
mod keys;
mod managed;
mod metadata;
mod unused;

use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::flow::{CHALLENGE, VERIFIER};
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

pub const CALLBACK: &str = "https://agent.example/callback";

/// Each from a network of its own, so that the limit is met by nobody who does not look for it.
pub async fn register(server: &Server, metadata: &Value) -> Reply {
    static CALLS: AtomicU32 = AtomicU32::new(1);
    let address = std::net::Ipv4Addr::from(CALLS.fetch_add(1, Ordering::Relaxed)).to_string();
    let ask = Ask::json(Method::POST, "/oauth/register", metadata);
    server.send(ask.header("cf-connecting-ip", &address)).await
}

/// What a client that registered is told.
pub async fn registered(server: &Server, metadata: Value) -> Value {
    register(server, &metadata).await.assert_status(201).json()
}

pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("no text {member} in {value}"))
}

/// The consent page that alice sees when this client asks for `scope`.
pub async fn consent_page(server: &Server, client: &Value, scope: &str) -> Reply {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("response_type", "code"),
            ("client_id", text(client, "client_id")),
            ("redirect_uri", CALLBACK),
            ("scope", scope),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ])
        .finish();
    let mut browser = Browser::new(server);
    let page = browser.open(&format!("/oauth/authorize?{query}")).await;
    browser.sign_in_on(&page, "alice", "alice").await
}

/// Tokens for a client without a secret, from alice.
pub async fn tokens(server: &Server, client: &Value, scope: &str) -> Reply {
    let query = format!(
        "/oauth/authorize?response_type=code&client_id={}&redirect_uri={CALLBACK}&scope={}&code_challenge={CHALLENGE}\
         &code_challenge_method=S256",
        text(client, "client_id"),
        scope.replace(' ', "+"),
    );
    let mut browser = Browser::new(server);
    let page = browser.open(&query).await;
    let page = browser.sign_in_on(&page, "alice", "alice").await;
    let answer = if page.is_consent_page() { browser.answer(&page, "approve").await } else { page };
    let code = answer.location_parameter("code").expect("a code");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("client_id", text(client, "client_id")),
    ];
    server.send(Ask::post("/oauth/token", &form)).await
}

#[tokio::test]
async fn a_public_client_registers_itself_and_gets_tokens_with_consent() {
    let server = Server::seeded().await;
    let metadata = json!({ "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none", "client_name": "Agent" });
    let client = registered(&server, metadata).await;
    assert!(client.get("client_secret").is_none() && client.get("client_secret_expires_at").is_none());
    let answer = tokens(&server, &client, "read:tools openid").await;
    assert!(!answer.assert_status(200).text("refresh_token").is_empty());
    let page = consent_page(&server, &client, "read:tools call:tools").await;
    assert!(page.is_consent_page());
    assert!(page.element("client-trust").starts_with("Not known to your administrator"));
}

#[tokio::test]
async fn a_confidential_client_is_the_default_and_its_secret_is_told_once() {
    let server = Server::seeded().await;
    let client = registered(&server, json!({ "redirect_uris": [CALLBACK] })).await;
    assert_eq!(client["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(client["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(client["client_secret_expires_at"], 0);
    assert_eq!(text(&client, "client_secret").len(), 43);
    // It forgot that it has one, as agents do: the answer says what is wrong.
    let refused = tokens(&server, &client, "read:tools").await;
    refused.assert_error(401, "invalid_client");
    assert!(refused.text("error_description").contains("client_secret_basic"), "{}", refused.body);
    assert!(refused.text("error_description").contains("token_endpoint_auth_method none"), "{}", refused.body);
    let stored = server.database.peek("SELECT secret_hash, registration_token_hash FROM clients");
    for secret in ["client_secret", "registration_access_token"] {
        assert!(!stored.iter().any(|row| row.to_string().contains(text(&client, secret))), "{secret} is stored");
    }
}

#[tokio::test]
async fn both_paths_and_every_origin_may_register() {
    let server = Server::seeded().await;
    for path in ["/oauth/register", "/register"] {
        let ask = Ask::json(Method::POST, path, &json!({ "redirect_uris": [CALLBACK] }));
        let reply = server.send(ask.header("origin", "https://inspector.example")).await;
        reply.assert_status(201);
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn who_registers_too_much_from_one_network_is_told_to_wait() {
    let server = Server::seeded().await;
    let metadata = json!({ "redirect_uris": [CALLBACK] });
    let ask = |address: &str| Ask::json(Method::POST, "/oauth/register", &metadata).header("cf-connecting-ip", address);
    for _ in 0..20 {
        server.send(ask("192.0.2.7")).await.assert_status(201);
    }
    let refused = server.send(ask("192.0.2.7")).await;
    refused.assert_error(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), "60");
    server.send(ask("198.51.100.7")).await.assert_status(201);
}

#[tokio::test]
async fn registration_that_is_off_is_nowhere_and_not_listed() {
    let server = Server::with(&[("DYNAMIC_REGISTRATION", "off")]).seed().await;
    register(&server, &json!({ "redirect_uris": [CALLBACK] })).await.assert_error(404, "not_found");
    let document = server.send(Ask::get("/.well-known/oauth-authorization-server")).await.json();
    assert!(document.get("registration_endpoint").is_none());
}
