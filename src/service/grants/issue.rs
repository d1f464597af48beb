//! From what a grant's object allows to what the client is sent.

use serde_json::{Map, Value};

use crate::app::{App, Context};
use crate::model::client::Client;
use crate::model::grant::commands::Issued;
use crate::model::grant::{AccessTokenId, RefreshToken};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::access_token::AccessTokenClaims;
use crate::protocol::scope::{OPENID, ScopeSet};
use crate::protocol::token::{BEARER, TokenResponse};
use crate::service::id_tokens::{self, Exchange};
use crate::service::{resources, tokens};

/// What is issued: which grant's tokens, how wide.
pub struct Issue<'a> {
    /// The grant.
    pub grant_id: &'a str,
    /// What its object allowed.
    pub issued: Issued,
    /// Scope of the access token.
    pub scope: ScopeSet,
    /// Resources of the access token; none: the issuer.
    pub resources: Vec<String>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// For the ID token: claims that were asked for by name.
    pub by_name: Map<String, Value>,
}

/// Scopes of a grant that its client may still have: an administrator may have taken one back since.
///
/// # Errors
/// `invalid_scope` when none is left.
pub fn still_allowed(client: &Client, scope: &ScopeSet) -> Result<ScopeSet, OAuthError> {
    let left: ScopeSet = scope.iter().filter(|scope| client.may_have(scope)).collect();
    if left.is_empty() {
        return Err(OAuthError::invalid_scope("the client may not have these scopes any more"));
    }
    Ok(left)
}

/// Writes and signs the tokens. The same [`Issued`] gives an access token with the same claims, whenever it is asked.
///
/// # Errors
/// `temporarily_unavailable` when the signing key cannot be used.
pub async fn respond(
    app: &App,
    context: &Context,
    client: &Client,
    issue: Issue<'_>,
) -> Result<TokenResponse, OAuthError> {
    let Issue { grant_id, issued, scope, resources, nonce, by_name } = issue;
    let audience = resources::audience(app, &resources, &scope);
    let id = AccessTokenId::new(issued.generation, issued.repetition, &scope, &audience);
    let claims = AccessTokenClaims {
        iss: app.config.issuer.as_str().to_owned(),
        sub: issued.authority.user_id.clone(),
        aud: audience.into(),
        client_id: issued.authority.client_id.clone(),
        scope: scope.clone(),
        jti: id.jti(grant_id),
        iat: issued.issued_at,
        exp: issued.expires_at,
        gty: None,
    };
    let access_token = tokens::sign(app, context, &claims).await?;
    let id_token = if scope.contains(OPENID) {
        let exchange = Exchange { issued: &issued, nonce: nonce.as_deref(), access_token: &access_token, by_name };
        Some(id_tokens::sign(app, context, client, exchange).await?)
    } else {
        None
    };
    let refresh_token =
        issued.refresh.map(|(number, mac)| RefreshToken { grant_id: grant_id.to_owned(), number, mac }.encode());
    Ok(TokenResponse {
        access_token,
        token_type: BEARER,
        expires_in: issued.expires_at.since(context.now()).as_secs(),
        refresh_token,
        id_token,
        scope,
    })
}
