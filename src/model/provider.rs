//! Providers at which people have accounts of their own, that we ask for tokens.

use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::protocol::json::{from_text, of_stored};
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// In an issuer it stands for the part that each customer of the provider has of their own, and that an ID token names as
/// `tid` (Microsoft's).
pub const TENANT: &str = "{tenantid}";

/// A provider that is known by itself.
#[derive(Debug)]
pub struct Preset {
    /// Its id.
    pub id: &'static str,
    /// The settings that hold its client id and secret.
    pub named: [&'static str; 2],
    /// [`ProviderSettings`] as JSON.
    pub settings: &'static str,
}

/// Those that are known by themselves.
pub const PRESETS: [Preset; 3] = [
    Preset {
        id: "github",
        named: ["GITHUB_OAUTH_CLIENT_ID", "GITHUB_OAUTH_CLIENT_SECRET"],
        settings: r#"{"name":"GitHub","kind":"oauth","client_authentication":"body","scopes":"read:user repo",
            "authorization_endpoint":"https://github.com/login/oauth/authorize",
            "token_endpoint":"https://github.com/login/oauth/access_token",
            "userinfo_endpoint":"https://api.github.com/user","subject_claim":"id"}"#,
    },
    Preset {
        id: "google",
        named: ["GOOGLE_OAUTH_CLIENT_ID", "GOOGLE_OAUTH_CLIENT_SECRET"],
        settings: r#"{"name":"Google","kind":"oidc","issuer":"https://accounts.google.com","client_authentication":"body",
            "scopes":"openid profile email","parameters":{"access_type":"offline","prompt":"consent"}}"#,
    },
    Preset {
        id: "microsoft",
        named: ["MICROSOFT_OAUTH_CLIENT_ID", "MICROSOFT_OAUTH_CLIENT_SECRET"],
        settings: r#"{"name":"Microsoft","kind":"oidc","issuer":"https://login.microsoftonline.com/{tenantid}/v2.0",
            "client_authentication":"body","scopes":"openid profile email"}"#,
    },
];

/// How a provider tells who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// By ID tokens (OpenID Connect).
    Oidc,
    /// By an endpoint of its own (plain OAuth 2.0).
    Oauth,
}

/// Whose tokens a provider gives us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// A person's, each for their own account (RFC 6749 section 4.1).
    AuthorizationCode,
    /// This server's own, for everybody (RFC 6749 section 4.4).
    ClientCredentials,
}

/// How we prove to it who we are (RFC 6749 section 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OurProof {
    /// `Authorization: Basic`.
    Basic,
    /// `client_secret` in the form.
    Body,
    /// Not at all.
    None,
}

/// Who comes in by an account at a provider that nobody here has linked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownAccounts {
    /// Nobody.
    #[default]
    Never,
    /// Whoever came by the one-time link of a user, as that user.
    Invite,
    /// Anybody, as a user who is made for it.
    Create,
}

/// What is said of a provider; what is missing is as it was, as in its preset, or as it is by itself. An empty text takes
/// back what was said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each is told in the admin API")]
pub struct ProviderSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<ProviderKind>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<Flow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Plain, from an administrator; it is kept elsewhere, sealed.
    #[serde(skip_serializing)]
    pub client_secret: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_authentication: Option<OurProof>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pkce: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerates_reuse: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes: Option<ScopeSet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_claim: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_claim: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_claim: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign_in_scopes: Option<ScopeSet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown_accounts: Option<UnknownAccounts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link_by_email: Option<bool>,
}

/// A text that says something.
#[must_use]
pub fn said(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.is_empty())
}

impl ProviderSettings {
    /// These as JSON, without the secret.
    #[must_use]
    pub fn written(&self) -> String {
        // Texts, flags and an object of what came as JSON always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What is said in `texts`, JSON each: the later one counts.
    ///
    /// # Errors
    /// When one is not as [`ProviderSettings::written`] leaves it.
    pub fn merged(texts: &[&str]) -> serde_json::Result<Self> {
        let mut all = Map::new();
        for text in texts {
            match from_text(text)? {
                Value::Object(members) => all.extend(members),
                _ => return Err(serde_json::Error::custom("settings are an object")),
            }
        }
        of_stored(&Value::Object(all))
    }

    /// The names of the members that say something, in one line for the audit log.
    #[must_use]
    pub fn names(&self) -> String {
        let written: Map<String, Value> = from_text(&self.written()).unwrap_or_default();
        let secret = self.client_secret.is_some().then_some("client_secret");
        written.keys().map(String::as_str).chain(secret).collect::<Vec<_>>().join(" ")
    }
}

/// The preset of this id.
#[must_use]
pub fn preset(id: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.id == id)
}

/// By what we prove to a provider who we are.
#[derive(Clone, PartialEq, Eq)]
pub enum ProviderSecret {
    /// There is none.
    None,
    /// An administrator said it: sealed for [`seal_context`].
    Sealed(String),
    /// A setting says it.
    Set,
}

/// What the secret of the provider with this id is sealed for.
#[must_use]
pub fn seal_context(id: &str) -> String {
    format!("provider {id}")
}

/// A provider as it counts: what its row says over what its preset and the settings say.
#[derive(Clone)]
pub struct Provider {
    /// Its part of `/connect/{provider}`.
    pub id: String,
    /// All that is said of it.
    pub settings: ProviderSettings,
    /// By what we prove who we are.
    pub secret: ProviderSecret,
    /// When an administrator first said something of it; `None`: all is from preset and settings.
    pub created_at: Option<Timestamp>,
    /// When an administrator last did.
    pub updated_at: Option<Timestamp>,
}

impl Provider {
    /// What people are shown.
    #[must_use]
    pub fn name(&self) -> &str {
        said(self.settings.name.as_ref()).unwrap_or(&self.id)
    }

