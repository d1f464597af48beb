//! The token of a connection, as a tool needs it: valid now, refreshed five minutes before its end.
//!
//! Who refreshes first claims that in the connection's row, so that of all isolates one sends the request: a provider that rotates
//! refresh tokens never sees an old one. The others use the token that still lives meanwhile. What was answered is written before
//! anybody gets it. A claim whose answer nobody wrote (no answer, or this server stopped in between) is never repeated, since
//! the provider may have rotated already: the token is used to its end, then the person must connect again.

use std::time::Duration;

use super::connections::opened;
use super::tokens::{self, Given, Ungiven};
use super::{discovery, link};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::connection::{Connection, ConnectionStatus, UpstreamTokens};
use crate::model::provider::Provider;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::service::errors::log_failure;
use crate::store::connections;

/// So long before its end a token is refreshed.
const EARLY: Duration = Duration::from_mins(5);
/// A token that ends so soon is of no use to a server that is yet to be asked.
const USELESS: Duration = Duration::from_secs(10);
/// After so long a claim is one whose answer nobody wrote: no request takes as long.
const CLAIM: Duration = Duration::from_mins(1);
/// That it is used is noted so often at most.
const NOTED: Duration = Duration::from_mins(1);

/// What a tool gets.
pub enum Kept {
    /// A token that is valid now.
    Token(String),
    /// The person must connect their account first: the address of our page for that.
    Pending(String),
}

/// A token of the user's own account at the provider that may do `wanted`.
///
/// # Errors
/// `bad_gateway` or `temporarily_unavailable` when there is none at the moment.
pub async fn token(
    app: &App,
    context: &Context,
    user_id: &str,
    provider: &Provider,
    wanted: &ScopeSet,
) -> Result<Kept, OAuthError> {
    let found = connections::read(&app.database.run(connections::select_at(user_id, "", &provider.id)).await?)?;
    let granted = found.as_ref().map(|connection| connection.scopes.clone()).unwrap_or_default();
    let usable = |connection: &Connection| {
        connection.status == ConnectionStatus::Active && wanted.first_not_in(&connection.scopes).is_none()
    };
    if let Some(connection) = found.filter(usable)
        && let Some(token) = valid(app, context, provider, &connection).await?
    {
        note_use(app, context, &connection).await;
        return Ok(Kept::Token(token));
    }
    // What was granted before is asked for again: else the new tokens could do less than the old ones.
    let asked = wanted.union(&granted.intersection(&provider.scopes()));
    Ok(Kept::Pending(link::ticket(app, context, user_id, &provider.id, &asked).await?))
}

/// That a use cannot be written down is no reason to turn the caller away.
async fn note_use(app: &App, context: &Context, connection: &Connection) {
    let now = context.now();
    let is_noted = connection.last_used_at.is_some_and(|at| now.since(at) < NOTED);
    if !is_noted && let Err(error) = app.database.run(connections::note_use(&connection.id, now)).await {
        log_failure("connection_use_not_noted", &error);
    }
}

/// The token of this connection, refreshed if need be; `None`: the person must connect again.
///
/// # Errors
/// As [`token`].
pub async fn of_connection(
    app: &App,
    context: &Context,
    provider: &Provider,
    connection: &Connection,
) -> Result<Option<String>, OAuthError> {
    if connection.status == ConnectionStatus::Active {
        return valid(app, context, provider, connection).await;
    }
    Ok(None)
}

/// Its token, refreshed if need be; `None`: the person must connect again.
async fn valid(
    app: &App,
    context: &Context,
    provider: &Provider,
    connection: &Connection,
) -> Result<Option<String>, OAuthError> {
    let now = context.now();
    let tokens = opened(app, connection).await?;
    let ends_after = |time: Duration| connection.expires_at.is_none_or(|end| end > now + time);
    if ends_after(EARLY) {
        return Ok(Some(tokens.access));
    }
    let living = ends_after(USELESS).then(|| tokens.access.clone());
    let Some(refresh) = tokens.refresh else {
        return or_lost(app, context, connection, living).await;
    };
    if app.database.run(connections::claim(connection, now.floor_to_second())).await?.changes == 1 {
        return refresh_now(app, context, (provider, connection), &refresh, living).await;
    }
    match living {
        Some(token) => Ok(Some(token)),
        None => of_another(app, context, connection).await,
    }
}

