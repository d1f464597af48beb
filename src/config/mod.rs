//! The operator's settings, each read once into a typed value. A wrong one names itself and says what is expected;
//! the value of a secret is never part of that.

mod brand;
mod issuer;
mod keys;
mod read;
mod secret;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use log::LevelFilter;

pub use self::brand::Brand;
pub use self::issuer::Issuer;
pub use self::keys::{EncryptionKey, EncryptionKeys, SigningKey, SigningKeys};
pub use self::secret::Secret;
use crate::model::session::SessionLifetime;
use crate::protocol::scope::ScopeSet;

/// Every setting.
#[derive(Clone, Debug)]
pub struct Config {
    /// `OAUTH_ISSUER_URL`.
    pub issuer: Issuer,
    /// `OAUTH_ENABLED`: whether anything new may be allowed or issued.
    pub enabled: bool,
    /// `OAUTH_VALID_SCOPES`: scopes beside those that are built in.
    pub valid_scopes: ScopeSet,
    /// `OAUTH_DEFAULT_SCOPES`: given when a client asks for none. Never holds `admin`.
    pub default_scopes: ScopeSet,
    /// `AUTH_CODE_TTL_SECONDS`.
    pub code_ttl: Duration,
    /// `ACCESS_TOKEN_EXPIRE_MINUTES`.
    pub access_ttl: Duration,
    /// `REFRESH_TOKEN_TTL_DAYS`, since last use.
    pub refresh_ttl: Duration,
    /// `REFRESH_RETRY_WINDOW_SECONDS`: how long a public client may repeat its previous refresh token.
    pub retry_window: Duration,
    /// `GRANT_TTL_DAYS`, in all.
    pub grant_ttl: Duration,
    /// `SESSION_TTL_HOURS` since last use, 7 days in all.
    pub session: SessionLifetime,
    /// `ENABLE_DEV_ENDPOINTS` with an issuer on this machine: the only place where security may give way.
    pub development: bool,
    /// `REQUIRE_PKCE`.
    pub require_pkce: RequirePkce,
    /// `DYNAMIC_REGISTRATION`: whether clients may register themselves.
    pub dynamic_registration: DynamicRegistration,
    /// `UNUSED_CLIENT_DAYS`: after so long a client that registered itself and is not used goes.
    pub unused_client_ttl: Duration,
    /// `AUDIT_RETENTION_DAYS`: so long an event stays in the audit log.
    pub audit_retention: Duration,
    /// `TOOL_TIMEOUT_SECONDS`: how long a tool's server may take, when the tool does not say.
    pub tool_timeout: Duration,
    /// `TOOL_MAX_BYTES`: how much a tool's server may answer, when the tool does not say.
    pub tool_max_bytes: usize,
    /// `AGENT_SESSION_TTL`: how long an agent may have a token of an account after the browser part.
    pub agent_session_ttl: Duration,
    /// `SIGNING_KEYS` and `SIGNING_KEYS_NEXT`.
    pub signing_keys: SigningKeys,
    /// `ENCRYPTION_KEYS` and `ENCRYPTION_KEYS_NEXT`.
    pub encryption_keys: EncryptionKeys,
    /// `ADMIN_TOKEN`: opens the admin API.
    pub admin_token: Option<Secret<String>>,
    /// `SETUP_CODE`: opens `/setup` outside development.
    pub setup_code: Option<Secret<String>>,
    /// `CLOCK_OFFSET_SECONDS`: how far the server's clock is moved; 0 outside development.
    pub clock_offset: i64,
    /// By the id of its preset, our client id and secret at a provider: `GOOGLE_OAUTH_CLIENT_ID` and the like.
    pub providers: BTreeMap<&'static str, (String, Secret<String>)>,
    /// `BRAND_NAME`, `BRAND_LOGO_URL`, `BRAND_COLOR`, `TERMS_URL`.
    pub brand: Brand,
    /// `LOG_LEVEL`; `OAUTH_DEBUG` raises it to `debug` at least.
    pub log_level: LevelFilter,
    /// `JURISDICTION`: where Durable Objects may live.
    pub jurisdiction: Option<Jurisdiction>,
}

/// What a confidential client gets for which nothing else was said. Public clients always need PKCE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequirePkce {
    /// It needs PKCE too.
    Always,
    /// Only public clients need it.
    Public,
}

/// Who may register clients without an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DynamicRegistration {
    /// Anybody.
    Open,
    /// Bearers of an initial access token.
    Token,
    /// Nobody.
    Off,
}

/// Where Durable Objects may live; fixed at the first deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jurisdiction {
    /// The European Union.
    Eu,
    /// `FedRAMP` data centres.
    Fedramp,
}

/// A setting that is wrong. Nothing is served before it is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The setting's name.
    pub setting: &'static str,
    /// What is expected; never the value of a secret.
    pub problem: String,
}

impl ConfigError {
    fn new(setting: &'static str, problem: impl Into<String>) -> Self {
        Self { setting, problem: problem.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.problem)
    }
}

impl std::error::Error for ConfigError {}
