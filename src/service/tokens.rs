//! Access tokens: ES256 JWTs after RFC 9068, signed and verified by the `Signer` port. And how every token is signed.

use std::sync::Arc;

use crate::app::{App, Context};
use crate::model::grant::AccessTokenId;
use crate::protocol::error::OAuthError;
use crate::protocol::jose::access_token::{self, AccessTokenClaims, Unverified};
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::jose::jws;

/// Signs an access token.
///
/// # Errors
/// `temporarily_unavailable` when the key cannot be used.
pub async fn sign(app: &App, claims: &AccessTokenClaims) -> Result<String, OAuthError> {
    sign_with(app, Algorithm::Es256, |kid, algorithm| access_token::signing_input(kid, algorithm, claims)).await
}

/// Signs a token of ours with the key that signs by `algorithm`; `signing_input` writes it for that key.
///
/// # Errors
/// `server_error` when there is no such key any more, `temporarily_unavailable` when it cannot be used.
pub async fn sign_with(
    app: &App,
    algorithm: Algorithm,
    signing_input: impl FnOnce(&str, Algorithm) -> Result<String, OAuthError>,
) -> Result<String, OAuthError> {
    let key = app.config.signing_keys.active(algorithm).ok_or_else(|| {
        OAuthError::server_error("the token could not be signed").detail(format!("no {} key", algorithm.as_str()))
    })?;
    let signing_input = signing_input(&key.kid, key.algorithm)?;
    let signature = app.signer.sign(&key.kid, signing_input.as_bytes()).await?;
    Ok(jws::assemble(&signing_input, &signature))
}

/// The grant and the token within it that an access token's `jti` names; `None` for a token without a grant.
#[must_use]
pub fn grant_of<'a>(app: &App, jti: &'a str) -> Option<(&'a str, AccessTokenId)> {
    AccessTokenId::parse(jti).filter(|(grant_id, _)| app.grants.is_id(grant_id))
}

/// The claims of an access token of ours whose signature, type, issuer and times are right; `None` for anything else.
/// Whether it was taken back is not asked here. A program sends its token many times: what was verified once is known
/// for 30 s, except whether it is over.
///
/// # Errors
/// `temporarily_unavailable` when the key cannot be used.
pub async fn verify(app: &App, context: &Context, token: &str) -> Result<Option<AccessTokenClaims>, OAuthError> {
    if let Some(claims) = app.verified.get(token, context.now()) {
        return Ok((!claims.is_over(context.now())).then(|| claims.as_ref().clone()));
    }
    let Some(unverified) = Unverified::parse(token) else { return Ok(None) };
    // The key is found in our own set by `kid`, the algorithm is the key's: `alg` of the token decides nothing
    // (RFC 8725 3.1).
    let Some(key) = app.config.signing_keys.find(unverified.kid()) else { return Ok(None) };
    if !app.signer.verify(&key.kid, unverified.signing_input(), unverified.signature()).await? {
        return Ok(None);
    }
    let claims = unverified.claims_after_verification(key.algorithm, app.config.issuer.as_str(), context.now());
    if let Some(claims) = &claims {
        app.verified.put(token, Arc::new(claims.clone()), context.now());
    }
    Ok(claims)
}
