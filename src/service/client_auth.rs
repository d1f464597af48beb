//! Client authentication (RFC 6749 2.3).

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::{Client, ClientAuthentication};
use crate::ports::Freshness;
use crate::protocol::client_auth::ClientCredentials;
use crate::protocol::digest::{equal_in_constant_time, sha256_base64url};
use crate::protocol::error::OAuthError;
use crate::store;

/// A client that has proven who it is. Only [`authenticate`] makes one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Client);

impl std::ops::Deref for AuthenticatedClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

/// Proves who a client is. A record kept in the isolate may confirm; before anything is refused the primary is read,
/// once, whether the client exists or not, so that the two look alike from outside.
///
/// # Errors
/// `invalid_client`, the same for an unknown client, a wrong secret, the wrong method and a disabled client.
pub async fn authenticate(
    app: &App,
    context: &Context,
    credentials: &ClientCredentials,
) -> Result<AuthenticatedClient, OAuthError> {
    let id = credentials.client_id();
    let cached = app.clients.get(id, context.now());
    if let Some(client) = cached.filter(|client| proves(client, credentials)) {
        return Ok(AuthenticatedClient(client));
    }
    let client = fetch(app, context, id).await?;
    match client.filter(|client| proves(client, credentials)) {
        Some(client) => Ok(AuthenticatedClient(client)),
        None => Err(refuse(context, id)),
    }
}

/// Reads a client from the primary and keeps it for the next requests of this isolate.
///
/// # Errors
/// When the database fails.
pub async fn fetch(app: &App, context: &Context, id: &str) -> Result<Option<Client>, OAuthError> {
    let client = store::clients::lookup(&*app.database, id, Freshness::Primary).await?;
    match &client {
        Some(client) => app.clients.put(id, client.clone(), context.now()),
        None => app.clients.forget(id),
    }
    Ok(client)
}

fn proves(client: &Client, credentials: &ClientCredentials) -> bool {
    let presented = credentials.secret();
    let proven = match (&client.authentication, presented) {
        (ClientAuthentication::Public, None) => true,
        (ClientAuthentication::Secret(Some(hash)), Some(secret)) => {
            equal_in_constant_time(sha256_base64url(secret).as_bytes(), hash.as_bytes())
        }
        _ => false,
    };
    proven && !client.is_disabled()
}

fn refuse(context: &Context, id: &str) -> OAuthError {
    let happening = Happening::refused(EventKind::ClientRefused, "client authentication failed");
    context.record(with_claimed_client(happening, id));
    OAuthError::invalid_client("client authentication failed")
}

/// Names the client that a request said it is from: not proven, so it is repeated only when it looks like an id.
#[must_use]
pub fn with_claimed_client(happening: Happening, id: &str) -> Happening {
    let plausible = id.len() <= 128 && id.bytes().all(|b| b.is_ascii_graphic());
    if plausible { happening.client(id) } else { happening }
}
