//! Token introspection (RFC 7662): what a confidential client may learn of a token.
//!
//! Its own tokens; and, when it is a resource server, access tokens whose audience holds one of its resources, or the
//! issuer while it has none. Of everything else it learns `{"active": false}`, whether the token is good or not.

use std::sync::Arc;

use futures_util::join;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::Client;
use crate::model::grant::RefreshToken;
use crate::model::grant::commands::{Active, Presented, Reply};
use crate::model::status::GrantStatus;
use crate::protocol::client_auth::ClientCredentials;
use crate::protocol::error::OAuthError;
use crate::protocol::introspection::{ActiveToken, IntrospectionResponse};
use crate::protocol::jose::access_token::{AccessTokenClaims, Verified};
use crate::protocol::token::BEARER;
use crate::service::bearer;
use crate::service::client_auth::prove;
use crate::service::standing;
use crate::service::tokens;

/// Says what `token` is worth to the client that asks.
///
/// # Errors
/// `invalid_client`, also for a public client: it could prove nothing (RFC 7662 2.1).
pub async fn introspect(
    app: &App,
    context: &Context,
    credentials: &ClientCredentials,
    token: &str,
) -> Result<IntrospectionResponse, OAuthError> {
    let (proven, ()) = prove(app, context, credentials, may_introspect).await?;
    // Looking changes nothing, so it need not wait until the proof is used up; only its answer does.
    let (client, found) = join!(proven.settle(app, context), look(app, context, proven.unsettled(), token));
    let (client, found) = (client?, found?);
    let done = Happening::done(EventKind::TokenIntrospected).by(client.id.clone()).client(client.id.clone());
    context.record(done.because(if found.is_some() { "active" } else { "inactive" }));
    Ok(found.unwrap_or_else(IntrospectionResponse::inactive))
}

async fn look(
    app: &App,
    context: &Context,
    client: &Client,
    token: &str,
) -> Result<Option<IntrospectionResponse>, OAuthError> {
    match RefreshToken::parse(token).filter(|token| app.grants.is_id(&token.grant_id)) {
        Some(token) => refresh_token(app, context, client, &token).await,
        None => access_token(app, context, client, token).await,
    }
}

/// The same words as for an unknown client: which ids there are is not told.
fn may_introspect(client: &Client) -> Result<(), OAuthError> {
    if client.is_public() { Err(OAuthError::invalid_client("client authentication failed")) } else { Ok(()) }
}

async fn access_token(
    app: &App,
    context: &Context,
    client: &Client,
    token: &str,
) -> Result<Option<IntrospectionResponse>, OAuthError> {
    let Some(verified) = tokens::verify(app, context, token).await?.filter(|claims| may_see(app, client, claims))
    else {
        return Ok(None);
    };
    let Some(live) = bearer::live(app, context, &verified).await? else { return Ok(None) };
    let Verified { claims, .. } = Arc::unwrap_or_clone(verified);
    Ok(Some(IntrospectionResponse::active(ActiveToken {
        iss: claims.iss,
        sub: claims.sub,
        aud: claims.aud,
        client_id: claims.client_id,
        username: live.username,
        scope: claims.scope,
        token_type: BEARER,
        exp: claims.exp.seconds(),
        iat: claims.iat.seconds(),
        jti: Some(claims.jti),
    })))
}

fn may_see(app: &App, client: &Client, claims: &AccessTokenClaims) -> bool {
    if claims.client_id == client.id {
        return true;
    }
    let issuer = app.config.issuer.as_str();
    client.resource_server
        && if client.resources.is_empty() {
            claims.aud.contains(issuer)
        } else {
            client.resources.iter().any(|resource| claims.aud.contains(resource))
        }
}

/// A refresh token is nobody's business but its own client's.
async fn refresh_token(
    app: &App,
    context: &Context,
    client: &Client,
    token: &RefreshToken,
) -> Result<Option<IntrospectionResponse>, OAuthError> {
    let presented = Presented::Refresh { number: token.number, mac: token.mac };
    let (reply, status) =
        join!(app.grants.status(&token.grant_id, presented), standing::of_grant(app, context, &token.grant_id));
    let (Reply::Active(active), Some(status)) = (reply?, status?) else { return Ok(None) };
    if active.authority.client_id != client.id || !status.is_live() {
        return Ok(None);
    }
    Ok(Some(describe_refresh_token(app, *active, &status)))
}

fn describe_refresh_token(app: &App, active: Active, status: &GrantStatus) -> IntrospectionResponse {
    let issuer = app.config.issuer.as_str();
    IntrospectionResponse::active(ActiveToken {
        iss: issuer.to_owned(),
        sub: active.authority.user_id,
        aud: issuer.into(),
        client_id: active.authority.client_id,
        username: Some(status.username.clone()),
        scope: active.authority.scope,
        token_type: BEARER,
        exp: active.ends_at.seconds(),
        iat: active.issued_at.seconds(),
        jti: None,
    })
}
