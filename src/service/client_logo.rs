//! A client's logo, fetched by us: browsers on the consent page tell nobody that they are there, and the page needs no
//! image source but ourselves.

use std::sync::Arc;
use std::time::Duration;

use super::client_auth;
use crate::app::{App, Context};
use crate::model::client::Client;
use crate::ports::{HttpLimits, HttpReply};
use crate::protocol::error::OAuthError;
use crate::protocol::{outbound, uri};

const LIMITS: HttpLimits = HttpLimits { deadline: Duration::from_secs(5), bytes: 64 * 1024 };

type BeginsRight = fn(&[u8]) -> bool;

/// What images begin with. No SVG: it may hold scripts.
const TYPES: [(&str, BeginsRight); 4] = [
    ("image/png", |bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n")),
    ("image/jpeg", |bytes| bytes.starts_with(b"\xff\xd8\xff")),
    ("image/gif", |bytes| bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a")),
    ("image/webp", |bytes| bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")),
];

/// An image that is what it says.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Its media type.
    pub content_type: &'static str,
    /// The image.
    pub bytes: Vec<u8>,
}

/// Fetches the logo of the client `id`.
///
/// # Errors
/// `not_found` when there is no such client, it has no logo, or the logo cannot be had; the detail says which.
pub async fn fetch(app: &App, context: &Context, id: &str) -> Result<Logo, OAuthError> {
    let url = logo_url(app, context, id).await?.ok_or_else(|| none("no such client, or it has no logo"))?;
    let url = outbound::allowed(&url, app.config.development).ok_or_else(|| none("logo_uri may not be asked"))?;
    if url.host_str().is_some_and(|host| is_ours(app, host)) {
        return Err(none("logo_uri leads to this server"));
    }
    let reply =
        app.http.get(url.as_str(), LIMITS).await.map_err(|error| none("logo_uri did not answer").source(error))?;
    checked(reply).ok_or_else(|| none("logo_uri answered something else than an image"))
}

/// The cached record may confirm that there is a logo; before it is denied, the primary is read.
async fn logo_url(app: &App, context: &Context, id: &str) -> Result<Option<String>, OAuthError> {
    let logo = |client: Arc<Client>| client.links.logo.clone().filter(|_| !client.is_disabled());
    if let Some(url) = app.clients.get(id, context.now()).and_then(logo) {
        return Ok(Some(url));
    }
    Ok(client_auth::fetch(app, context, id).await?.and_then(logo))
}

/// A logo that is another logo of ours would have us ask ourselves without end. In development everything is one host.
fn is_ours(app: &App, host: &str) -> bool {
    let ours = uri::parse(app.config.issuer.as_str());
    !app.config.development && ours.is_some_and(|ours| ours.host_str() == Some(host.trim_end_matches('.')))
}

/// The declared type and the first bytes must agree, so that no browser can read anything else from it.
fn checked(reply: HttpReply) -> Option<Logo> {
    let declared = reply.content_type.as_deref().filter(|_| reply.status == 200)?.split(';').next()?.trim();
    let (content_type, begins_right) = TYPES.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(declared))?;
    begins_right(&reply.body).then_some(Logo { content_type, bytes: reply.body })
}

fn none(detail: &str) -> OAuthError {
    OAuthError::not_found("there is no logo").detail(detail)
}