/// Somebody else refreshes, or has.
async fn of_another(app: &App, context: &Context, connection: &Connection) -> Result<Option<String>, OAuthError> {
    let place = connections::select_at(&connection.user_id, &connection.agent_id, &connection.provider_id);
    let Some(now_there) = connections::read(&app.database.run(place).await?)? else { return Ok(None) };
    if now_there.status != ConnectionStatus::Active {
        return Ok(None);
    }
    if now_there.tokens != connection.tokens {
        return Ok(Some(opened(app, &now_there).await?.access));
    }
    if now_there.refreshing_since.is_some_and(|since| context.now().since(since) >= CLAIM) {
        return or_lost(app, context, &now_there, None).await;
    }
    let problem = "a token is being refreshed; try again in a moment";
    Err(OAuthError::temporarily_unavailable(problem).retry_after(1))
}

/// The token that still lives; without one the connection is of no use any more.
async fn or_lost(
    app: &App,
    context: &Context,
    connection: &Connection,
    living: Option<String>,
) -> Result<Option<String>, OAuthError> {
    if living.is_none() && app.database.run(connections::lose(connection)).await?.changes == 1 {
        let lost = Happening::refused(EventKind::ConnectionLost, connection.provider_id.clone());
        context.record(lost.at(&connection.provider_id, &connection.agent_id).to(&connection.user_id));
    }
    Ok(living)
}

async fn refresh_now(
    app: &App,
    context: &Context,
    (provider, connection): (&Provider, &Connection),
    refresh: &str,
    living: Option<String>,
) -> Result<Option<String>, OAuthError> {
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let answer = match discovery::endpoints(app, context, provider).await {
        Ok(endpoints) => tokens::ask(app, provider, &endpoints, &form).await,
        Err(error) => Err(Ungiven::Ours(error)),
    };
    match answer {
        Ok(given) => keep(app, context, (provider, connection), given, refresh).await.map(Some),
        Err(Ungiven::Refused(code)) if code == "invalid_grant" => or_lost(app, context, connection, None).await,
        // Whether it rotated nobody knows, so the claim stays, and it is not asked again.
        Err(Ungiven::Unknown(why)) => {
            log::warn!(
                "{}",
                serde_json::json!({ "event": "refresh_unanswered", "provider": provider.id, "problem": why })
            );
            or_lost(app, context, connection, living).await
        }
        Err(ungiven) => {
            app.database.run(connections::unclaim(connection)).await?;
            living.map_or_else(|| Err(link::no_tokens(provider, ungiven)), |token| Ok(Some(token)))
        }
    }
}

/// Written before anybody gets it. A provider that sends no new refresh token goes on with the old one (RFC 6749 section 6).
async fn keep(
    app: &App,
    context: &Context,
    (provider, connection): (&Provider, &Connection),
    given: Given,
    refresh: &str,
) -> Result<String, OAuthError> {
    let now = context.now().floor_to_second();
    let scopes = link::granted(provider, &given, &connection.scopes.to_string());
    let tokens = UpstreamTokens {
        access: given.access_token,
        refresh: given.refresh_token.or_else(|| Some(refresh.to_owned())),
    };
    let renewed = Connection {
        tokens: link::sealed(app, (&connection.user_id, &connection.agent_id, &connection.provider_id), &tokens)
            .await?,
        expires_at: given.expires_in.map(|seconds| now + Duration::from_secs(seconds.unsigned_abs())),
        scopes,
        updated_at: now,
        ..connection.clone()
    };
    app.database.run(connections::renew(connection, &renewed)).await?;
    let done = Happening::done(EventKind::ConnectionRefreshed).to(&connection.user_id);
    let done = done.at(&connection.provider_id, &connection.agent_id);
    context.record(done.because(connection.provider_id.clone()));
    Ok(tokens.access)
}
