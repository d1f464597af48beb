//! What a client says of itself (RFC 7591 section 2, OpenID Connect Dynamic Client Registration 2): checked, and taken apart
//! into what has a column of its own and what is only kept and given back.

use serde_json::{Map, Value};

use crate::config::Config;
use crate::model::client::GrantType;
use crate::model::client_keys::ClientKeys;
use crate::model::client_settings::{ClientSettings, Signed};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::jose::verification_key::VerificationAlgorithm;
use crate::protocol::json::from_text;
use crate::protocol::redirect_uri;
use crate::protocol::scope::ScopeSet;
use crate::protocol::uri;
use crate::service::clients;

/// Longest metadata, in bytes of JSON.
const LONGEST: usize = 8 * 1024;
/// More redirect URIs than any client needs.
const MOST_URIS: usize = 32;

/// The members that have a column of their own, as [`ClientSettings`] names them.
const OWN_COLUMN: [&str; 11] = [
    "client_name",
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "redirect_uris",
    "scope",
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "post_logout_redirect_uris",
    "backchannel_logout_uri",
];

/// The members that are kept and given back. Any other, but for names in other languages, is ignored (RFC 7591 section 2).
const KEPT: [&str; 15] = [
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "contacts",
    "software_id",
    "software_version",
    "application_type",
    "default_max_age",
    "require_auth_time",
    "default_acr_values",
    "initiate_login_uri",
    "backchannel_logout_session_required",
    "jwks",
    "jwks_uri",
    "token_endpoint_auth_signing_alg",
];

/// Those of them that have a column where they make a difference: for a client with `private_key_jwt`.
pub const KEYS: [&str; 3] = ["jwks", "jwks_uri", "token_endpoint_auth_signing_alg"];

/// Members whose text may come in several languages, as `client_name#nl`.
const IN_LANGUAGES: [&str; 5] = ["client_name", "client_uri", "logo_uri", "policy_uri", "tos_uri"];

/// What a client says of itself, checked.
#[derive(Debug)]
pub struct Metadata {
    /// Whether it proves itself by nothing.
    pub public: bool,
    /// The keys it proves itself by, if it does so by keys.
    pub keys: Option<ClientKeys>,
    /// What has a column of its own.
    pub settings: ClientSettings,
    /// What is kept and given back.
    pub kept: Map<String, Value>,
}

impl Metadata {
    /// Reads what a client sent.
    ///
    /// # Errors
    /// `invalid_redirect_uri`, `invalid_client_metadata`.
    pub fn read(config: &Config, mut sent: Map<String, Value>, open: &ScopeSet) -> Result<Self, OAuthError> {
        // Anybody may register, so all of it together must be short.
        if serde_json::to_string(&sent).is_ok_and(|text| text.len() > LONGEST) {
            return Err(invalid("the metadata is over 8 KiB"));
        }
        // Null is a member left out (RFC 7592 section 2.2).
        sent.retain(|_, value| !value.is_null());
        refuse_what_is_not_done(&sent)?;
        let method = auth_method(&sent)?;
        let (public, by_keys) = (method == "none", method == "private_key_jwt");
        let keys = keys(config, &sent, by_keys)?;
        let grant_types = grant_types(&sent)?;
        let own = sent.iter().filter(|(name, _)| OWN_COLUMN.contains(&name.as_str()));
        let own: Map<String, Value> = own.map(|(name, value)| (name.clone(), value.clone())).collect();
        // By way of text: a reader of values would be a second one for every type (protocol/json.rs).
        let settings: ClientSettings = from_text(&Value::Object(own).to_string())
            .map_err(|error| invalid(format!("a member is not of its type: {}", printable(&error.to_string()))))?;
        let settings = ClientSettings { grant_types: Some(grant_types.clone()), ..settings };
        check_redirect_uris(&settings)?;
        let settings = with_defaults(config, settings, open)?;
        let mut kept: Map<String, Value> = sent.into_iter().filter(|(name, _)| is_kept(name)).collect();
        kept.retain(|name, _| keys.is_none() || !KEYS.contains(&name.as_str()));
        check_kept(&kept)?;
        kept.entry("token_endpoint_auth_method").or_insert_with(|| "client_secret_basic".into());
        kept.insert("grant_types".into(), grant_types.iter().map(|grant| grant.as_str()).collect());
        kept.insert("response_types".into(), Value::from(vec!["code"]));
        Ok(Self { public, keys, settings, kept })
    }
}

