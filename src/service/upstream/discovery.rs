//! What a provider says of itself (OpenID Connect Discovery 1.0, RFC 8414), and its keys. Both are kept in the isolate for as
//! long as anything is (30 s), and never believed for longer.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::fault;
use crate::app::{App, Context};
use crate::config::Config;
use crate::model::provider::{Provider, ProviderKind, TENANT, said};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::verification_key::{self, VerificationKey};
use crate::protocol::json::from_bytes;
use crate::service::fetch;

/// Where a provider is asked.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// Where people are sent.
    pub authorization: String,
    /// Where codes and refresh tokens are exchanged.
    pub token: String,
    /// Where it tells who somebody is.
    pub userinfo: Option<String>,
    /// Where tokens are given back (RFC 7009).
    pub revocation: Option<String>,
    /// Its keys.
    pub jwks: Option<String>,
    /// Whether its answers bear `iss` (RFC 9207 section 3).
    pub says_issuer: bool,
}

/// Where this provider is asked: what an administrator said, else what it says itself.
///
/// # Errors
/// `bad_gateway` when it does not say so, or something that cannot be.
pub async fn endpoints(app: &App, context: &Context, provider: &Provider) -> Result<Endpoints, OAuthError> {
    let described = match provider.issuer() {
        Some(issuer) => metadata(app, context, provider, issuer).await?,
        None => Arc::default(),
    };
    found(&app.config, provider, &described)
}

/// The same, by what it says itself.
///
/// # Errors
/// As [`endpoints`].
pub fn found(config: &Config, provider: &Provider, described: &Map<String, Value>) -> Result<Endpoints, OAuthError> {
    let settings = &provider.settings;
    let find = |typed: &Option<String>, name: &str| -> Result<Option<String>, OAuthError> {
        let found = said(typed.as_ref()).or_else(|| described.get(name)?.as_str());
        let Some(url) = found else { return Ok(None) };
        fetch::allowed(config, url).map_err(|problem| fault(provider, &format!("has a {name} that {problem}")))?;
        Ok(Some(url.to_owned()))
    };
    let needed = |name: &str, url: Option<String>| url.ok_or_else(|| fault(provider, &format!("names no {name}")));
    let authorization = find(&settings.authorization_endpoint, "authorization_endpoint")?;
    let token = find(&settings.token_endpoint, "token_endpoint")?;
    let jwks = find(&settings.jwks_uri, "jwks_uri")?;
    let is_for_people = !provider.is_server_wide();
    let jwks =
        if provider.kind() == ProviderKind::Oidc && is_for_people { Some(needed("jwks_uri", jwks)?) } else { None };
    let flag = "authorization_response_iss_parameter_supported";
    Ok(Endpoints {
        authorization: if is_for_people { needed("authorization_endpoint", authorization)? } else { String::new() },
        token: needed("token_endpoint", token)?,
        userinfo: find(&settings.userinfo_endpoint, "userinfo_endpoint")?,
        revocation: find(&settings.revocation_endpoint, "revocation_endpoint")?,
        jwks,
        says_issuer: described.get(flag).and_then(Value::as_bool) == Some(true),
    })
}

/// The issuer in it must be the one that was asked, byte for byte (OpenID Connect Discovery 4.3).
async fn metadata(
    app: &App,
    context: &Context,
    provider: &Provider,
    issuer: &str,
) -> Result<Arc<Map<String, Value>>, OAuthError> {
    let place = issuer.replace(TENANT, "common");
    let url = format!("{}/.well-known/openid-configuration", place.trim_end_matches('/'));
    let described = document(app, context, provider, &url, false).await?;
    if described.get("issuer").and_then(Value::as_str) == Some(issuer) {
        return Ok(described);
    }
    Err(fault(provider, "describes itself as another issuer"))
}

/// The keys of the provider; anew: as they are this moment.
///
/// # Errors
/// `bad_gateway`.
pub async fn keys(
    app: &App,
    context: &Context,
    provider: &Provider,
    (uri, anew): (&str, bool),
) -> Result<Vec<VerificationKey>, OAuthError> {
    let set = document(app, context, provider, uri, anew).await?;
    verification_key::usable(&set).map_err(|problem| fault(provider, &format!("has no good keys: {problem}")))
}

async fn document(
    app: &App,
    context: &Context,
    provider: &Provider,
    url: &str,
    anew: bool,
) -> Result<Arc<Map<String, Value>>, OAuthError> {
    if let Some(known) = app.documents.get(url, context.now()).filter(|_| !anew) {
        return Ok(known);
    }
    let reply = fetch::document(app, url, fetch::is_json).await;
    let reply = reply.map_err(|problem| fault(provider, "cannot be asked for its description").source(problem))?;
    let read: Map<String, Value> = from_bytes(&reply.body)
        .map_err(|problem| fault(provider, "does not describe itself in JSON").source(problem))?;
    let read = Arc::new(read);
    app.documents.put(url, Arc::clone(&read), context.now());
    Ok(read)
}

/// Looks whether a provider can be used.
///
/// # Errors
/// `bad_gateway` with what is wrong, in words.
pub async fn check(app: &App, context: &Context, provider: &Provider) -> Result<(), OAuthError> {
    app.documents.clear();
    let found = endpoints(app, context, provider).await?;
    let Some(uri) = &found.jwks else { return Ok(()) };
    if keys(app, context, provider, (uri, true)).await?.is_empty() {
        return Err(fault(provider, "has no key that signatures can be verified with"));
    }
    Ok(())
}
