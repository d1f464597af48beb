//! Whether one of several keys made the signature of somebody else's JWT.

use crate::app::App;
use crate::protocol::error::OAuthError;
use crate::protocol::jose::signed_by_another::SignedByAnother;
use crate::protocol::jose::verification_key::VerificationKey;

/// Tries each key that may have made it. They are few: see [`crate::protocol::jose::verification_key::usable`].
///
/// # Errors
/// When the signature cannot be looked at.
pub async fn verify(app: &App, keys: &[VerificationKey], signed: &SignedByAnother) -> Result<bool, OAuthError> {
    for key in keys.iter().filter(|key| signed.may_be_by(key)) {
        if app.signer.verify_with(key, signed.algorithm(), signed.signing_input(), signed.signature()).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
