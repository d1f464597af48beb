//! What of a client may be edited.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::{Client, ClientLinks, ConsentPolicy, GrantType, RelyingParty};
use super::client_lifetimes::ClientLifetimes;
use super::sent;
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::jose::verification_key::VerificationAlgorithm;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// What of a client is to be as said here. A missing member leaves it as it is, or as a new client has it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {
    /// What people are shown.
    pub client_name: Option<String>,
    /// Its home page; like the next three, an empty text takes it away (RFC 7591 section 2).
    pub client_uri: Option<String>,
    /// Its logo.
    pub logo_uri: Option<String>,
    /// What it does with people's data.
    pub policy_uri: Option<String>,
    /// Its terms.
    pub tos_uri: Option<String>,
    /// Where answers may go.
    pub redirect_uris: Option<Vec<String>>,
    /// `authorization_code`, `refresh_token`, `client_credentials`.
    pub grant_types: Option<Vec<GrantType>>,
    /// Separated by spaces.
    pub scope: Option<ScopeSet>,
    /// `always`, `once`, `skip`.
    pub consent_policy: Option<ConsentPolicy>,
    /// Whether codes need a challenge. Public clients: always.
    pub require_pkce: Option<bool>,
    /// One of the operator's own.
    pub first_party: Option<bool>,
    /// May introspect tokens meant for its resources.
    pub resource_server: Option<bool>,
    /// Its resources, as URLs.
    pub resources: Option<Vec<String>>,
    /// `ES256` or, where there is an RSA key, `RS256`: ID tokens and logout tokens.
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// The same for answers of UserInfo; an empty text: JSON, not signed.
    pub userinfo_signed_response_alg: Option<Signed>,
    /// Where people may be sent after signing out.
    pub post_logout_redirect_uris: Option<Vec<String>>,
    /// Where logout tokens go; an empty text: nowhere.
    pub backchannel_logout_uri: Option<String>,
    /// How it proves who it is. A public client stays public.
    pub token_endpoint_auth_method: Option<AuthMethod>,
    /// Its keys, for `private_key_jwt`; like the next, in place of those it had.
    pub jwks: Option<Map<String, Value>>,
    /// Where its keys are.
    pub jwks_uri: Option<String>,
    /// The one algorithm that its assertions may be signed with.
    pub token_endpoint_auth_signing_alg: Option<VerificationAlgorithm>,
    /// How many minutes its access tokens live; like the next two, 0: as set for all.
    pub access_token_minutes: Option<i64>,
    /// How many hours its grants live that are not used.
    pub refresh_token_hours: Option<i64>,
    /// How many hours its grants live in all.
    pub grant_hours: Option<i64>,
    /// What an administrator leaves to a client that registered or describes itself, whatever it asks for later.
    #[serde(skip)]
    pub scope_ceiling: Option<ScopeSet>,
    /// Switched off.
    pub disabled: Option<bool>,
}

/// How a client proves who it is (RFC 7591 section 2, OpenID Connect Core 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// By nothing: a public client.
    None,
    /// By a secret in the `Authorization` header. A client with a secret may always use the body, too.
    ClientSecretBasic,
    /// By a secret in the body; likewise.
    ClientSecretPost,
    /// By assertions that it signs with keys of its own.
    PrivateKeyJwt,
}

/// How an answer is signed, if it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Signed(pub Option<Algorithm>);

impl TryFrom<String> for Signed {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match (text.as_str(), Algorithm::parse(&text)) {
            ("", _) => Ok(Self(None)),
            (_, None) => Err("neither ES256 nor RS256"),
            (_, algorithm) => Ok(Self(algorithm)),
        }
    }
}

