//! What may be said of a client's keys (`private_key_jwt`; RFC 7591 section 2), and what follows from it.

use serde_json::{Map, Value};

use crate::app::App;
use crate::config::{Config, RequirePkce};
use crate::model::client::{Client, ClientAuthentication};
use crate::model::client_keys::{ClientKeys, KeySource};
use crate::model::client_settings::{AuthMethod, ClientSettings};
use crate::ports::Statement;
use crate::protocol::error::OAuthError;
use crate::protocol::jose::verification_key::{self, MOST_KEYS, VerificationAlgorithm};
use crate::service::fetch;
use crate::store::client_keys;

/// Longest `jwks_uri`, in bytes.
const LONGEST_URI: usize = 2000;

/// `client`, proving itself by `keys`, where it has any: neither by a secret nor by its id alone.
#[must_use]
pub fn with_keys(app: &App, client: Client, keys: Option<ClientKeys>) -> Client {
    let Some(keys) = keys else { return client };
    let require_pkce = app.config.require_pkce == RequirePkce::Always;
    Client { authentication: ClientAuthentication::Keys(keys), require_pkce, ..client }
}

/// The keys of a new client, if it is to have any.
pub(super) fn of_new(app: &App, settings: &ClientSettings) -> Result<Option<ClientKeys>, OAuthError> {
    if settings.token_endpoint_auth_method == Some(AuthMethod::PrivateKeyJwt) {
        return read(app, settings).map(Some);
    }
    if speaks_of_keys(settings) { Err(for_keys_only()) } else { Ok(None) }
}

/// What an edit writes about the keys of `client`, unless it leaves how the client proves itself as it is.
pub(super) fn of_edited(
    app: &App,
    client: &Client,
    settings: &ClientSettings,
) -> Result<Option<Statement>, OAuthError> {
    let refuse = |text: &str| Err(OAuthError::invalid_request(text));
    let by_keys = |keys: ClientKeys| client_keys::replace(&client.id, Some(&keys));
    match (settings.token_endpoint_auth_method, &client.authentication) {
        (None | Some(AuthMethod::PrivateKeyJwt), ClientAuthentication::Keys(keys)) => {
            Ok(changed(app, keys, settings)?.map(by_keys))
        }
        (Some(AuthMethod::PrivateKeyJwt), ClientAuthentication::Secret(_)) => Ok(Some(by_keys(read(app, settings)?))),
        _ if speaks_of_keys(settings) => Err(for_keys_only()),
        (Some(AuthMethod::None), ClientAuthentication::Public) | (None, _) => Ok(None),
        (Some(AuthMethod::None), _) | (Some(_), ClientAuthentication::Public) => {
            refuse("a client cannot change between being public and being confidential")
        }
        (Some(_), ClientAuthentication::Secret(_)) => Ok(None),
        (Some(_), ClientAuthentication::Keys(_)) => Ok(Some(client_keys::replace(&client.id, None))),
    }
}

/// Keys replace keys; the algorithm alone may change, too.
fn changed(app: &App, before: &ClientKeys, settings: &ClientSettings) -> Result<Option<ClientKeys>, OAuthError> {
    if settings.jwks.is_some() || settings.jwks_uri.is_some() {
        let algorithm = settings.token_endpoint_auth_signing_alg.or(before.algorithm);
        let keys = checked(&app.config, settings.jwks.clone(), settings.jwks_uri.clone(), algorithm)?;
        return proving(keys).map(Some);
    }
    let Some(algorithm) = settings.token_endpoint_auth_signing_alg else { return Ok(None) };
    proving(Some(ClientKeys { algorithm: Some(algorithm), ..before.clone() })).map(Some)
}

fn read(app: &App, settings: &ClientSettings) -> Result<ClientKeys, OAuthError> {
    let (set, uri) = (settings.jwks.clone(), settings.jwks_uri.clone());
    proving(checked(&app.config, set, uri, settings.token_endpoint_auth_signing_alg)?)
}

/// Keys as a client or an administrator names them; `None`: none are named.
///
/// # Errors
/// `invalid_request` for both a set and an address, for what is no set, for a private or symmetric key, and for an address
/// that we may not ask.
pub fn checked(
    config: &Config,
    jwks: Option<Map<String, Value>>,
    jwks_uri: Option<String>,
    algorithm: Option<VerificationAlgorithm>,
) -> Result<Option<ClientKeys>, OAuthError> {
    let source = match (jwks, jwks_uri) {
        (Some(_), Some(_)) => return Err(OAuthError::invalid_request("either jwks or jwks_uri, not both")),
        (Some(set), None) => {
            check_set(&set)?;
            KeySource::Registered(set)
        }
        (None, Some(uri)) => {
            if uri.len() > LONGEST_URI || fetch::allowed(config, &uri).is_err() {
                return Err(OAuthError::invalid_request("jwks_uri must be a public https:// URL of another server"));
            }
            KeySource::At { uri, fetched: None }
        }
        (None, None) => return Ok(None),
    };
    Ok(Some(ClientKeys { source, algorithm }))
}

fn check_set(set: &Map<String, Value>) -> Result<(), OAuthError> {
    if verification_key::holds_a_secret(set) {
        let text = "jwks holds a private or symmetric key; send public keys only, and do not use that key again";
        return Err(OAuthError::invalid_request(text));
    }
    match verification_key::usable(set) {
        Ok(_) => Ok(()),
        Err(_) => Err(OAuthError::invalid_request(format!("jwks must be a JWK Set of at most {MOST_KEYS} keys"))),
    }
}

/// Keys that a client can prove itself by. What is at an address is seen when it is needed.
///
/// # Errors
/// `invalid_request` for none, and for a set that no assertion of this client could be verified with.
pub fn proving(keys: Option<ClientKeys>) -> Result<ClientKeys, OAuthError> {
    let refuse = |text: String| Err(OAuthError::invalid_request(text));
    let Some(keys) = keys else { return refuse("private_key_jwt needs jwks or jwks_uri".into()) };
    let Some(set) = keys.jwks() else { return Ok(keys) };
    let usable = verification_key::usable(set).unwrap_or_default();
    if usable.is_empty() {
        return refuse("jwks holds no key for signatures that is EC P-256, RSA of 2048 to 4096 bits or Ed25519".into());
    }
    match keys.algorithm {
        Some(algorithm) if !usable.iter().any(|key| key.suits(algorithm, None)) => {
            refuse(format!("no key of jwks is for {} (token_endpoint_auth_signing_alg)", algorithm.as_str()))
        }
        _ => Ok(keys),
    }
}

fn speaks_of_keys(settings: &ClientSettings) -> bool {
    settings.jwks.is_some() || settings.jwks_uri.is_some() || settings.token_endpoint_auth_signing_alg.is_some()
}

fn for_keys_only() -> OAuthError {
    OAuthError::invalid_request(
        "jwks, jwks_uri and token_endpoint_auth_signing_alg are for a client with token_endpoint_auth_method private_key_jwt",
    )
}
