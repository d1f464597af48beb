//! Bearer tokens at our own resources (RFC 6750): verified, alive, meant for here.

use std::future::{Future, ready};
use std::sync::Arc;

use futures_util::join;

use crate::app::{App, Context};
use crate::model::grant::commands::{Presented, Reply};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::access_token::Verified;
use crate::service::signing_keys::stands;
use crate::service::standing;
use crate::service::tokens::{self, Shown, grant_of};
use crate::store::revoked_tokens;

/// A token that is good.
#[derive(Clone, Debug)]
pub struct Live {
    /// The user's name, when the token has one.
    pub username: Option<String>,
}

/// Whether a verified token still lives: its grant's object, its user and client, and its key are asked at the same time.
///
/// # Errors
/// `temporarily_unavailable` when a store fails.
pub async fn live(app: &App, context: &Context, token: &Verified) -> Result<Option<Live>, OAuthError> {
    let (live, stands) = join!(in_itself(app, context, token), stands(app, context.now(), &token.kid));
    let (live, stands) = (live?, stands?);
    Ok(live.filter(|_| stands))
}

async fn in_itself(app: &App, context: &Context, claims: &Verified) -> Result<Option<Live>, OAuthError> {
    let Some((grant_id, id)) = grant_of(app, &claims.jti) else {
        // Only a client_credentials token was issued without a grant. Any other whose grant is none of ours was issued
        // before the objects moved (a changed jurisdiction), and nobody can say that it lives.
        return if claims.gty.is_some() { live_without_grant(app, claims).await } else { Ok(None) };
    };
    let token = Presented::Access { id, expires_at: claims.exp };
    let (reply, status) = join!(app.grants.status(grant_id, token), standing::of_grant(app, context, grant_id));
    let (reply, status) = (reply?, status?);
    let status = status.filter(|status| matches!(reply, Reply::Active(_)) && status.is_live());
    Ok(status.map(|status| Live { username: Some(status.username.clone()) }))
}

async fn live_without_grant(app: &App, claims: &Verified) -> Result<Option<Live>, OAuthError> {
    let status = revoked_tokens::status(&*app.database, &claims.jti, &claims.client_id).await?;
    Ok(status.filter(|status| status.is_live(claims.iat)).map(|status| Live { username: status.username }))
}

/// For whom a token must be meant.
#[derive(Clone, Copy, Debug)]
pub enum Audience<'a> {
    /// One of our resources, or the issuer and nobody else: a token for another API whose audience also holds the issuer must
    /// not open ours (docs/security.md).
    Resource(&'a str),
    /// The issuer, whoever else it is meant for: UserInfo answers every token of OpenID Connect.
    HoldsIssuer,
}

/// Reads a token that was brought to one of our resources. Whether it still lives is not asked here.
///
/// # Errors
/// `invalid_token` when it is not good or not meant for here; `insufficient_scope` when it lacks one of `scopes`.
pub async fn admit(
    app: &App,
    context: &Context,
    token: &str,
    audience: Audience<'_>,
    scopes: &[&'static str],
) -> Result<Arc<Verified>, OAuthError> {
    let claims = match tokens::read(app, context, token).await? {
        Shown::Good(claims) => claims,
        Shown::Authentic => return Err(not_good()),
        Shown::Foreign => return Err(not_good().as_guess()),
    };
    let issuer = app.config.issuer.as_str();
    let meant_for_here = match audience {
        Audience::Resource(resource) => claims.aud.contains(resource) || claims.aud.is_only(issuer),
        Audience::HoldsIssuer => claims.aud.contains(issuer),
    };
    if !meant_for_here {
        return Err(not_good());
    }
    match scopes.iter().find(|scope| !claims.scope.contains(scope)) {
        Some(scope) => Err(OAuthError::insufficient_scope(scope)),
        None => Ok(claims),
    }
}

/// The one answer to every token that is not good, whatever is wrong with it.
#[must_use]
pub fn not_good() -> OAuthError {
    OAuthError::invalid_token("the access token is not valid here, expired or revoked")
}

/// A token as it was brought: what for, and where.
#[derive(Clone, Copy)]
pub struct Brought<'a> {
    /// The token.
    pub token: &'a str,
    /// The URL of the resource of ours that it was brought to.
    pub resource: &'a str,
    /// The scopes that it needs, all of them.
    pub scopes: &'a [&'static str],
}

/// As [`admit_user`], and looks for something of the user's at the same time. What was found is answered only when the token
/// is good, so it must do nothing but look.
///
/// # Errors
/// As [`admit_user`], and those of `look`.
pub async fn admit_user_beside<T, F>(
    app: &App,
    context: &Context,
    brought: Brought<'_>,
    look: impl FnOnce(String) -> F,
) -> Result<(String, T), OAuthError>
where
    F: Future<Output = Result<T, OAuthError>>,
{
    let audience = Audience::Resource(brought.resource);
    let claims = admit(app, context, brought.token, audience, brought.scopes).await?;
    let (live, found) = join!(live(app, context, &claims), look(claims.sub.clone()));
    live?.ok_or_else(not_good)?;
    check_user(&claims)?;
    Ok((claims.sub.clone(), found?))
}

/// Refuses a token that acts for nobody but its client.
///
/// # Errors
/// `access_denied` (403).
pub fn check_user(claims: &Verified) -> Result<(), OAuthError> {
    if claims.sub == claims.client_id {
        return Err(OAuthError::access_denied("the access token acts for no user"));
    }
    Ok(())
}

/// Admits a token to one of our resources, and answers whom it acts for.
///
/// # Errors
/// As [`admit`]; `access_denied` (403) when it acts for no user.
pub async fn admit_user(
    app: &App,
    context: &Context,
    token: &str,
    resource: &str,
    scopes: &[&'static str],
) -> Result<String, OAuthError> {
    let brought = Brought { token, resource, scopes };
    admit_user_beside(app, context, brought, |_| ready(Ok(()))).await.map(|(user_id, ())| user_id)
}
