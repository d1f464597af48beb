//! Programs registered to ask for tokens.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::client_keys::ClientKeys;
use super::client_lifetimes::ClientLifetimes;
use crate::protocol::digest::{equal_in_constant_time, sha256_base64url};
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::scope::{ADMIN, ScopeSet};
use crate::protocol::time::Timestamp;

/// All that a user client may ever do as its user (docs/security.md).
pub const USER_CLIENT_SCOPES: [&str; 2] = ["read:tools", "call:tools"];

/// Longest client id, in bytes.
const LONGEST_ID: usize = 64;

/// Whether `text` has the length and the letters of a client id: those that need no encoding anywhere.
#[must_use]
pub fn could_be_id(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    text.len() <= LONGEST_ID && text.bytes().all(is_letter)
}

/// A program registered to ask for tokens (RFC 6749 section 2).
#[derive(Clone, Debug)]
pub struct Client {
    /// The public `client_id`.
    pub id: String,
    /// What people are shown.
    pub name: String,
    /// Where people can read about it.
    pub links: ClientLinks,
    /// How it proves who it is.
    pub authentication: ClientAuthentication,
    /// Where answers of the authorization endpoint may go, byte for byte.
    pub redirect_uris: Vec<String>,
    /// What it may ask the token endpoint for.
    pub grant_types: Vec<GrantType>,
    /// What it may ask for at most.
    pub scopes: ScopeSet,
    /// When people are asked again.
    pub consent_policy: ConsentPolicy,
    /// Whether its codes need a PKCE challenge; always true for a public client.
    pub require_pkce: bool,
    /// Marked by an administrator as one of the operator's own.
    pub first_party: bool,
    /// May introspect tokens meant for its resources (RFC 7662).
    pub resource_server: bool,
    /// Resources (URLs) it stands for; none: the issuer.
    pub resources: Vec<String>,
    /// How long what it is given lives.
    pub lifetimes: ClientLifetimes,
    /// What OpenID Connect knows of it.
    pub relying_party: RelyingParty,
    /// How it came here.
    pub origin: Origin,
    /// Set for a user client: the user it acts for, the only one who may authorize at it.
    pub owner: Option<Owner>,
    /// Since when it is switched off.
    pub disabled_at: Option<Timestamp>,
    /// Everything issued to it before this moment is dead (whole seconds).
    pub valid_from: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Where people can read about a client (RFC 7591 section 2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientLinks {
    /// `client_uri`, its home page.
    pub home: Option<String>,
    /// `logo_uri`. Browsers get it from us: see `/client-logo`.
    pub logo: Option<String>,
    /// `policy_uri`, what it does with people's data.
    pub policy: Option<String>,
    /// `tos_uri`, its terms.
    pub terms: Option<String>,
}

/// A client as OpenID Connect knows it. The names are those of the registration standards (OpenID Connect Dynamic Client
/// Registration 2, RP-Initiated Logout 3.1, Back-Channel Logout 2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// `id_token_signed_response_alg`; logout tokens are signed alike.
    pub id_token_alg: Algorithm,
    /// `userinfo_signed_response_alg`; `None`: UserInfo answers JSON.
    pub userinfo_alg: Option<Algorithm>,
    /// `post_logout_redirect_uris`: where people may be sent after signing out, byte for byte.
    pub post_logout_redirect_uris: Vec<String>,
    /// `backchannel_logout_uri`: where logout tokens go.
    pub backchannel_logout_uri: Option<String>,
}

impl Default for RelyingParty {
    fn default() -> Self {
        let (userinfo_alg, backchannel_logout_uri) = (None, None);
        let post_logout_redirect_uris = Vec::new();
        Self { id_token_alg: Algorithm::Es256, userinfo_alg, post_logout_redirect_uris, backchannel_logout_uri }
    }
}

/// How a client came here, and so who vouches for what it says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An administrator made it, or it came with its user.
    Administrator,
    /// It registered itself.
    Registration(Registration),
    /// It describes itself in a document at the URL that is its id.
    Document(Document),
}

/// What is kept of a client that describes itself (draft-ietf-oauth-client-id-metadata-document).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Until when what it says need not be read again.
    pub fresh_until: Timestamp,
    /// The last day on which it got tokens, as its first moment, or on which it was first read.
    pub last_used_on: Timestamp,
}

