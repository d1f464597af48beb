//! Client authentication (RFC 6749 2.3).

use std::sync::Arc;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::{Client, ClientAuthentication};
use crate::ports::Freshness;
use crate::protocol::client_auth::ClientCredentials;
use crate::protocol::error::OAuthError;
use crate::store;

/// A client that has proven who it is. Only [`authenticate`] makes one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Arc<Client>);

impl std::ops::Deref for AuthenticatedClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

/// Proves who a client is, for a request that suits its record.
///
/// # Errors
/// As [`authenticate_for`].
pub async fn authenticate(
    app: &App,
    context: &Context,
    credentials: &ClientCredentials,
    suits: impl Fn(&Client) -> Result<(), OAuthError>,
) -> Result<AuthenticatedClient, OAuthError> {
    Ok(authenticate_for(app, context, credentials, suits).await?.0)
}

/// Proves who a client is. A record kept in the isolate may confirm; before anything is refused the primary is read,
/// once, whether the client exists or not, so that the two look alike from outside.
///
/// `suits` is what else must hold of the client's record for this request, and what follows from it.
///
/// # Errors
/// `invalid_client`, the same for an unknown client, a wrong secret, the wrong method and a disabled client; or what
/// `suits` refuses.
pub async fn authenticate_for<T>(
    app: &App,
    context: &Context,
    credentials: &ClientCredentials,
    suits: impl Fn(&Client) -> Result<T, OAuthError>,
) -> Result<(AuthenticatedClient, T), OAuthError> {
    let id = credentials.client_id();
    let cached = app.clients.get(id, context.now()).filter(|client| proves(client, credentials));
    if let Some(client) = cached
        && let Ok(suiting) = suits(&client)
    {
        return Ok((AuthenticatedClient(client), suiting));
    }
    let client = fetch(app, context, id).await?;
    let client = client.filter(|client| proves(client, credentials)).ok_or_else(|| refuse(context, credentials))?;
    let suiting = suits(&client)?;
    Ok((AuthenticatedClient(client), suiting))
}

/// For a request that any client may make.
///
/// # Errors
/// None.
pub fn any(_: &Client) -> Result<(), OAuthError> {
    Ok(())
}

/// A client as it was known within the last 30 s, whoever asks; `None` when there is none or it is switched off.
///
/// # Errors
/// When the database fails.
pub async fn known(app: &App, context: &Context, id: &str) -> Result<Option<Arc<Client>>, OAuthError> {
    let cached = app.clients.get(id, context.now()).filter(|client| !client.is_disabled());
    if cached.is_some() {
        return Ok(cached);
    }
    Ok(fetch(app, context, id).await?.filter(|client| !client.is_disabled()))
}

/// Reads a client from the primary and keeps it for the next requests of this isolate.
///
/// # Errors
/// When the database fails.
pub async fn fetch(app: &App, context: &Context, id: &str) -> Result<Option<Arc<Client>>, OAuthError> {
    let client = store::clients::lookup(&*app.database, id, Freshness::Primary).await?.map(Arc::new);
    match &client {
        Some(client) => app.clients.put(id, Arc::clone(client), context.now()),
        None => app.clients.forget(id),
    }
    Ok(client)
}

fn proves(client: &Client, credentials: &ClientCredentials) -> bool {
    let presented = credentials.secret();
    let proven = match (&client.authentication, presented) {
        (ClientAuthentication::Public, None) => true,
        (ClientAuthentication::Secret(_), Some(secret)) => client.has_secret(secret),
        _ => false,
    };
    proven && !client.is_disabled()
}

fn refuse(context: &Context, credentials: &ClientCredentials) -> OAuthError {
    let refused = Happening::refused(EventKind::ClientRefused, "client authentication failed");
    context.record(refused.client_as_sent(credentials.client_id()));
    // Said to everybody who sends no secret, whether the client is known or not: agents often forget that a registration
    // that does not ask for `none` is one for a secret (RFC 7591 section 2).
    OAuthError::invalid_client(match credentials.secret() {
        Some(_) => "client authentication failed",
        None => {
            "client authentication failed: a client has a secret and must send it (client_secret_basic), unless it was \
             registered with token_endpoint_auth_method none"
        }
    })
}
