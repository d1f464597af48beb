//! A client's logo, fetched by us: browsers on the consent page tell nobody that they are there, and the page needs no
//! image source but ourselves.

use std::sync::Arc;

use super::{client_auth, fetch, throttle};
use crate::app::{App, Context};
use crate::model::client::Client;
use crate::ports::HttpReply;
use crate::protocol::error::OAuthError;
use crate::protocol::uri;

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
    let host = uri::parse(&url).and_then(|url| url.host_str().map(str::to_owned));
    if !throttle::allows_logo(app, &host.unwrap_or_default()).await {
        return Err(none("too many logos were fetched from its host"));
    }
    let is_image = |declared: &str| TYPES.iter().any(|(name, _)| *name == declared);
    let reply = fetch::document(app, &url, is_image).await.map_err(|error| none(&format!("logo_uri {error}")))?;
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

/// The declared type and the first bytes must agree, so that no browser can read anything else from it.
fn checked(reply: HttpReply) -> Option<Logo> {
    let declared = fetch::media_type(&reply)?;
    let (content_type, begins_right) = TYPES.into_iter().find(|(name, _)| *name == declared)?;
    begins_right(&reply.body).then_some(Logo { content_type, bytes: reply.body })
}

fn none(detail: &str) -> OAuthError {
    OAuthError::not_found("there is no logo").detail(detail)
}
