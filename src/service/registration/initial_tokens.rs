//! Tokens that an administrator gives out so that their bearers may register clients (RFC 7591 section 3).

use std::num::NonZeroU32;

use serde::Deserialize;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::initial_token::InitialToken;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::service::clients::check_name;
use crate::service::listing::{Page, PageRequest};
use crate::store::initial_tokens;

/// What a new token is to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewInitialToken {
    /// Whom it is for, in the administrator's words.
    pub name: String,
    /// For how many seconds it is good; none: until it is ended.
    pub expires_in: Option<NonZeroU32>,
}

/// Makes a token, which is answered this once.
///
/// # Errors
/// `invalid_request` for a name that cannot be.
pub async fn create(
    app: &App,
    context: &Context,
    actor: &str,
    new: NewInitialToken,
) -> Result<(InitialToken, String), OAuthError> {
    let (token, now) = (app.random_text::<32>(), context.now().floor_to_second());
    let made = InitialToken {
        id: app.random_text::<16>(),
        name: check_name(&new.name).map_err(|error| error.field("name"))?,
        created_at: now,
        expires_at: new.expires_in.map(|seconds| now + std::time::Duration::from_secs(seconds.get().into())),
    };
    app.database.run(initial_tokens::insert(&made, &sha256_base64url(&token))).await?;
    context.record(Happening::done(EventKind::InitialTokenCreated).by(actor).because(made.name.clone()));
    Ok((made, token))
}

/// What of a token may be edited.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InitialTokenSettings {
    /// Whom it is for, in the administrator's words.
    pub name: Option<String>,
}

/// Lists tokens in the order of their ids.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn list(app: &App, request: &PageRequest) -> Result<Page<InitialToken>, OAuthError> {
    let rows = app.database.run(initial_tokens::select_page(&request.after, request.limit)).await?;
    Ok(Page::of(initial_tokens::read_all(&rows)?, request, |token| token.id.clone()))
}

/// What is known of the token of this id.
///
/// # Errors
/// `not_found`.
pub async fn find(app: &App, id: &str) -> Result<InitialToken, OAuthError> {
    let found = initial_tokens::read_all(&app.database.run(initial_tokens::select(id)).await?)?;
    found.into_iter().next().ok_or_else(nowhere)
}

/// Gives a token another name.
///
/// # Errors
/// `not_found`, and `invalid_request` for a name that cannot be.
pub async fn edit(
    app: &App,
    context: &Context,
    actor: &str,
    id: &str,
    settings: InitialTokenSettings,
) -> Result<InitialToken, OAuthError> {
    let name = settings.name.as_deref().map(check_name).transpose().map_err(|error| error.field("name"))?;
    if let Some(name) = name {
        app.database.run(initial_tokens::rename(id, &name)).await?;
    }
    let renamed = find(app, id).await?;
    context.record(Happening::done(EventKind::InitialTokenUpdated).by(actor).because(renamed.name.clone()));
    Ok(renamed)
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is no initial access token of this id")
}

/// Ends a token. Clients that registered with it stay.
///
/// # Errors
/// `not_found`.
pub async fn end(app: &App, context: &Context, actor: &str, id: &str) -> Result<(), OAuthError> {
    if app.database.run(initial_tokens::delete(id)).await?.changes == 0 {
        return Err(nowhere());
    }
    context.record(Happening::done(EventKind::InitialTokenEnded).by(actor).because(id.to_owned()));
    Ok(())
}

/// Whether the bearer may register a client.
///
/// # Errors
/// `invalid_token`.
pub async fn check(app: &App, context: &Context, bearer: Option<&str>) -> Result<(), OAuthError> {
    let bearer =
        bearer.ok_or_else(|| OAuthError::invalid_token("registering a client needs an initial access token"))?;
    let found = initial_tokens::find(&*app.database, &sha256_base64url(bearer)).await?;
    if found.is_some_and(|token| token.is_good(context.now())) {
        return Ok(());
    }
    Err(OAuthError::invalid_token("the initial access token is not valid").as_guess())
}
