//! What an MCP client may ask for (Model Context Protocol). There are no tools yet, so the list of them is empty.

use serde_json::{Value, json};

use crate::app::App;
use crate::protocol::error::OAuthError;
use crate::protocol::json_rpc::{Error, METHOD_NOT_FOUND};

/// The protocol's versions that are spoken here, the newest first.
pub const VERSIONS: [&str; 2] = ["2025-11-25", "2025-06-18"];

/// What a request without the header is to be taken for; with batches, which that version wants, nobody comes here.
const ASSUMED: &str = "2025-03-26";

/// This release.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What a method needs of the token, beyond that it is good.
#[must_use]
pub fn scope_of(method: &str) -> Option<&'static str> {
    match method {
        "tools/list" => Some("read:tools"),
        "tools/call" => Some("call:tools"),
        _ => None,
    }
}

/// Answers a method.
///
/// # Errors
/// The error for a method that there is not.
pub fn answer(app: &App, method: &str, params: &Value) -> Result<Value, Error> {
    match method {
        "initialize" => Ok(initialized(app, params)),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(json!({ "tools": [] })),
        _ => Err(Error::new(METHOD_NOT_FOUND, "there is no such method")),
    }
}

/// Lifecycle, version negotiation: the client's version, if it is spoken here, else the newest that is.
fn initialized(app: &App, params: &Value) -> Value {
    let wanted = params["protocolVersion"].as_str();
    let version = wanted.filter(|wanted| VERSIONS.contains(wanted)).unwrap_or(VERSIONS[0]);
    json!({
        "protocolVersion": version,
        "capabilities": { "tools": {} },
        "serverInfo": { "name": "ostiary", "title": app.config.brand.name, "version": VERSION },
    })
}

/// The version that a request says it speaks (`MCP-Protocol-Version`, transport of 2025-06-18).
///
/// # Errors
/// `invalid_request` for one that is not spoken here.
pub fn check_version(said: Option<&str>) -> Result<(), OAuthError> {
    if said.is_none_or(|said| said == ASSUMED || VERSIONS.contains(&said)) {
        return Ok(());
    }
    Err(OAuthError::invalid_request("MCP-Protocol-Version is not one of this server's"))
}
