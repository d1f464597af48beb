//! What a request asks for, as a value whose existence proves that it was well formed in its version.

use serde_json::{Map, Value};

use super::exchange::Failure;
use super::mirrored::{Mirrored, mismatch};
use super::{CAPABILITIES_KEY, Cursor, VERSION_KEY, Version};
use crate::protocol::json_rpc::{Error, INVALID_PARAMS, METHOD_NOT_FOUND, Request};

/// What can be asked for here.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// `initialize`: the version that the client gets.
    Initialize(Version),
    /// `ping`
    Ping,
    /// `server/discover`
    Discover,
    /// `tools/list`: where the page begins.
    ListTools(Option<Cursor>),
    /// `tools/call`
    CallTool {
        /// Which.
        name: String,
        /// With what.
        arguments: Map<String, Value>,
    },
}

impl Call {
    /// Reads a request.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(version: Version, request: &Request, headers: &Mirrored) -> Result<Self, Failure> {
        if version.is_stateless() {
            headers.says("mcp-method", &request.method).map_err(Failure::refused)?;
            check_meta(&request.params).map_err(Failure::refused)?;
        }
        let call = match (request.method.as_str(), version.is_stateless()) {
            ("initialize", false) => Self::initialize(&request.params),
            ("ping", false) => Ok(Self::Ping),
            ("server/discover", true) => Ok(Self::Discover),
            ("tools/list", _) => Self::list_tools(&request.params),
            ("tools/call", _) => Self::call_tool(&request.params),
            _ => return Err(Failure::unknown_method(version)),
        }
        .map_err(Failure::told)?;
        if let Self::CallTool { name, .. } = &call
            && version.is_stateless()
        {
            check_name(headers, name).map_err(Failure::refused)?;
        }
        Ok(call)
    }

    /// What it needs of the token, beyond that it is good.
    #[must_use]
    pub fn scope(&self) -> Option<&'static str> {
        match self {
            Self::ListTools(_) => Some("read:tools"),
            Self::CallTool { .. } => Some("call:tools"),
            Self::Initialize(_) | Self::Ping | Self::Discover => None,
        }
    }

    fn initialize(params: &Map<String, Value>) -> Result<Self, Error> {
        let wanted = params.get("protocolVersion").and_then(Value::as_str);
        let wanted = wanted.ok_or_else(|| invalid("protocolVersion must be a text"))?;
        Ok(Self::Initialize(Version::negotiated(wanted)))
    }

    fn list_tools(params: &Map<String, Value>) -> Result<Self, Error> {
        let Some(cursor) = params.get("cursor") else { return Ok(Self::ListTools(None)) };
        let cursor = cursor.as_str().and_then(Cursor::parse);
        Ok(Self::ListTools(Some(cursor.ok_or_else(|| invalid("cursor is not one that this server gave"))?)))
    }

    fn call_tool(params: &Map<String, Value>) -> Result<Self, Error> {
        let name = params.get("name").and_then(Value::as_str).ok_or_else(|| invalid("name must be a text"))?;
        let arguments = match params.get("arguments") {
            None => Map::new(),
            Some(Value::Object(arguments)) => arguments.clone(),
            Some(_) => return Err(invalid("arguments must be an object")),
        };
        Ok(Self::CallTool { name: name.to_owned(), arguments })
    }
}

fn invalid(message: &str) -> Error {
    Error::new(INVALID_PARAMS, message)
}

/// What every request must say of itself (Overview, `_meta`). That it says the same as the header was seen before.
fn check_meta(params: &Map<String, Value>) -> Result<(), Error> {
    let meta = params.get("_meta").and_then(Value::as_object).ok_or_else(|| invalid("_meta must be an object"))?;
    if !meta.get(VERSION_KEY).is_some_and(Value::is_string) {
        return Err(invalid("_meta must have a protocolVersion"));
    }
    if !meta.get(CAPABILITIES_KEY).is_some_and(Value::is_object) {
        return Err(invalid("_meta must have clientCapabilities"));
    }
    Ok(())
}

fn check_name(headers: &Mirrored, name: &str) -> Result<(), Error> {
    if headers.decoded("mcp-name")?.as_deref() == Some(name) { Ok(()) } else { Err(mismatch("mcp-name")) }
}

impl Failure {
    /// Before 2026-07-28 every answer to a request is a 200; since then the status tells a server that does not know a method
    /// from one that is not there.
    fn unknown_method(version: Version) -> Self {
        let status = if version.is_stateless() { 404 } else { 200 };
        Self { status, error: Error::new(METHOD_NOT_FOUND, "there is no such method") }
    }
}
