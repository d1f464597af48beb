//! ID tokens that come back to us as hints (OpenID Connect Core 3.1.2.1, RP-Initiated Logout 2).

use crate::app::{App, Context};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::id_token::{Hint, Unverified};
use crate::service::signing_keys;

/// What an ID token of ours tells whose signature is right, and which key made that.
#[derive(Debug)]
pub struct Read {
    /// What it tells.
    pub hint: Hint,
    kid: String,
}

/// Reads an ID token of ours, over or not; `None` for anything else. It counts when its key [`stands`].
///
/// # Errors
/// As [`signing_keys::verify`].
pub async fn read(app: &App, context: &Context, token: &str) -> Result<Option<Read>, OAuthError> {
    let Some(unverified) = Unverified::parse(token) else { return Ok(None) };
    let Some(algorithm) = signing_keys::verify(app, context.now(), &unverified).await? else { return Ok(None) };
    let hint = unverified.hint_after_verification(algorithm, app.config.issuer.as_str());
    Ok(hint.map(|hint| Read { hint, kid: unverified.kid().to_owned() }))
}

/// Whether the key of what was read still counts; of nothing, no.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn stands(app: &App, context: &Context, read: Option<&Read>) -> Result<bool, OAuthError> {
    match read {
        Some(read) => signing_keys::stands(app, context.now(), &read.kid).await,
        None => Ok(false),
    }
}

/// What an ID token of ours tells that counts; `None` for anything else, and for no token.
///
/// # Errors
/// As [`read`] and [`stands`].
pub async fn counting(app: &App, context: &Context, token: Option<&str>) -> Result<Option<Hint>, OAuthError> {
    let Some(token) = token else { return Ok(None) };
    let read = read(app, context, token).await?;
    Ok(if stands(app, context, read.as_ref()).await? { read.map(|read| read.hint) } else { None })
}
