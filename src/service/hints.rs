//! ID tokens that come back to us as hints (OpenID Connect Core 3.1.2.1, RP-Initiated Logout 2).

use crate::app::App;
use crate::protocol::error::OAuthError;
use crate::protocol::jose::id_token::{Hint, Unverified};

/// What an ID token of ours tells, over or not; `None` for anything else.
///
/// # Errors
/// `temporarily_unavailable` when the key cannot be used.
pub async fn read(app: &App, token: &str) -> Result<Option<Hint>, OAuthError> {
    let Some(unverified) = Unverified::parse(token) else { return Ok(None) };
    let Some(key) = app.config.signing_keys.find(unverified.kid()) else { return Ok(None) };
    if !app.signer.verify(&key.kid, unverified.signing_input(), unverified.signature()).await? {
        return Ok(None);
    }
    Ok(unverified.hint_after_verification(key.algorithm, app.config.issuer.as_str()))
}
