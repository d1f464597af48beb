//! Access tokens: ES256 JWTs after RFC 9068, signed and verified by the `Signer` port. And how every token is signed.

use std::sync::Arc;

use crate::app::{App, Context};
use crate::model::grant::AccessTokenId;
use crate::protocol::error::OAuthError;
use crate::protocol::jose::access_token::{self, AccessTokenClaims, Unverified, Verified};
use crate::protocol::jose::jwk::Algorithm;
use crate::protocol::jose::jws;
use crate::service::signing_keys;

/// Signs an access token.
///
/// # Errors
/// As [`sign_with`].
pub async fn sign(app: &App, context: &Context, claims: &AccessTokenClaims) -> Result<String, OAuthError> {
    let signing_input = |kid: &str, algorithm| access_token::signing_input(kid, algorithm, claims);
    sign_with(app, context, Algorithm::Es256, signing_input).await
}

/// Signs a token of ours with the key that signs by `algorithm`; `signing_input` writes it for that key. A hop when the isolate
/// does not know the keys: see [`signing_keys::known`], which is for looking beside something else.
///
/// # Errors
/// `server_error` when there is no such key any more, `temporarily_unavailable` when it cannot be used or the database fails.
pub async fn sign_with(
    app: &App,
    context: &Context,
    algorithm: Algorithm,
    signing_input: impl FnOnce(&str, Algorithm) -> Result<String, OAuthError>,
) -> Result<String, OAuthError> {
    let kid = signing_keys::signing(app, context.now(), algorithm).await?;
    let signing_input = signing_input(&kid, algorithm)?;
    let signature = app.signer.sign(&kid, signing_input.as_bytes()).await?;
    Ok(jws::assemble(&signing_input, &signature))
}

/// The grant and the token within it that an access token's `jti` names; `None` for a token without a grant.
#[must_use]
pub fn grant_of<'a>(app: &App, jti: &'a str) -> Option<(&'a str, AccessTokenId)> {
    AccessTokenId::parse(jti).filter(|(grant_id, _)| app.grants.is_id(grant_id))
}

/// What a text is that was shown as an access token.
pub enum Shown {
    /// An access token of ours whose signature, type, issuer and times are right.
    Good(Arc<Verified>),
    /// Signed by us, but over, or no access token.
    Authentic,
    /// Nothing of ours.
    Foreign,
}

/// Reads what was shown as an access token. Whether it was taken back, or its key, is not asked here. A program sends its token
/// many times: what was verified once is known for 30 s, except whether it is over.
///
/// # Errors
/// As [`signing_keys::verify`].
pub async fn read(app: &App, context: &Context, token: &str) -> Result<Shown, OAuthError> {
    let now = context.now();
    if let Some(verified) = app.verified.get(token, now) {
        return Ok(if verified.is_over(now) { Shown::Authentic } else { Shown::Good(verified) });
    }
    let Some(unverified) = Unverified::parse(token) else { return Ok(Shown::Foreign) };
    let Some(algorithm) = signing_keys::verify(app, now, &unverified).await? else { return Ok(Shown::Foreign) };
    let kid = unverified.kid().to_owned();
    let claims = unverified.claims_after_verification(algorithm, app.config.issuer.as_str(), now);
    let Some(claims) = claims else { return Ok(Shown::Authentic) };
    let verified = Arc::new(Verified { claims, kid });
    app.verified.put(token, Arc::clone(&verified), now);
    Ok(Shown::Good(verified))
}

/// The claims of an access token that [`read`] finds good.
///
/// # Errors
/// As [`read`].
pub async fn verify(app: &App, context: &Context, token: &str) -> Result<Option<Arc<Verified>>, OAuthError> {
    match read(app, context, token).await? {
        Shown::Good(verified) => Ok(Some(verified)),
        Shown::Authentic | Shown::Foreign => Ok(None),
    }
}
