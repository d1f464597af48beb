//! What agents may call.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::sent;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;
use crate::protocol::tool_request::RequestTemplate;

/// Longest time that a tool's server may be given, in seconds.
pub const MOST_SECONDS: i64 = 300;
/// Longest answer that a tool's server may give, in bytes.
pub const MOST_BYTES: i64 = 8 * 1024 * 1024;

/// Something an agent can call: what it is told of it, and the request that is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// Random text, never reused.
    pub id: String,
    /// What it is called by; unique.
    pub name: String,
    /// What agents and people are told of it. Data, whatever it says.
    pub description: String,
    /// JSON Schema of the arguments, as an administrator wrote it.
    pub input_schema: Value,
    /// What is sent.
    pub request: RequestTemplate,
    /// How the request proves who sends it.
    pub authentication: Authentication,
    /// How long its server may take; `None`: the setting.
    pub timeout_seconds: Option<i64>,
    /// How much its server may answer; `None`: the setting.
    pub max_bytes: Option<i64>,
    /// Whether users who are made from now on have it on.
    pub default_enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// How a tool's request proves who sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// Not at all.
    None,
    /// By a header of its own.
    ApiKey(Credential),
    /// `Authorization: Bearer …` (RFC 6750 section 2.1).
    Bearer(Credential),
    /// `Authorization: Basic …` (RFC 7617).
    Basic(Credential),
    /// `Authorization: Bearer …` with a token of the caller's own account elsewhere.
    Connection(Elsewhere),
}

/// An account of the caller's elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// At which provider.
    pub provider: String,
    /// What its token must be able to do there.
    #[serde(default)]
    pub scopes: ScopeSet,
}

/// What proves it. One type for all kinds, so that it is compiled once; which members a kind has is checked when it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// The header of an API key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// Who, with Basic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// API key, token or password, sealed for [`seal_context`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl Authentication {
    /// What proves it, if anything does.
    #[must_use]
    pub const fn credential(&self) -> Option<&Credential> {
        match self {
            Self::None | Self::Connection(_) => None,
            Self::ApiKey(credential) | Self::Bearer(credential) | Self::Basic(credential) => Some(credential),
        }
    }

    /// The same with another secret.
    #[must_use]
    pub fn with_secret(self, secret: Option<String>) -> Self {
        let with = |credential| Credential { secret, ..credential };
        match self {
            Self::None | Self::Connection(_) => self,
            Self::ApiKey(credential) => Self::ApiKey(with(credential)),
            Self::Bearer(credential) => Self::Bearer(with(credential)),
            Self::Basic(credential) => Self::Basic(with(credential)),
        }
    }
}

/// What the secret of the tool with this id is sealed for, so that no row's secret opens in another.
#[must_use]
pub fn seal_context(id: &str) -> String {
    format!("tool {id}")
}

/// [`Authentication`] as an administrator sends it: the secret plain, or left out, so that the one there stays.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct GivenAuthentication(pub Authentication);

/// What of a tool is to be as said here. A missing member leaves it as it is, or as a new tool has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolSettings {
    /// What it is called by.
    pub name: Option<String>,
    /// What is told of it.
    pub description: Option<String>,
    /// JSON Schema of the arguments.
    pub input_schema: Option<Value>,
    /// What is sent.
    pub request: Option<RequestTemplate>,
    /// How it proves who sends it.
    pub authentication: Option<GivenAuthentication>,
    /// How long its server may take; 0: the setting.
    pub timeout_seconds: Option<i64>,
    /// How much its server may answer; 0: the setting.
    pub max_bytes: Option<i64>,
    /// Whether users who are made from now on have it on.
    pub default_enabled: Option<bool>,
}

impl ToolSettings {
    /// The names of the members that say something, in one line for the audit log.
    #[must_use]
    pub fn names(&self) -> String {
        sent::names(&[
            ("name", self.name.is_some()),
            ("description", self.description.is_some()),
            ("input_schema", self.input_schema.is_some()),
            ("request", self.request.is_some()),
            ("authentication", self.authentication.is_some()),
            ("timeout_seconds", self.timeout_seconds.is_some()),
            ("max_bytes", self.max_bytes.is_some()),
            ("default_enabled", self.default_enabled.is_some()),
        ])
    }

    /// `tool` with these settings; of the authentication, which must be sealed, what is sealed.
    #[must_use]
    pub fn applied(&self, tool: Tool, authentication: Option<Authentication>, now: Timestamp) -> Tool {
        let number = |sent: Option<i64>, before| sent.map_or(before, |sent| Some(sent).filter(|sent| *sent != 0));
        Tool {
            name: self.name.clone().unwrap_or(tool.name),
            description: self.description.clone().unwrap_or(tool.description),
            input_schema: self.input_schema.clone().unwrap_or(tool.input_schema),
            request: self.request.clone().unwrap_or(tool.request),
            authentication: authentication.unwrap_or(tool.authentication),
            timeout_seconds: number(self.timeout_seconds, tool.timeout_seconds),
            max_bytes: number(self.max_bytes, tool.max_bytes),
            default_enabled: self.default_enabled.unwrap_or(tool.default_enabled),
            updated_at: now,
            ..tool
        }
    }
}

/// A tool that is on for a user, as agents are told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ListedTool {
    /// What it is called by.
    pub name: String,
    /// What is told of it.
    pub description: String,
    /// JSON Schema of the arguments.
    pub input_schema: Value,
}

/// A tool and a user's switch for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolSwitch {
    /// What it is called by.
    pub name: String,
    /// What is told of it.
    pub description: String,
    /// Whether it is on.
    pub enabled: bool,
    /// How the user's own switch stands, if they set it.
    pub own: Option<bool>,
    /// The groups that hold it and are on.
    pub groups: Vec<String>,
}
