//! The refresh token grant (RFC 6749 section 6) with rotation (RFC 9700 4.14.2).
//!
//! Refused: a token that cannot be ours, a wrong MAC, another client's, an ended grant (`invalid_grant`, nothing
//! ends); more scope or resources than allowed (`invalid_scope`, `invalid_target`, nothing rotates); a token whose
//! successor was used, or that came too late (`invalid_grant`, the grant ends). The object decides all of this at once.

use futures_util::join;

use super::issue::{Issue, respond, still_allowed};
use super::{ended, lifetimes};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::Client;
use crate::model::grant::commands::{Issued, Refresh, Refusal, Reply, Unheard};
use crate::model::grant::{Authority, RefreshToken};
use crate::model::status::GrantStatus;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::protocol::token::TokenResponse;
use crate::service::errors::log_failure;
use crate::service::{id_tokens, resources, signing_keys, standing};

/// A refresh request.
pub struct Exchange {
    /// The token as it was sent.
    pub refresh_token: String,
    /// Narrower scope asked for.
    pub scope: Option<ScopeSet>,
    /// Narrower resources asked for.
    pub resources: Vec<String>,
}

/// Exchanges a refresh token for new tokens.
///
/// # Errors
/// See the head of this file.
pub async fn exchange(
    app: &App,
    context: &Context,
    client: &Client,
    exchange: Exchange,
) -> Result<TokenResponse, OAuthError> {
    let token = RefreshToken::parse(&exchange.refresh_token)
        .filter(|token| app.grants.is_id(&token.grant_id))
        .ok_or_else(|| OAuthError::invalid_grant("the refresh token is not known").as_guess())?;
    let command = Refresh {
        number: token.number,
        mac: token.mac,
        client_id: client.id.clone(),
        scope: exchange.scope.clone(),
        resources: resources::to_judge(app, &exchange.resources),
        lifetimes: lifetimes(app, client),
    };
    let (reply, status, keys) = join!(
        app.grants.refresh(&token.grant_id, command),
        standing::of_grant(app, context, &token.grant_id),
        signing_keys::known(app, context.now())
    );
    let of_living_grant = status.as_ref().is_ok_and(|status| status.as_ref().is_some_and(|status| status.is_live()));
    let shown = Shown { token: &token, of_living_grant };
    let issued = issued(app, context, client, shown, reply?).await?;
    let Authority { user_id, id_token_claims, .. } = &issued.authority;
    let by_name = id_tokens::by_name(app, context, client, user_id, id_token_claims).await;
    if status.is_err() || keys.is_err() || by_name.is_err() {
        unheard(app, client, &token).await;
    }
    check_standing(status?.as_deref())?;
    keys?;
    let by_name = by_name?;

    let scope = still_allowed(client, exchange.scope.as_ref().unwrap_or(&issued.authority.scope))?;
    let resources = resources::of_grant(app, context, &issued.authority.resources, &exchange.resources).await;
    if resources.is_err() {
        unheard(app, client, &token).await;
    }
    let resources = resources?;
    let done = Happening::done(EventKind::TokenRefreshed).by(client.id.clone()).client(client.id.clone());
    let done = done.to(issued.authority.user_id.clone()).grant(token.grant_id.clone());
    context.record(done.tokens(issued.dates()));
    // Core 12.2: the nonce is told once.
    let issue = Issue { grant_id: &token.grant_id, issued, scope, resources, nonce: None, by_name };
    respond(app, context, client, issue).await
}

/// The object has rotated, and the database failed beside it. The token in the client's hand still answers: a
/// confidential client's until its successor is used, a public client's as well, if the object is told.
async fn unheard(app: &App, client: &Client, token: &RefreshToken) {
    if client.is_public()
        && let Err(error) = app.grants.unheard(&token.grant_id, Unheard { number: token.number, mac: token.mac }).await
    {
        log_failure("grant_not_told", &error);
    }
}

/// A refresh token, and what is known of its grant before that is asked.
#[derive(Clone, Copy)]
struct Shown<'a> {
    token: &'a RefreshToken,
    /// A grant that ended long ago has forgotten its tokens: what is shown of it may have been ours.
    of_living_grant: bool,
}

async fn issued(
    app: &App,
    context: &Context,
    client: &Client,
    shown: Shown<'_>,
    reply: Reply,
) -> Result<Issued, OAuthError> {
    let refusal = match reply {
        Reply::Issued(issued) => return Ok(*issued),
        Reply::Refused(refusal) => refusal,
        _ => return Err(OAuthError::server_error("the grant gave an answer that does not fit").detail("refresh")),
    };
    Err(match refusal {
        Refusal::ScopeExceeded => OAuthError::invalid_scope("the scope is wider than what was allowed"),
        Refusal::ResourceExceeded => OAuthError::invalid_target("the resource is not one that was allowed"),
        Refusal::Replayed => {
            ended::by_replay(app, context, client, &shown.token.grant_id, "an old refresh token was used again").await;
            OAuthError::invalid_grant("the refresh token was used already; the grant has ended")
        }
        Refusal::Ended => OAuthError::invalid_grant("the grant has ended"),
        Refusal::WrongClient => {
            OAuthError::invalid_grant("the refresh token is not known").detail("the token is another client's")
        }
        _ if shown.of_living_grant => OAuthError::invalid_grant("the refresh token is not known").as_guess(),
        _ => OAuthError::invalid_grant("the refresh token is not known"),
    })
}

/// A grant without a row is dead; a user or client that began anew takes its grants along.
fn check_standing(status: Option<&GrantStatus>) -> Result<(), OAuthError> {
    if status.is_some_and(GrantStatus::is_live) {
        return Ok(());
    }
    Err(OAuthError::invalid_grant("the grant has ended").detail("user or client is disabled or began anew"))
}