    /// How it tells who somebody is.
    #[must_use]
    pub fn kind(&self) -> ProviderKind {
        self.settings.kind.unwrap_or(ProviderKind::Oidc)
    }

    /// How we prove who we are.
    #[must_use]
    pub fn proof(&self) -> OurProof {
        self.settings.client_authentication.unwrap_or(OurProof::Basic)
    }

    /// Its issuer; of one with [`TENANT`] the pattern.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        said(self.settings.issuer.as_ref()).filter(|_| self.kind() == ProviderKind::Oidc)
    }

    /// Our name there.
    #[must_use]
    pub fn client_id(&self) -> &str {
        said(self.settings.client_id.as_ref()).unwrap_or_default()
    }

    /// What may be asked for there.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        self.settings.scopes.clone().unwrap_or_default()
    }

    /// Whether it may be used.
    #[must_use]
    pub fn is_enabled(&self) -> bool {
        self.settings.enabled.unwrap_or(true)
    }

    /// Whether people may sign in by their accounts there.
    #[must_use]
    pub fn signs_in(&self) -> bool {
        self.is_for_people() && self.settings.sign_in.unwrap_or(false)
    }

    /// What is asked for there to learn who somebody is, and no more.
    #[must_use]
    pub fn sign_in_scopes(&self) -> ScopeSet {
        let usual: &[&str] = if self.kind() == ProviderKind::Oidc { &["openid", "profile", "email"] } else { &[] };
        let said = self.settings.sign_in_scopes.clone().filter(|scopes| !scopes.is_empty());
        said.unwrap_or_else(|| usual.iter().copied().collect())
    }

    /// Who comes in by an account that nobody has linked.
    #[must_use]
    pub fn unknown_accounts(&self) -> UnknownAccounts {
        self.settings.unknown_accounts.unwrap_or_default()
    }

    /// Whether its word for an e-mail address links an account to the user who has that address.
    #[must_use]
    pub fn links_by_email(&self) -> bool {
        self.settings.link_by_email.unwrap_or(false)
    }

    /// Whether its requests carry a PKCE challenge.
    #[must_use]
    pub fn has_pkce(&self) -> bool {
        self.settings.pkce.unwrap_or(true)
    }

    /// Whether the tokens it gives are this server's own, and no person is asked.
    #[must_use]
    pub fn is_server_wide(&self) -> bool {
        self.settings.flow == Some(Flow::ClientCredentials)
    }

    /// Whether people may connect accounts there.
    #[must_use]
    pub fn is_for_people(&self) -> bool {
        self.is_enabled() && !self.is_server_wide()
    }

    /// Whether a refresh token may come twice there, so that a request whose answer was lost may be repeated.
    #[must_use]
    pub fn tolerates_reuse(&self) -> bool {
        self.settings.tolerates_reuse.unwrap_or(false)
    }

    /// The claim that is somebody's id there.
    #[must_use]
    pub fn subject_claim(&self) -> &str {
        said(self.settings.subject_claim.as_ref()).unwrap_or("sub")
    }

    /// The claim that is their address.
    #[must_use]
    pub fn email_claim(&self) -> &str {
        said(self.settings.email_claim.as_ref()).unwrap_or("email")
    }

    /// The claim that is their name.
    #[must_use]
    pub fn name_claim(&self) -> &str {
        said(self.settings.name_claim.as_ref()).unwrap_or("name")
    }
}

/// Whether this may be a provider's id.
#[must_use]
pub fn is_provider_id(text: &str) -> bool {
    let plain = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, b'-' | b'_');
    (1..=40).contains(&text.len()) && text.bytes().all(plain)
}

/// Whether this is the address of our page before an account is linked, with its ticket if it has one: no other page of
/// anybody's.
#[must_use]
pub fn is_connect_path(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("/connect/") else { return false };
    let (id, ticket) = rest.split_once("?ticket=").unwrap_or((rest, ""));
    let plain = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
    is_provider_id(id) && ticket.len() <= 64 && ticket.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_the_page_before_linking_and_nowhere_else_by_that_name() {
        for good in ["/connect/google", "/connect/my_idp-2?ticket=aZ09-_"] {
            assert!(is_connect_path(good), "{good}");
        }
        for bad in [
            "/connect/",
            "//connect/google",
            "/connect/a/b",
            "/connect/..",
            "/connect/google?x=1",
            "/connect/a?ticket=%0a",
            "/connect/A",
            "https://evil.example/connect/google",
            "/connect/google#x",
        ] {
            assert!(!is_connect_path(bad), "{bad}");
        }
    }

    #[test]
    fn every_preset_can_be_read_and_names_what_its_kind_needs() {
        for preset in &PRESETS {
            let settings = ProviderSettings::merged(&[preset.settings]).unwrap();
            let whole = match settings.kind.unwrap() {
                ProviderKind::Oidc => settings.issuer.is_some(),
                ProviderKind::Oauth => settings.token_endpoint.is_some() && settings.userinfo_endpoint.is_some(),
            };
            assert!(whole && settings.scopes.is_some() && is_provider_id(preset.id), "{}", preset.id);
        }
    }

    #[test]
    fn what_is_said_later_counts_and_the_secret_is_never_written() {
        let said = ProviderSettings { client_secret: Some("hush".into()), enabled: Some(false), ..Default::default() };
        let merged = ProviderSettings::merged(&[PRESETS[1].settings, &said.written()]).unwrap();
        assert_eq!((merged.name.as_deref(), merged.enabled), (Some("Google"), Some(false)));
        assert!(!said.written().contains("hush"));
        assert_eq!(said.names(), "enabled client_secret");
    }
}
