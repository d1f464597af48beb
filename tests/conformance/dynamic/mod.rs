//! Dynamic OP: a relying party that registers itself, as far as code flow reaches. What is refused as a whole stays refused for it,
//! too: request objects are in `basic/request_objects.rs`, `none` in `basic/algorithms.rs`.

mod client_keys;
mod keys;
mod redirect_uris;
mod registration;

use serde_json::{Map, Value, json};

use crate::relying_party::RelyingParty;
use crate::support::server::Server;

pub const CALLBACK: &str = "https://suite.example/callback";

/// The suite's clients are confidential and send no PKCE, so the operator lets these do without.
pub async fn server() -> Server {
    Server::with(&[("REQUIRE_PKCE", "public")]).seed().await
}

/// A relying party that registered this beside its redirect URI, and what it was told.
pub async fn registering(server: &Server, beside: Value) -> (RelyingParty<'_>, Value) {
    let mut metadata: Map<String, Value> = Map::new();
    metadata.insert("redirect_uris".to_owned(), json!([CALLBACK]));
    let Value::Object(beside) = beside else { panic!("metadata is an object") };
    metadata.extend(beside);
    RelyingParty::registering(server, Value::Object(metadata)).await
}