/// `invalid_client_metadata` (RFC 7591 3.2.2).
pub(super) fn invalid(text: impl Into<String>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata, text)
}

/// What would change what happens, and does not here, is refused rather than ignored.
fn refuse_what_is_not_done(sent: &Map<String, Value>) -> Result<(), OAuthError> {
    let is = |name: &str, value: &str| sent.get(name).is_none_or(|sent| sent == value);
    if !is("subject_type", "public") || sent.contains_key("sector_identifier_uri") {
        return Err(invalid("subject_type must be public, without a sector_identifier_uri"));
    }
    let encrypted = |name: &&String| name.contains("_encrypted_response_");
    if let Some(name) = sent.keys().find(encrypted) {
        return Err(invalid(format!("{} is not supported: nothing is encrypted", printable(name))));
    }
    if sent.contains_key("software_statement") {
        return Err(OAuthError::new(ErrorCode::UnapprovedSoftwareStatement, "software statements are not supported"));
    }
    match sent.get("response_types") {
        None => Ok(()),
        Some(types) if types.as_array().is_some_and(|types| types.as_slice() == ["code"]) => Ok(()),
        Some(_) => Err(invalid("response_types must be [code]")),
    }
}

fn auth_method(sent: &Map<String, Value>) -> Result<&str, OAuthError> {
    match sent.get("token_endpoint_auth_method").map(|method| method.as_str().unwrap_or_default()) {
        None => Ok("client_secret_basic"),
        Some(method @ ("none" | "client_secret_basic" | "client_secret_post" | "private_key_jwt")) => Ok(method),
        Some(_) => Err(invalid(
            "token_endpoint_auth_method must be client_secret_basic, client_secret_post, private_key_jwt or none",
        )),
    }
}

/// Keys are legal metadata of any client, for other ends than ours; a client with `private_key_jwt` must have some that we can
/// verify with.
fn keys(config: &Config, sent: &Map<String, Value>, by_keys: bool) -> Result<Option<ClientKeys>, OAuthError> {
    let jwks = match sent.get("jwks") {
        None => None,
        Some(jwks) => Some(jwks.as_object().ok_or_else(|| invalid("jwks must be a JWK Set"))?.clone()),
    };
    let text = |name: &str| match sent.get(name) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or_else(|| invalid(format!("{name} must be a text"))),
    };
    let algorithm = text("token_endpoint_auth_signing_alg")?.map(|name| {
        VerificationAlgorithm::parse(name)
            .ok_or_else(|| invalid("token_endpoint_auth_signing_alg must be ES256, RS256, PS256 or EdDSA"))
    });
    let keys = clients::keys::checked(config, jwks, text("jwks_uri")?.map(str::to_owned), algorithm.transpose()?);
    let keys = keys.and_then(|keys| if by_keys { clients::keys::proving(keys).map(Some) } else { Ok(None) });
    keys.map_err(|error| invalid(error.description.clone()))
}

/// Who registers itself gets nothing without a person (docs/security.md).
fn grant_types(sent: &Map<String, Value>) -> Result<Vec<GrantType>, OAuthError> {
    let refuse = || invalid("grant_types may hold authorization_code, which must be there, and refresh_token");
    let Some(value) = sent.get("grant_types") else {
        return Ok(vec![GrantType::AuthorizationCode, GrantType::RefreshToken]);
    };
    let grant_types: Vec<GrantType> = from_text(&value.to_string()).map_err(|_| refuse())?;
    let allowed = grant_types.iter().all(|grant| *grant != GrantType::ClientCredentials);
    if allowed && grant_types.contains(&GrantType::AuthorizationCode) { Ok(grant_types) } else { Err(refuse()) }
}

