//! Events: what happened, by whom, to what. Never a secret in one.

use serde::{Deserialize, Serialize};

use crate::protocol::time::Timestamp;

/// Something that happened. Every event is logged; those that decide something are kept in the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Unique, so that a message delivered twice is one row.
    pub id: String,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(rename = "event")]
    pub kind: EventKind,
    /// Whether it went well.
    pub outcome: Outcome,
    /// Who did it: a user id, a client id, the id of a provider by which a user came, or `admin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// To whom it happened: usually a user id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The client it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The grant it concerns (knowing an id gives no power over the grant).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<String>,
    /// Where the request came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The request it happened in.
    pub request_id: String,
    /// Why, in words of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The provider it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The user's agent that it concerns; of a person's own account at a provider it is empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_id: Option<String>,
    /// How long it lasted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// The tokens it concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<TokenDates>,
    /// How often it happened, where only its number is told; none: once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

/// Tokens that were issued or taken back, for those who count them: which, and until when they are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenDates {
    /// Of the access token within its grant; 0 for one without a grant.
    #[serde(default)]
    pub generation: u32,
    /// When the access token is over.
    pub access_expires_at: Timestamp,
    /// When the refresh token is over; none: there is none, or it is not what this is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_expires_at: Option<Timestamp>,
}

/// How an event comes to the Queue's consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// As soon as the answer is given: something is decided by it.
    AtOnce,
    /// With others, a little later: it is only counted, and may be lost with its isolate.
    Collected,
    /// By its number only, along with others: whoever has no right to anything can cause it as often as they like, so what it was is a
    /// line in the log only.
    Tallied,
}

impl Event {
    /// How it comes to the Queue's consumer.
    #[must_use]
    pub fn sending(&self) -> Sending {
        match self.outcome {
            _ if self.kind.decides() || self.kind == EventKind::ClientUsed => Sending::AtOnce,
            Outcome::Success => Sending::Collected,
            Outcome::Failure => Sending::Tallied,
        }
    }
}

/// Whether an event went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was refused.
    Failure,
}

impl Outcome {
    /// As it is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }

    /// Reads [`Outcome::as_str`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Success, Self::Failure].into_iter().find(|outcome| outcome.as_str() == text)
    }
}

macro_rules! event_kinds {
    ($($(#[$doc:meta])* $kind:ident = $text:literal, decides: $decides:literal;)*) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum EventKind { $($(#[$doc])* #[serde(rename = $text)] $kind,)* }

        impl EventKind {
            /// Each of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// Reads [`EventKind::as_str`] back.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
            }

            /// As it is logged and stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $text,)* }
            }

            /// Whether it decides something, and so is kept in the audit log.
            #[must_use]
            pub const fn decides(self) -> bool {
                match self { $(Self::$kind => $decides,)* }
            }
        }
    };
}

