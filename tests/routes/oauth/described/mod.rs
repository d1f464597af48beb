//! Clients that describe themselves in a document at the URL that is their id (draft-ietf-oauth-client-id-metadata-document).

mod asked_again;
mod keys;
mod nobody_signed_in;
mod refused;
mod rights;
mod whole;

use serde_json::{Value, json};

use crate::support::browser::Browser;
use crate::support::flow::TestClient;
use crate::support::reply::Reply;
use crate::support::request::Ask;
use crate::support::server::Server;

/// A client of the web.
const APP: TestClient = TestClient {
    id: "https://app.example/oauth/client.json",
    secret: None,
    redirect_uri: "https://app.example/callback",
};

/// What it says of itself.
fn document() -> Value {
    json!({ "client_id": APP.id, "client_name": "Example App", "redirect_uris": [APP.redirect_uri] })
}

/// The document with these members changed; null takes one away.
fn document_with(changed: &Value) -> Value {
    let mut document = document();
    let members = document.as_object_mut().expect("an object");
    members.extend(changed.as_object().expect("an object").clone());
    members.retain(|_, value| !value.is_null());
    document
}

/// A server where the app describes itself so.
async fn server_with(document: &Value) -> Server {
    let server = Server::seeded().await;
    server.http.answer_json(APP.id, None, document);
    server
}

/// Alice's browser, signed in.
async fn alice(server: &Server) -> Browser<'_> {
    let mut browser = Browser::new(server);
    browser.sign_in("alice", "alice").await;
    browser
}

/// What alice, who is signed in, sees when the app asks.
async fn asked(browser: &mut Browser<'_>, changed: &[(&str, &str)]) -> Reply {
    browser.open(&APP.authorize_path(changed)).await
}

/// What an administrator sees of the app, if it is kept.
async fn kept(server: &Server) -> Option<Value> {
    let clients = server.as_admin(Ask::get("/admin/api/clients")).await.assert_status(200).json();
    clients["clients"].as_array().expect("clients").iter().find(|client| client["client_id"] == APP.id).cloned()
}

async fn is_kept(server: &Server) -> bool {
    kept(server).await.is_some()
}

/// An id as one segment of a path.
fn encoded(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect()
}
