//! `GET /dev/pkce`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::app::App;
use crate::protocol::pkce;

/// A fresh verifier and its challenge (RFC 7636 section 4).
pub async fn get(State(app): State<Arc<App>>) -> Json<Value> {
    let verifier = app.random_text::<32>();
    let challenge = pkce::s256(&verifier);
    Json(json!({ "code_verifier": verifier, "code_challenge": challenge, "code_challenge_method": "S256" }))
}
