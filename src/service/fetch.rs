//! Documents that others publish, fetched by us under the rules for requests we make (docs/security.md): only where
//! [`outbound`] lets us ask, never ourselves, 5 s, 64 KiB, no redirect, a 200 of the right media type.

use std::time::Duration;

use url::Url;

use crate::app::App;
use crate::config::Config;
use crate::ports::{HttpLimits, HttpReply, StorageError};
use crate::protocol::{outbound, uri};

const LIMITS: HttpLimits = HttpLimits { deadline: Duration::from_secs(5), bytes: 64 * 1024 };

/// Why there is no document. For the log: what another server answers is no business of whoever asked us.
#[derive(Debug, thiserror::Error)]
pub enum Unfetched {
    /// The URL leads where no request of ours may go.
    #[error("may not be asked")]
    NotAllowed,
    /// The URL leads to this server.
    #[error("leads to this server")]
    Ourselves,
    /// No answer within the limits.
    #[error("did not answer: {0}")]
    NoAnswer(#[from] StorageError),
    /// Another status than 200; a redirect is one of them.
    #[error("answered with status {0}")]
    Status(u16),
    /// A document of another kind.
    #[error("answered with another media type")]
    MediaType,
}

/// Fetches the document at `url`, if it is of a media type that `is_type` knows (in lower case, without parameters).
///
/// # Errors
/// [`Unfetched`].
pub async fn document(app: &App, url: &str, is_type: fn(&str) -> bool) -> Result<HttpReply, Unfetched> {
    let url = allowed(&app.config, url)?;
    let reply = app.http.get(url.as_str(), LIMITS).await?;
    if reply.status != 200 {
        return Err(Unfetched::Status(reply.status));
    }
    if !media_type(&reply).is_some_and(|found| is_type(&found)) {
        return Err(Unfetched::MediaType);
    }
    Ok(reply)
}

/// `url` as one that we may ask. Asking ourselves could go on without end.
///
/// # Errors
/// [`Unfetched::NotAllowed`], [`Unfetched::Ourselves`].
pub fn allowed(config: &Config, url: &str) -> Result<Url, Unfetched> {
    let url = outbound::allowed(url, config.development).ok_or(Unfetched::NotAllowed)?;
    if url.host_str().is_some_and(|host| is_ours(config, host)) { Err(Unfetched::Ourselves) } else { Ok(url) }
}

/// The declared media type in lower case, without its parameters.
#[must_use]
pub fn media_type(reply: &HttpReply) -> Option<String> {
    let declared = reply.content_type.as_deref()?.split(';').next()?;
    Some(declared.trim().to_ascii_lowercase())
}

/// Whether a media type is JSON: `application/json`, or one built on it (RFC 6839 section 3.1).
#[must_use]
pub fn is_json(media_type: &str) -> bool {
    let subtype = media_type.strip_prefix("application/");
    subtype.is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

/// In development everything is one host.
fn is_ours(config: &Config, host: &str) -> bool {
    let ours = uri::parse(config.issuer.as_str());
    !config.development && ours.is_some_and(|ours| ours.host_str() == Some(host.trim_end_matches('.')))
}
