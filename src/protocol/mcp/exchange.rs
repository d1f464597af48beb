//! One HTTP request: the version it is of, and what it asks.

use serde_json::{Value, json};

use super::mirrored::Mirrored;
use super::{Call, UNSUPPORTED_VERSION, VERSION_KEY, Version};
use crate::protocol::json_rpc::{Error, INVALID_REQUEST, Received, Refusal, Request};

const VERSION_HEADER: &str = "mcp-protocol-version";

/// Why a request gets no result.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// HTTP's.
    pub status: u16,
    /// JSON-RPC's.
    pub error: Error,
}

impl Failure {
    /// The request was understood as one.
    #[must_use]
    pub const fn told(error: Error) -> Self {
        Self { status: 200, error }
    }

    /// The request is not one of this protocol.
    #[must_use]
    pub const fn refused(error: Error) -> Self {
        Self { status: 400, error }
    }
}

/// A request that is to be answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Its id, if it has one that could be read.
    pub id: Option<Value>,
    /// What it asks for.
    pub call: Result<Call, Failure>,
}

/// What came in one body, and the headers that belong to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Exchange {
    /// The version in which it is asked, and answered.
    pub version: Version,
    /// What is to be answered; nothing when only notifications came.
    pub asked: Vec<Asked>,
    /// Whether the answers are one list.
    pub is_batch: bool,
    /// The headers.
    pub headers: Mirrored,
}

impl Exchange {
    /// Reads a body and its headers.
    ///
    /// # Errors
    /// What is wrong with them (400).
    pub fn read(body: &[u8], headers: Mirrored) -> Result<Self, Refusal> {
        match Received::parse(body)? {
            Received::One(request) => Self::of_one(request, headers),
            Received::Batch(messages) => Self::of_batch(messages, headers),
        }
    }

    /// The scopes that it needs.
    #[must_use]
    pub fn scopes(&self) -> Vec<&'static str> {
        self.asked.iter().filter_map(|asked| asked.call.as_ref().ok()?.scope()).collect()
    }

    fn of_one(request: Request, headers: Mirrored) -> Result<Self, Refusal> {
        let version = version_of(&request, &headers).map_err(|error| Refusal { id: request.id.clone(), error })?;
        let asked = match request.id {
            Some(_) => vec![asked(version, request, &headers)],
            None => vec![],
        };
        Ok(Self { version, asked, is_batch: false, headers })
    }

    fn of_batch(messages: Vec<Result<Request, Refusal>>, headers: Mirrored) -> Result<Self, Refusal> {
        let refuse = |error| Refusal { id: None, error };
        let version = version_said(&headers).map_err(refuse)?;
        if !version.has_batches() {
            return Err(refuse(Error::new(INVALID_REQUEST, "this version of the protocol has no batches")));
        }
        let asked = messages.into_iter().filter_map(|message| in_batch(version, message, &headers)).collect();
        Ok(Self { version, asked, is_batch: true, headers })
    }
}

fn asked(version: Version, request: Request, headers: &Mirrored) -> Asked {
    let call = Call::parse(version, &request, headers);
    Asked { id: request.id, call }
}

fn in_batch(version: Version, message: Result<Request, Refusal>, headers: &Mirrored) -> Option<Asked> {
    let request = match message {
        Ok(request) => request,
        Err(Refusal { id, error }) => return Some(Asked { id, call: Err(Failure::told(error)) }),
    };
    request.id.as_ref()?;
    if request.method == "initialize" {
        // Lifecycle, Initialization: it must not be part of a batch.
        let error = Error::new(INVALID_REQUEST, "initialize stands alone");
        return Some(Asked { id: request.id, call: Err(Failure::told(error)) });
    }
    Some(asked(version, request, headers))
}

/// The version of a request: what its header says, and the body, where it says so, too.
fn version_of(request: &Request, headers: &Mirrored) -> Result<Version, Error> {
    let in_body = request.params.get("_meta").and_then(|meta| meta.get(VERSION_KEY)).and_then(Value::as_str);
    if let Some(in_body) = in_body {
        headers.says(VERSION_HEADER, in_body)?;
    }
    version_said(headers)
}

fn version_said(headers: &Mirrored) -> Result<Version, Error> {
    let Some(said) = headers.get(VERSION_HEADER)? else { return Ok(Version::UNSAID) };
    Version::of(said).ok_or_else(|| {
        let data = json!({ "supported": Version::names(), "requested": said });
        Error::new(UNSUPPORTED_VERSION, "this version of the protocol is not spoken here").data(data)
    })
}
