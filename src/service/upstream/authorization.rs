//! The authorization request that we send people to a provider with, and the answer they bring back: linking and signing in have
//! both in common.

use std::time::Duration;

use super::discovery::{self, Endpoints};
use super::tokens::{self, Given, encoded};
use super::{fault, identity, redirect_uri};
use crate::app::{App, Context};
use crate::model::identity::Account;
use crate::model::provider::{Provider, ProviderKind};
use crate::protocol::error::OAuthError;
use crate::protocol::parameters::Parameters;
use crate::protocol::pkce;
use crate::protocol::scope::ScopeSet;

/// So long a person may take at the provider.
pub(super) const LIFETIME: Duration = Duration::from_mins(10);

/// What an authorization request says.
pub(super) struct Asked<'a> {
    pub scopes: &'a ScopeSet,
    pub state: &'a str,
    pub verifier: &'a str,
    pub nonce: &'a str,
    /// Of a sign-in: whether the person must sign in there anew.
    pub anew: Option<bool>,
}

/// The authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core 3.1.2.1).
pub(super) fn location(
    app: &App,
    (provider, endpoints): (&Provider, &Endpoints),
    &Asked { scopes, state, verifier, nonce, anew }: &Asked<'_>,
) -> String {
    let is_oidc = provider.kind() == ProviderKind::Oidc;
    let scopes = if is_oidc { ScopeSet::from_iter(["openid"]).union(scopes) } else { scopes.clone() };
    let (scopes, back, challenge) = (scopes.to_string(), redirect_uri(app, &provider.id), pkce::s256(verifier));
    let mut asked = vec![
        ("response_type", "code"),
        ("client_id", provider.client_id()),
        ("redirect_uri", back.as_str()),
        ("state", state),
    ];
    if !scopes.is_empty() {
        asked.push(("scope", scopes.as_str()));
    }
    if is_oidc {
        asked.push(("nonce", nonce));
    }
    if provider.has_pkce() {
        asked.extend([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]);
    }
    if is_oidc && anew == Some(true) {
        asked.extend([("prompt", "login"), ("max_age", "0")]);
    }
    // Those that say how tokens are wanted mean nothing to a sign-in, which keeps none.
    let of_tokens = |name: &str| matches!(name, "prompt" | "max_age" | "access_type");
    let more = provider.settings.parameters.iter().flatten().filter(|(name, _)| anew.is_none() || !of_tokens(name));
    asked.extend(more.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))));
    let separator = if endpoints.authorization.contains('?') { '&' } else { '?' };
    format!("{}{separator}{}", endpoints.authorization, encoded(&asked))
}

/// What an answer of the provider is worth: tokens, and whose they are. `proof`: PKCE verifier and nonce of the request.
pub(super) async fn answered(
    app: &App,
    context: &Context,
    provider: &Provider,
    (verifier, nonce): (&str, &str),
    answer: &Parameters,
) -> Result<(Given, Account), OAuthError> {
    let endpoints = discovery::endpoints(app, context, provider).await?;
    check_issuer((provider, &endpoints), answer)?;
    if let Some(code) = answer.optional("error")? {
        return Err(refused(provider, code));
    }
    let code = answer.optional("code")?.ok_or_else(|| fault(provider, "sent you back without a code"))?;
    let back = redirect_uri(app, &provider.id);
    let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", back.as_str())];
    if provider.has_pkce() {
        form.push(("code_verifier", verifier));
    }
    let given =
        tokens::ask(app, provider, &endpoints, &form).await.map_err(|ungiven| tokens::no_tokens(provider, ungiven))?;
    let account = identity::of(app, context, (provider, &endpoints), &given, nonce).await?;
    Ok((given, account))
}

/// An answer that says whose it is, is of who was asked (RFC 9207 section 2.4).
fn check_issuer((provider, endpoints): (&Provider, &Endpoints), answer: &Parameters) -> Result<(), OAuthError> {
    let Some(issuer) = provider.issuer() else { return Ok(()) };
    match answer.optional("iss")? {
        Some(sent) if sent != issuer => Err(fault(provider, "was asked, but another one answered (iss)")),
        None if endpoints.says_issuer => Err(fault(provider, "did not say that the answer is its own (iss)")),
        _ => Ok(()),
    }
}

/// What a provider says in its own words is shown to nobody, for anybody can write it into an address.
fn refused(provider: &Provider, code: &str) -> OAuthError {
    match code {
        "access_denied" => {
            OAuthError::access_denied(format!("access was not allowed at {}; nothing is linked", provider.name()))
        }
        "temporarily_unavailable" | "server_error" => fault(provider, "cannot do this at the moment; try again later"),
        _ => fault(provider, "refused the request; whoever runs this server can find out why by its log")
            .detail(code.to_owned()),
    }
}
