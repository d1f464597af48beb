//! Client authentication (RFC 6749 2.3).

use std::sync::Arc;

use super::client_keys;
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::{Client, ClientAuthentication};
use crate::ports::Freshness;
use crate::protocol::client_auth::ClientCredentials;
use crate::protocol::error::OAuthError;
use crate::protocol::jose::client_assertion::{ClientAssertion, OneUse};
use crate::store::{self, used_assertions};

/// A client that has proven who it is. Only [`Proven::settle`] makes one.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient(Arc<Client>);

impl std::ops::Deref for AuthenticatedClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

/// A client whose proof is right, but may have been used before.
#[derive(Debug)]
pub struct Proven {
    client: Arc<Client>,
    /// What is used up by this request, for a client that proves itself by an assertion.
    once: Option<OneUse>,
}

impl Proven {
    /// The client, for what may be looked up, but not yet told or done.
    #[must_use]
    pub fn unsettled(&self) -> &Client {
        &self.client
    }

    /// Uses the proof up, where it is good once. Last before anything is done: what is refused before uses nothing up.
    ///
    /// # Errors
    /// `invalid_client` when it was used before.
    pub async fn settle(&self, app: &App, context: &Context) -> Result<AuthenticatedClient, OAuthError> {
        let Some(once) = &self.once else { return Ok(AuthenticatedClient(Arc::clone(&self.client))) };
        if app.database.run(used_assertions::insert(once)).await?.changes == 0 {
            let refused = Happening::refused(EventKind::ClientRefused, "the client assertion was used before");
            context.record(refused.client(self.client.id.clone()));
            return Err(not_good("it was used before (jti): make one for each request"));
        }
        Ok(AuthenticatedClient(Arc::clone(&self.client)))
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

/// As [`prove`], and uses the proof up.
///
/// # Errors
/// As [`prove`] and [`Proven::settle`].
pub async fn authenticate_for<T>(
    app: &App,
    context: &Context,
    credentials: &ClientCredentials,
    suits: impl Fn(&Client) -> Result<T, OAuthError>,
) -> Result<(AuthenticatedClient, T), OAuthError> {
    let (proven, suiting) = prove(app, context, credentials, suits).await?;
    Ok((proven.settle(app, context).await?, suiting))
}

/// Proves who a client is. A record kept in the isolate may confirm; before anything is refused the primary is read,
/// once, whether the client exists or not, so that the two look alike from outside. What an assertion says of itself is judged
/// before, and for everybody alike.
///
/// `suits` is what else must hold of the client's record for this request, and what follows from it.
///
/// # Errors
/// `invalid_client`, the same for an unknown client, a wrong secret or key, the wrong method and a disabled client; or what
/// `suits` refuses.
pub async fn prove<T>(
    app: &App,
    context: &Context,
    credentials: &ClientCredentials,
    suits: impl Fn(&Client) -> Result<T, OAuthError>,
) -> Result<(Proven, T), OAuthError> {
    let id = credentials.client_id();
    check_assertion(app, context, credentials)?;
    let once = credentials.assertion().map(ClientAssertion::one_use);
    if let Some(client) = app.clients.get(id, context.now())
        && proves(app, context, &client, credentials).await?
        && let Ok(suiting) = suits(&client)
    {
        return Ok((Proven { client, once }, suiting));
    }
    let client = fetch(app, context, id).await?;
    let client = proven(app, context, client, credentials).await?.ok_or_else(|| refuse(context, credentials))?;
    let suiting = suits(&client)?;
    Ok((Proven { client, once }, suiting))
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

/// The client as the primary knows it, if the credentials are its own; for that, its keys may be fetched.
async fn proven(
    app: &App,
    context: &Context,
    client: Option<Arc<Client>>,
    credentials: &ClientCredentials,
) -> Result<Option<Arc<Client>>, OAuthError> {
    let Some(client) = client.filter(|client| !client.is_disabled()) else { return Ok(None) };
    let proven = match credentials.assertion() {
        Some(assertion) => client_keys::signed_after_fetching(app, context, &client, assertion).await?,
        None => proves(app, context, &client, credentials).await?,
    };
    Ok(proven.then_some(client))
}

async fn proves(
    app: &App,
    context: &Context,
    client: &Client,
    credentials: &ClientCredentials,
) -> Result<bool, OAuthError> {
    if client.is_disabled() {
        return Ok(false);
    }
    match (&client.authentication, credentials.secret(), credentials.assertion()) {
        (ClientAuthentication::Public, None, None) => Ok(true),
        (ClientAuthentication::Secret(_), Some(secret), None) => Ok(client.has_secret(secret)),
        (ClientAuthentication::Keys(_), None, Some(assertion)) => {
            client_keys::signed(app, context, client, assertion).await
        }
        _ => Ok(false),
    }
}

fn check_assertion(app: &App, context: &Context, credentials: &ClientCredentials) -> Result<(), OAuthError> {
    let Some(assertion) = credentials.assertion() else { return Ok(()) };
    let (issuer, token_endpoint) = (app.config.issuer.as_str(), app.config.issuer.url("/oauth/token"));
    assertion.check([issuer, &token_endpoint], context.now()).map_err(|why| {
        let refused = Happening::refused(EventKind::ClientRefused, format!("the client assertion is not good: {why}"));
        context.record(refused.client_as_sent(credentials.client_id()));
        not_good(why)
    })
}

fn not_good(why: &str) -> OAuthError {
    OAuthError::invalid_client(format!("the client assertion is not good: {why}"))
}

fn refuse(context: &Context, credentials: &ClientCredentials) -> OAuthError {
    let refused = Happening::refused(EventKind::ClientRefused, "client authentication failed");
    context.record(refused.client_as_sent(credentials.client_id()));
    OAuthError::invalid_client(match credentials {
        ClientCredentials::Basic { .. } | ClientCredentials::Body { .. } => "client authentication failed",
        ClientCredentials::Assertion(_) => {
            "client authentication failed: the client assertion is not signed by a key of a client that is registered for \
             private_key_jwt"
        }
        // Said to everybody who sends no secret, whether the client is known or not: agents often forget that a registration
        // that does not ask for `none` is one for a secret (RFC 7591 section 2).
        ClientCredentials::Public { .. } => {
            "client authentication failed: a client has a secret and must send it (client_secret_basic), unless it was \
             registered with token_endpoint_auth_method none"
        }
    })
    .as_guess()
}
