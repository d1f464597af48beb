//! Whose key signed a client assertion (`private_key_jwt`), and the keys at a client's `jwks_uri`.
//!
//! Those are kept in the client's row, where all isolates find them, and are fetched again when they are used and older than ten
//! minutes, and at once for a signature that none of them made (a key that is new). A client's address is asked once a minute, or
//! twice in a row, by all isolates together, whoever makes us ask. While it does not answer, the last ones count for a day.

use std::sync::Arc;

use log::Level;
use serde_json::json;

use crate::app::{App, Context, log_line};
use crate::model::client::{Client, ClientAuthentication};
use crate::model::client_keys::{ClientKeys, FetchedKeys, KeySource};
use crate::protocol::error::OAuthError;
use crate::protocol::jose::client_assertion::ClientAssertion;
use crate::protocol::jose::verification_key::{self, VerificationKey};
use crate::protocol::json::from_text;
use crate::service::fetch;
use crate::service::signed_by_another::verify;
use crate::store::client_keys;

/// Whether one of the client's keys that are at hand signed `assertion`: registered ones, or fetched ones that are fresh.
///
/// # Errors
/// When the signature cannot be looked at.
pub async fn signed(
    app: &App,
    context: &Context,
    client: &Client,
    assertion: &ClientAssertion,
) -> Result<bool, OAuthError> {
    let Some(keys) = client.keys() else { return Ok(false) };
    Ok(takes(keys, assertion) && verify(app, &keys.at_hand(context.now()), assertion.signed()).await?)
}

/// The same, after looking at the client's `jwks_uri` for what is not at hand, if it may be asked now.
///
/// # Errors
/// When the database fails.
pub async fn signed_after_fetching(
    app: &App,
    context: &Context,
    client: &Client,
    assertion: &ClientAssertion,
) -> Result<bool, OAuthError> {
    if signed(app, context, client, assertion).await? {
        return Ok(true);
    }
    let Some(keys) = client.keys().filter(|keys| takes(keys, assertion)) else { return Ok(false) };
    let KeySource::At { uri, fetched } = &keys.source else { return Ok(false) };
    match fetch_again(app, context, client, uri).await? {
        Some(found) => verify(app, &found, assertion.signed()).await,
        // Fresh ones have been tried.
        None if fetched.as_ref().is_some_and(|fetched| fetched.are_fresh(context.now())) => Ok(false),
        None => verify(app, &keys.last_good(context.now()), assertion.signed()).await,
    }
}

/// What was registered for the client binds (RFC 7591 section 2).
fn takes(keys: &ClientKeys, assertion: &ClientAssertion) -> bool {
    keys.algorithm.is_none_or(|only| only == assertion.signed().algorithm())
}

/// Asks `uri` for its keys and keeps them; `None` when it may not be asked now, or did not answer with keys.
async fn fetch_again(
    app: &App,
    context: &Context,
    client: &Client,
    uri: &str,
) -> Result<Option<Vec<VerificationKey>>, OAuthError> {
    let now = context.now().floor_to_second();
    if app.database.run(client_keys::claim_asking(&client.id, uri, now)).await?.changes == 0 {
        return Ok(None);
    }
    let keys = match ask(app, uri).await {
        Ok(keys) => keys,
        Err(why) => {
            log_line(Level::Warn, "keys_not_fetched", json!({ "client_id": client.id, "problem": why }));
            return Ok(None);
        }
    };
    app.database.run(client_keys::keep(&client.id, uri, &keys, now)).await?;
    let fetched = Some(FetchedKeys { keys: keys.clone(), at: now });
    let source = KeySource::At { uri: uri.to_owned(), fetched };
    let known = client.keys().map(|known| ClientKeys { source, ..known.clone() });
    if let Some(known) = known {
        let client = Client { authentication: ClientAuthentication::Keys(known), ..client.clone() };
        app.clients.put(&client.id.clone(), Arc::new(client), context.now());
    }
    Ok(Some(keys))
}

/// A set without any key that we can use is an answer like any other: so a client withdraws all of them.
async fn ask(app: &App, uri: &str) -> Result<Vec<VerificationKey>, String> {
    let reply = fetch::document(app, uri, fetch::is_json).await.map_err(|error| error.to_string())?;
    let text = std::str::from_utf8(&reply.body).map_err(|error| error.to_string())?;
    let set = from_text(text).map_err(|_| "it is no JSON object".to_owned())?;
    Ok(verification_key::usable(&set)?)
}
