//! The client credentials grant (RFC 6749 4.4): a confidential client acts for itself, a user client for its user.

use crate::app::{App, Context, Happening};
use crate::model::audit::{EventKind, TokenDates};
use crate::model::client::{Client, USER_CLIENT_SCOPES};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::access_token::AccessTokenClaims;
use crate::protocol::scope::{ADMIN, OPENID, ScopeSet};
use crate::protocol::token::{BEARER, TokenResponse};
use crate::service::{resources, scopes, tokens};

/// `gty` of these tokens, so that an API can tell them from those a person consented to.
pub const GTY: &str = "client_credentials";

/// Issues an access token for what [`scope`] said; no refresh token (RFC 6749 4.4.3).
///
/// # Errors
/// `invalid_target`.
pub async fn issue(
    app: &App,
    context: &Context,
    client: &Client,
    scope: ScopeSet,
    resources: &[String],
) -> Result<TokenResponse, OAuthError> {
    let resources = resources::named(app, context, resources).await?.uris;
    let claims = claims(app, context, client, scope.clone(), &resources);
    let response = TokenResponse {
        access_token: tokens::sign(app, context, &claims).await?,
        token_type: BEARER,
        expires_in: claims.exp.since(claims.iat).as_secs(),
        refresh_token: None,
        id_token: None,
        scope,
    };
    let done = Happening::done(EventKind::TokenIssued).by(client.id.clone()).client(client.id.clone());
    let dates = TokenDates { generation: 0, access_expires_at: claims.exp, refresh_expires_at: None };
    context.record(done.to(claims.sub).tokens(dates));
    Ok(response)
}

/// What the client gets.
///
/// # Errors
/// `unauthorized_client` for a public client, `invalid_scope` for what it may not have in this way.
pub fn scope(app: &App, client: &Client, requested: Option<&ScopeSet>) -> Result<ScopeSet, OAuthError> {
    if client.is_public() {
        return Err(OAuthError::unauthorized_client("a public client has no credentials to grant anything"));
    }
    let scope = scopes::granted(app, client, requested)?;
    if scope.contains(ADMIN) {
        return Err(OAuthError::invalid_scope("the scope admin needs a person who is an administrator"));
    }
    if scope.contains(OPENID) {
        return Err(OAuthError::invalid_scope("the scope openid needs a person who signs in"));
    }
    if client.owner.is_some() && !scope.is_subset(&USER_CLIENT_SCOPES.into_iter().collect()) {
        return Err(OAuthError::invalid_scope("a user client may have read:tools and call:tools only"));
    }
    Ok(scope)
}

fn claims(app: &App, context: &Context, client: &Client, scope: ScopeSet, resources: &[String]) -> AccessTokenClaims {
    let iat = context.now().floor_to_second();
    AccessTokenClaims {
        iss: app.config.issuer.as_str().to_owned(),
        sub: client.owner.as_ref().map_or_else(|| client.id.clone(), |owner| owner.user_id.clone()),
        aud: resources::audience(app, resources, &scope).into(),
        client_id: client.id.clone(),
        scope,
        jti: app.random_text::<16>(),
        iat,
        exp: iat + client.lifetimes.access(app.config.access_ttl),
        gty: Some(GTY.to_owned()),
    }
}