impl ClientSettings {
    /// The names of the members that say something, in one line for the audit log.
    #[must_use]
    pub fn names(&self) -> String {
        sent::names(&[
            ("client_name", self.client_name.is_some()),
            ("client_uri", self.client_uri.is_some()),
            ("logo_uri", self.logo_uri.is_some()),
            ("policy_uri", self.policy_uri.is_some()),
            ("tos_uri", self.tos_uri.is_some()),
            ("redirect_uris", self.redirect_uris.is_some()),
            ("grant_types", self.grant_types.is_some()),
            ("scope", self.scope.is_some()),
            ("consent_policy", self.consent_policy.is_some()),
            ("require_pkce", self.require_pkce.is_some()),
            ("first_party", self.first_party.is_some()),
            ("resource_server", self.resource_server.is_some()),
            ("resources", self.resources.is_some()),
            ("id_token_signed_response_alg", self.id_token_signed_response_alg.is_some()),
            ("userinfo_signed_response_alg", self.userinfo_signed_response_alg.is_some()),
            ("post_logout_redirect_uris", self.post_logout_redirect_uris.is_some()),
            ("backchannel_logout_uri", self.backchannel_logout_uri.is_some()),
            ("token_endpoint_auth_method", self.token_endpoint_auth_method.is_some()),
            ("jwks", self.jwks.is_some()),
            ("jwks_uri", self.jwks_uri.is_some()),
            ("token_endpoint_auth_signing_alg", self.token_endpoint_auth_signing_alg.is_some()),
            ("access_token_minutes", self.access_token_minutes.is_some()),
            ("refresh_token_hours", self.refresh_token_hours.is_some()),
            ("grant_hours", self.grant_hours.is_some()),
            ("disabled", self.disabled.is_some()),
        ])
    }

    /// `client` with these settings, but for how it proves who it is. One that was switched off before stays so since then.
    #[must_use]
    pub fn applied(&self, client: Client, now: Timestamp) -> Client {
        Client {
            name: self.client_name.clone().unwrap_or(client.name),
            links: ClientLinks {
                home: link(self.client_uri.as_ref(), client.links.home),
                logo: link(self.logo_uri.as_ref(), client.links.logo),
                policy: link(self.policy_uri.as_ref(), client.links.policy),
                terms: link(self.tos_uri.as_ref(), client.links.terms),
            },
            redirect_uris: self.redirect_uris.clone().unwrap_or(client.redirect_uris),
            grant_types: self.grant_types.clone().unwrap_or(client.grant_types),
            scopes: self.scope.clone().unwrap_or(client.scopes),
            consent_policy: self.consent_policy.unwrap_or(client.consent_policy),
            require_pkce: self.require_pkce.unwrap_or(client.require_pkce),
            first_party: self.first_party.unwrap_or(client.first_party),
            resource_server: self.resource_server.unwrap_or(client.resource_server),
            resources: self.resources.clone().unwrap_or(client.resources),
            lifetimes: self.lifetimes().over(client.lifetimes),
            relying_party: self.applied_to_relying_party(client.relying_party),
            disabled_at: match self.disabled {
                None => client.disabled_at,
                Some(true) => client.disabled_at.or(Some(now)),
                Some(false) => None,
            },
            ..client
        }
    }

    /// What is said of lifetimes, as it was sent.
    #[must_use]
    pub fn lifetimes(&self) -> ClientLifetimes {
        let (access_minutes, refresh_hours) = (self.access_token_minutes, self.refresh_token_hours);
        ClientLifetimes { access_minutes, refresh_hours, grant_hours: self.grant_hours }
    }

    fn applied_to_relying_party(&self, before: RelyingParty) -> RelyingParty {
        let uris = self.post_logout_redirect_uris.clone();
        RelyingParty {
            id_token_alg: self.id_token_signed_response_alg.unwrap_or(before.id_token_alg),
            userinfo_alg: self.userinfo_signed_response_alg.map_or(before.userinfo_alg, |Signed(algorithm)| algorithm),
            post_logout_redirect_uris: uris.unwrap_or(before.post_logout_redirect_uris),
            backchannel_logout_uri: link(self.backchannel_logout_uri.as_ref(), before.backchannel_logout_uri),
        }
    }
}

fn link(sent: Option<&String>, before: Option<String>) -> Option<String> {
    sent.map_or(before, |sent| Some(sent.clone()).filter(|sent| !sent.is_empty()))
}