event_kinds! {
    /// A person gave name and password, or came by an account at a provider.
    SignIn = "sign_in", decides: true;
    /// A person signed out.
    SignOut = "sign_out", decides: true;
    /// A client was told that a session has ended, or given up.
    LogoutTold = "logout_told", decides: true;
    /// A client could not be told that a session has ended, and will be tried again.
    LogoutDelayed = "logout_delayed", decides: false;
    /// A person answered the consent page.
    Consent = "consent", decides: true;
    /// A code was sent to a client.
    CodeIssued = "code_issued", decides: false;
    /// Tokens were issued.
    TokenIssued = "token_issued", decides: false;
    /// A refresh token was exchanged.
    TokenRefreshed = "token_refreshed", decides: false;
    /// A token was looked at by a resource server.
    TokenIntrospected = "token_introspected", decides: false;
    /// A token was taken back.
    TokenRevoked = "token_revoked", decides: true;
    /// A code or refresh token was used a second time, and its grant ended.
    Replay = "replay", decides: true;
    /// A person took from an app all that they had allowed it.
    AppRemoved = "app_removed", decides: true;
    /// A grant ended.
    GrantEnded = "grant_ended", decides: true;
    /// A client did not prove who it is.
    ClientRefused = "client_refused", decides: false;
    /// The token endpoint refused a request.
    TokenRefused = "token_refused", decides: false;
    /// The authorization endpoint refused a request.
    AuthorizationRefused = "authorization_refused", decides: false;
    /// An administrator made a user.
    UserCreated = "user_created", decides: true;
    /// An administrator changed a user, or they themselves.
    UserUpdated = "user_updated", decides: true;
    /// A link by which a user sets a password was made.
    PasswordLinkCreated = "password_link_created", decides: true;
    /// An administrator removed a user.
    UserRemoved = "user_removed", decides: true;
    /// An administrator made a client.
    ClientCreated = "client_created", decides: true;
    /// An administrator changed a client, or its owner did.
    ClientUpdated = "client_updated", decides: true;
    /// A new client secret was made.
    ClientSecretCreated = "client_secret_created", decides: true;
    /// A client registered itself.
    ClientRegistered = "client_registered", decides: true;
    /// A client removed itself, or an administrator did.
    ClientRemoved = "client_removed", decides: true;
    /// A client that registered itself got tokens for the first time today.
    ClientUsed = "client_used", decides: false;
    /// A token by which clients may be registered was made.
    InitialTokenCreated = "initial_token_created", decides: true;
    /// A token by which clients may be registered was ended.
    InitialTokenEnded = "initial_token_ended", decides: true;
    /// A token by which clients may be registered got another name.
    InitialTokenUpdated = "initial_token_updated", decides: true;
    /// An API that accepts our tokens was registered.
    ResourceCreated = "resource_created", decides: true;
    /// An API that accepts our tokens was changed.
    ResourceUpdated = "resource_updated", decides: true;
    /// An API that accepts our tokens was removed.
    ResourceRemoved = "resource_removed", decides: true;
    /// An administrator made a tool.
    ToolCreated = "tool_created", decides: true;
    /// An administrator changed a tool.
    ToolUpdated = "tool_updated", decides: true;
    /// An administrator removed a tool.
    ToolRemoved = "tool_removed", decides: true;
    /// An administrator made a group of tools.
    ToolGroupCreated = "tool_group_created", decides: true;
    /// An administrator changed a group of tools.
    ToolGroupUpdated = "tool_group_updated", decides: true;
    /// An administrator removed a group of tools.
    ToolGroupRemoved = "tool_group_removed", decides: true;
    /// A tool or a group was switched on or off for a user.
    ToolSwitched = "tool_switched", decides: true;
    /// A tool was called.
    ToolCalled = "tool_called", decides: false;
    /// An administrator made a provider, or said something of a preset.
    ProviderCreated = "provider_created", decides: true;
    /// An administrator changed a provider.
    ProviderUpdated = "provider_updated", decides: true;
    /// An administrator removed a provider.
    ProviderRemoved = "provider_removed", decides: true;
    /// A person linked an account at a provider.
    ConnectionMade = "connection_made", decides: true;
    /// A person's account at a provider was unlinked.
    ConnectionRemoved = "connection_removed", decides: true;
    /// The tokens of a linked account were refreshed.
    ConnectionRefreshed = "connection_refreshed", decides: false;
    /// The tokens of a linked account are of no use any more.
    ConnectionLost = "connection_lost", decides: true;
    /// An account at a provider was linked to a user, so that it signs them in.
    IdentityLinked = "identity_linked", decides: true;
    /// An account at a provider signs a user in no more.
    IdentityRemoved = "identity_removed", decides: true;
    /// The session of an agent at a provider ended.
    AgentSessionEnded = "agent_session_ended", decides: false;
    /// An agent asked for an account at a provider.
    AgentAsked = "agent_asked", decides: false;
    /// A user's agent asked for the first time.
    AgentMade = "agent_made", decides: true;
    /// A user removed an agent.
    AgentRemoved = "agent_removed", decides: true;
    /// An agent was given a provider's access token.
    AgentTokenGiven = "agent_token_given", decides: true;
    /// An administrator called a tool as a user.
    ToolTried = "tool_tried", decides: true;
    /// An administrator made a scope.
    ScopeCreated = "scope_created", decides: true;
    /// An administrator changed a scope.
    ScopeUpdated = "scope_updated", decides: true;
    /// An administrator removed a scope.
    ScopeRemoved = "scope_removed", decides: true;
    /// Somebody signed in to the admin pages.
    AdminSignIn = "admin_sign_in", decides: true;
    /// Somebody signed out of the admin pages.
    AdminSignOut = "admin_sign_out", decides: true;
    /// The admin token was made, by set-up or in place of the one before.
    AdminTokenCreated = "admin_token_created", decides: true;
    /// An administrator chose the key that signs.
    SigningKeyPromoted = "signing_key_promoted", decides: true;
    /// An administrator took a signing key back.
    SigningKeyRetired = "signing_key_retired", decides: true;
    /// What older encryption keys had sealed was sealed by the one that seals.
    Resealed = "resealed", decides: true;
    /// Somebody came to the admin API without the right token.
    AdminRefused = "admin_refused", decides: true;
}

/// An event as the audit log keeps it. Another version may have written it, so kind and outcome are whatever that called them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is that of Event of its name")]
pub struct AuditRow {
    pub id: String,
    pub at: Timestamp,
    pub kind: String,
    pub outcome: String,
    pub actor: Option<String>,
    pub subject: Option<String>,
    pub client_id: Option<String>,
    pub grant_id: Option<String>,
    pub address: Option<String>,
    pub request_id: String,
    pub reason: Option<String>,
}

/// Which events are looked for; by itself all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Who did it.
    pub actor: Option<String>,
    /// To whom it happened.
    pub subject: Option<String>,
    /// The client it concerns.
    pub client_id: Option<String>,
    /// What.
    pub kind: Option<EventKind>,
    /// Whether it went well.
    pub outcome: Option<Outcome>,
    /// Where the request came from.
    pub address: Option<String>,
    /// Not before this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
}

/// A place in the order of events: of two at the same time the id decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPlace {
    /// When.
    pub at: Timestamp,
    /// Which.
    pub id: String,
}

impl AuditPlace {
    /// As one text.
    #[must_use]
    pub fn write(row: &AuditRow) -> String {
        format!("{}.{}", row.at.millis(), row.id)
    }

    /// Reads [`AuditPlace::write`] back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('.')?;
        Some(Self { at: Timestamp::from_millis(at.parse().ok()?), id: id.to_owned() })
    }
}
