//! This server's own token at a provider (client credentials, RFC 6749 section 4.4): one for all tools there, and no person is
//! asked. It comes with no refresh token (section 4.4.3), so another is simply asked for; that may be done twice.

use std::time::Duration;

use super::keep::{EARLY, USELESS, renewed as asked_of_keeper};
use super::renew::is_good;
use super::tokens::{self, Given};
use super::{discovery, fault};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::connection::{ServerConnection, lives, server_seal_context};
use crate::model::provider::Provider;
use crate::model::renewal::{Renewed, Wanted};
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::providers;
use crate::store::server_connections;

/// The token, asked for when there is none yet or it is about to end.
pub(super) async fn token(
    app: &App,
    context: &Context,
    provider: &Provider,
    found: Option<ServerConnection>,
) -> Result<String, OAuthError> {
    let (known, expires_at) = match &found {
        Some(found) => (opened(app, found).await?, found.expires_at),
        None => (None, None),
    };
    let wanted = Wanted::of_server(&provider.id);
    let Some(token) = known else { return given(provider, asked_of_keeper(app, wanted).await?) };
    let lives = |time: Duration| lives(expires_at, context.now(), time);
    if lives(EARLY) {
        return Ok(token);
    }
    match asked_of_keeper(app, wanted.after(&token)).await {
        Err(_) if lives(USELESS) => Ok(token),
        answer => given(provider, answer?),
    }
}

fn given(provider: &Provider, answer: Option<String>) -> Result<String, OAuthError> {
    answer.ok_or_else(|| fault(provider, "gives this server no tokens any more"))
}

/// `None`: it does not open, so another is asked for.
async fn opened(app: &App, found: &ServerConnection) -> Result<Option<String>, OAuthError> {
    Ok(app.opened(&found.token, &server_seal_context(&found.provider_id)).await?)
}

/// Asks the provider, if that is still needed: only the keeper does.
pub(super) async fn renewed(
    app: &App,
    context: &Context,
    provider_id: &str,
    wanted: &Wanted,
) -> Result<Renewed, OAuthError> {
    let asked = vec![providers::question(provider_id), server_connections::select(provider_id)];
    let answered = app.database.batch(asked).await?;
    let [provider, found] = answered.as_slice() else {
        return Err(OAuthError::server_error("two questions have another number of answers"));
    };
    let provider = providers::usable_in(app, provider_id, provider)?;
    let found = server_connections::read(found)?;
    if let Some(found) = &found
        && let Some(token) = opened(app, found).await?
        && is_good(wanted, &token, (found.expires_at, found.refused_at), context)
    {
        return Ok(Renewed::Token(token));
    }
    let endpoints = discovery::endpoints(app, context, &provider).await?;
    let scopes = provider.scopes().to_string();
    let mut form = vec![("grant_type", "client_credentials")];
    if !scopes.is_empty() {
        form.push(("scope", scopes.as_str()));
    }
    let given = tokens::ask(app, &provider, &endpoints, &form).await;
    let refused_at = wanted.refused_at(context.now(), found.and_then(|found| found.refused_at));
    kept(app, context, (&provider, refused_at), given.map_err(|ungiven| tokens::no_tokens(&provider, ungiven))?).await
}

async fn kept(
    app: &App,
    context: &Context,
    (provider, refused_at): (&Provider, Option<Timestamp>),
    given: Given,
) -> Result<Renewed, OAuthError> {
    let now = context.now().floor_to_second();
    let (expires_at, token) = (given.expires_at(now), given.access_token);
    let connection = ServerConnection {
        provider_id: provider.id.clone(),
        token: app.sealer.seal(token.as_bytes(), &server_seal_context(&provider.id)).await?,
        expires_at,
        refused_at,
    };
    app.database.run(server_connections::put(&connection)).await?;
    let done = Happening::done(EventKind::ConnectionRefreshed).at(&provider.id, "");
    context.record(done.because(provider.id.clone()));
    Ok(Renewed::Token(token))
}