/// What is kept of a client that registered itself (RFC 7591).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// SHA-256 in base64url of the token by which it looks after itself (RFC 7592).
    pub token_hash: String,
    /// What it said of itself that makes no difference here, to be given back.
    pub metadata: Map<String, Value>,
    /// The last day on which it got tokens, as its first moment, or on which it registered.
    pub last_used_on: Timestamp,
}

/// The user behind a user client, with what decides whether they may still act.
#[derive(Clone, Debug)]
pub struct Owner {
    /// The user's id, the `sub` of the client's own tokens.
    pub user_id: String,
    /// Whether the account is switched off.
    pub disabled: bool,
}

/// How a client proves who it is (RFC 6749 2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// A public client: by its id alone (`none`), and PKCE.
    Public,
    /// A confidential client: a 256-bit secret, kept as SHA-256 in base64url. `None`: no secret was made yet, so
    /// nothing authenticates it.
    Secret(Option<String>),
    /// A confidential client without a secret: it signs assertions with keys of its own (`private_key_jwt`).
    Keys(ClientKeys),
}

/// What a client may ask the token endpoint for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 4.1.
    AuthorizationCode,
    /// RFC 6749 section 6.
    RefreshToken,
    /// RFC 6749 4.4.
    ClientCredentials,
}

impl GrantType {
    /// As it is written in `grant_type`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// When a person is asked for consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentPolicy {
    /// At every authorization.
    Always,
    /// Only for what is new.
    Once,
    /// Never; only first-party clients.
    Skip,
}

impl ConsentPolicy {
    /// As it is stored and sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Once => "once",
            Self::Skip => "skip",
        }
    }

    /// Reads [`ConsentPolicy::as_str`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Always, Self::Once, Self::Skip].into_iter().find(|policy| policy.as_str() == text)
    }
}

impl Client {
    /// `token_endpoint_auth_method`. Of the two ways to send a secret, both of which are taken, the default one.
    #[must_use]
    pub const fn auth_method(&self) -> &'static str {
        match self.authentication {
            ClientAuthentication::Public => "none",
            ClientAuthentication::Secret(_) => "client_secret_basic",
            ClientAuthentication::Keys(_) => "private_key_jwt",
        }
    }

    /// Whether it has neither a secret nor keys.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.authentication == ClientAuthentication::Public
    }

    /// The keys it proves itself with, if it does so by keys.
    #[must_use]
    pub const fn keys(&self) -> Option<&ClientKeys> {
        match &self.authentication {
            ClientAuthentication::Keys(keys) => Some(keys),
            _ => None,
        }
    }

    /// Whether this is its secret; compared by hash, in constant time.
    #[must_use]
    pub fn has_secret(&self, secret: &str) -> bool {
        let ClientAuthentication::Secret(Some(hash)) = &self.authentication else { return false };
        equal_in_constant_time(sha256_base64url(secret).as_bytes(), hash.as_bytes())
    }

    /// Whether it may use `grant_type`.
    #[must_use]
    pub fn allows(&self, grant_type: GrantType) -> bool {
        self.grant_types.contains(&grant_type)
    }

    /// Whether it may ask for `scope` at all. `admin` is for the operator's own clients, whatever its list says: two edits at
    /// the same time may have left it there.
    #[must_use]
    pub fn may_have(&self, scope: &str) -> bool {
        self.scopes.contains(scope) && (scope != ADMIN || (self.first_party && self.is_vouched_for()))
    }

    /// Whether an administrator knows it. Of any other client, all that it says of itself may be a lie.
    #[must_use]
    pub fn is_vouched_for(&self) -> bool {
        self.origin == Origin::Administrator
    }

    /// What is kept of it as one that registered itself.
    #[must_use]
    pub const fn registration(&self) -> Option<&Registration> {
        match &self.origin {
            Origin::Registration(registration) => Some(registration),
            Origin::Administrator | Origin::Document(_) => None,
        }
    }

    /// The last day on which it got tokens, for a client that goes when it is not used.
    #[must_use]
    pub const fn last_used_on(&self) -> Option<Timestamp> {
        match &self.origin {
            Origin::Administrator => None,
            Origin::Registration(kept) => Some(kept.last_used_on),
            Origin::Document(kept) => Some(kept.last_used_on),
        }
    }

    /// Whether what it says of itself must be read again before a person is asked about it.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        matches!(&self.origin, Origin::Document(document) if document.fresh_until <= now)
    }

    /// Whether it, or the user it acts for, is switched off.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.disabled_at.is_some() || self.owner.as_ref().is_some_and(|owner| owner.disabled)
    }
}