fn check_redirect_uris(settings: &ClientSettings) -> Result<(), OAuthError> {
    let refuse = |text: &str| OAuthError::new(ErrorCode::InvalidRedirectUri, text);
    let uris = settings.redirect_uris.as_deref().filter(|uris| !uris.is_empty());
    let uris = uris.ok_or_else(|| refuse("redirect_uris must hold at least one URI"))?;
    if uris.len() > MOST_URIS || settings.post_logout_redirect_uris.as_ref().is_some_and(|uris| uris.len() > MOST_URIS)
    {
        return Err(refuse("more than 32 redirect URIs"));
    }
    uris.iter().try_for_each(|uri| redirect_uri::validate(uri).map_err(|error| refuse(&error.description)))
}

/// What is not said: every open scope, a name by where answers go, RS256 (OpenID Connect Registration 2) where there is a key.
fn with_defaults(config: &Config, settings: ClientSettings, open: &ScopeSet) -> Result<ClientSettings, OAuthError> {
    let scope = settings.scope.clone().filter(|scope| !scope.is_empty()).unwrap_or_else(|| open.clone());
    if let Some(closed) = scope.first_not_in(open) {
        return Err(invalid(format!("the scope {closed} is not open to clients that register themselves")));
    }
    let first = settings.redirect_uris.as_ref().and_then(|uris| uris.first());
    let name = settings.client_name.clone().or_else(|| first.map(|uri| redirect_uri::host(uri)));
    let rs256 = Some(Algorithm::Rs256).filter(|algorithm| config.signing_keys.has(*algorithm));
    Ok(ClientSettings {
        scope: Some(scope),
        client_name: name,
        // Every member is set: what a client does not say when it updates itself is gone (RFC 7592 section 2.2).
        client_uri: Some(settings.client_uri.unwrap_or_default()),
        logo_uri: Some(settings.logo_uri.unwrap_or_default()),
        policy_uri: Some(settings.policy_uri.unwrap_or_default()),
        tos_uri: Some(settings.tos_uri.unwrap_or_default()),
        post_logout_redirect_uris: Some(settings.post_logout_redirect_uris.unwrap_or_default()),
        backchannel_logout_uri: Some(settings.backchannel_logout_uri.unwrap_or_default()),
        userinfo_signed_response_alg: Some(settings.userinfo_signed_response_alg.unwrap_or(Signed(None))),
        id_token_signed_response_alg: settings.id_token_signed_response_alg.or(rs256).or(Some(Algorithm::Es256)),
        ..settings
    })
}

fn is_kept(name: &str) -> bool {
    let in_a_language = |(member, tag): (&str, &str)| IN_LANGUAGES.contains(&member) && !tag.is_empty();
    KEPT.contains(&name) || name.split_once('#').is_some_and(in_a_language)
}

fn check_kept(kept: &Map<String, Value>) -> Result<(), OAuthError> {
    let wrong = kept.iter().find(|(name, value)| !suits(name, value));
    if let Some((name, _)) = wrong {
        return Err(invalid(format!("{} is not what it must be", printable(name))));
    }
    Ok(())
}

fn suits(name: &str, value: &Value) -> bool {
    let texts = || value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
    match name {
        "token_endpoint_auth_method"
        | "grant_types"
        | "response_types"
        | "jwks"
        | "jwks_uri"
        | "token_endpoint_auth_signing_alg" => true, // looked at before
        "contacts" | "default_acr_values" => texts(),
        "application_type" => matches!(value.as_str(), Some("web" | "native")),
        "default_max_age" => value.is_u64(),
        "require_auth_time" | "backchannel_logout_session_required" => value.is_boolean(),
        // OpenID Connect Core 4: https.
        "initiate_login_uri" => value.as_str().and_then(uri::parse).is_some_and(|url| url.scheme() == "https"),
        _ => value.is_string(),
    }
}

/// What may stand in a description; a stranger chose it.
fn printable(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').filter(|c| !matches!(c, '"' | '\\')).take(80).collect()
}
