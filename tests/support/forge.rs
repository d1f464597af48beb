//! Tokens as an attacker might write them.

use ostiary::protocol::digest::{base64url, from_base64url};
use serde_json::{Value, json};

use super::keys;
use super::server::Server;

/// A JWT in its two readable parts.
#[derive(Clone, Debug)]
pub struct Jwt {
    pub header: Value,
    pub claims: Value,
}

impl Jwt {
    /// Takes a token apart.
    pub fn of(token: &str) -> Self {
        let mut parts = token.split('.').map(|part| from_base64url(part).expect("base64url"));
        let mut next = || serde_json::from_slice(&parts.next().expect("a part")).expect("JSON");
        Self { header: next(), claims: next() }
    }

    /// The same with another claim; `null` takes it away.
    pub fn claim(mut self, name: &str, value: Value) -> Self {
        set(&mut self.claims, name, value);
        self
    }

    /// The same with another member of the header; `null` takes it away.
    pub fn header(mut self, name: &str, value: Value) -> Self {
        set(&mut self.header, name, value);
        self
    }

    /// What is signed.
    pub fn input(&self) -> String {
        format!("{}.{}", base64url(self.header.to_string().as_bytes()), base64url(self.claims.to_string().as_bytes()))
    }

    /// Signed with the server's own key `kid`.
    pub async fn signed_by(&self, server: &Server, kid: &str) -> String {
        let input = self.input();
        let signature = server.app.signer.sign(kid, input.as_bytes()).await.expect("a signature");
        format!("{input}.{}", base64url(&signature))
    }

    /// Signed with the server's own ES256 key.
    pub async fn signed(&self, server: &Server) -> String {
        self.signed_by(server, &es256_kid()).await
    }

    /// With these bytes for a signature.
    pub fn with_signature(&self, signature: &[u8]) -> String {
        format!("{}.{}", self.input(), base64url(signature))
    }

    /// Signed by HMAC-SHA-256 with a text for the key, as by whoever takes a public key for a secret.
    pub fn with_hmac(&self, key: &[u8]) -> String {
        use hmac::{Hmac, Mac};
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).expect("a key of any length");
        mac.update(self.input().as_bytes());
        self.with_signature(&mac.finalize().into_bytes())
    }
}

fn set(of: &mut Value, name: &str, value: Value) {
    let members = of.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
}

/// The names of the server's keys.
pub fn es256_kid() -> String {
    keys::signing_jwks()[0].0.clone()
}
pub fn rs256_kid() -> String {
    keys::signing_jwks()[1].0.clone()
}

/// The public half of the server's ES256 key, as the JWKS shows it.
pub async fn public_key(server: &Server) -> Value {
    let jwks = server.send(super::request::Ask::get("/.well-known/jwks.json")).await.json();
    let keys = jwks["keys"].as_array().expect("keys").clone();
    keys.into_iter().find(|key| key["kid"] == json!(es256_kid())).expect("the key")
}
