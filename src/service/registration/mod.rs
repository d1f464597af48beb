//! Clients that register themselves (RFC 7591) and look after what they registered (RFC 7592).

pub mod document;
pub mod initial_tokens;
pub mod metadata;

use serde_json::{Map, Value};

use self::metadata::{Metadata, invalid};
use super::clients::keys::with_keys;
use super::clients::{blank, check_whole, checked};
use super::{scopes, throttle};
use crate::app::{App, Context, Happening};
use crate::config::DynamicRegistration;
use crate::model::audit::EventKind;
use crate::model::client::{Client, Origin, Registration};
use crate::model::client_settings::ClientSettings;
use crate::ports::Freshness;
use crate::protocol::digest::{equal_in_constant_time, sha256_base64url};
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::store::{client_keys, clients};

/// Who did it, in events, when nobody is known.
const ACTOR: &str = "registration";

/// A client that has just registered, with what is told this once.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// Its secret, if it has one.
    pub secret: Option<String>,
    /// By which it looks after itself.
    pub access_token: String,
}

/// Registers a client. `bearer` is the initial access token, where one is needed.
///
/// # Errors
/// `not_found` where registration is off, `invalid_token` without an initial access token where one is needed,
/// `too_many_requests`, `invalid_redirect_uri`, `invalid_client_metadata`.
pub async fn register(
    app: &App,
    context: &Context,
    bearer: Option<&str>,
    sent: Map<String, Value>,
) -> Result<Registered, OAuthError> {
    may_register(app, context, bearer).await?;
    let open = open_scopes(app, context).await?;
    let Metadata { public, keys, settings, kept } = Metadata::read(&app.config, sent, &open)?;
    let settings = as_metadata_error(checked(app, context, settings).await)?;
    let (id, now) = (app.random_text::<16>(), context.now().floor_to_second());
    let secret = (!public && keys.is_none()).then(|| app.random_text::<32>());
    let access_token = app.random_text::<32>();
    let registration =
        Registration { token_hash: sha256_base64url(&access_token), metadata: kept, last_used_on: now.floor_to_day() };
    let blank = with_keys(app, blank(app, id, String::new(), secret.as_deref(), now), keys);
    let client = settings.applied(blank, now);
    let client = Client { origin: Origin::Registration(registration), ..client };
    as_metadata_error(check_whole(&client))?;
    app.database.run(clients::insert(&client)).await?;
    context.record(Happening::done(EventKind::ClientRegistered).by(ACTOR).client(client.id.clone()));
    Ok(Registered { client, secret, access_token })
}

async fn may_register(app: &App, context: &Context, bearer: Option<&str>) -> Result<(), OAuthError> {
    match app.config.dynamic_registration {
        DynamicRegistration::Off => return Err(OAuthError::not_found("clients cannot register themselves here")),
        DynamicRegistration::Token => initial_tokens::check(app, context, bearer).await?,
        DynamicRegistration::Open => {}
    }
    throttle::allows_registration(app, context).await
}

async fn open_scopes(app: &App, context: &Context) -> Result<ScopeSet, OAuthError> {
    let table = scopes::all(app, context).await?;
    Ok(table.iter().filter(|scope| scope.open).map(|scope| scope.name.as_str()).collect())
}

/// RFC 7591 3.2.2 has one word for everything that is wrong with metadata.
fn as_metadata_error<T>(checked: Result<T, OAuthError>) -> Result<T, OAuthError> {
    checked.map_err(|error| if error.code.status() < 500 { invalid(error.description.clone()) } else { error })
}

fn refused() -> OAuthError {
    OAuthError::invalid_token("the registration access token is not valid for this client").as_guess()
}

/// The client that a registration access token looks after (RFC 7592 section 3). An unknown client and a wrong token are told
/// apart by nobody.
///
/// # Errors
/// `invalid_token`.
pub async fn find(app: &App, id: &str, bearer: &str) -> Result<Client, OAuthError> {
    let client = clients::lookup(&*app.database, id, Freshness::Primary).await?;
    let client = client.filter(|client| !client.is_disabled()).ok_or_else(refused)?;
    let presented = sha256_base64url(bearer);
    let good =
        |registration: &Registration| equal_in_constant_time(registration.token_hash.as_bytes(), presented.as_bytes());
    if client.registration().is_some_and(good) { Ok(client) } else { Err(refused()) }
}

/// Replaces all that a client said of itself (RFC 7592 section 2.2). It may change its keys, but goes on
/// authenticating by keys, by a secret or by nothing.
///
/// # Errors
/// `invalid_token`; `invalid_redirect_uri`, `invalid_client_metadata`.
pub async fn update(
    app: &App,
    context: &Context,
    id: &str,
    bearer: &str,
    sent: Map<String, Value>,
) -> Result<Client, OAuthError> {
    let client = find(app, id, bearer).await?;
    throttle::allows_registration(app, context).await?;
    check_update(&client, &sent)?;
    let open = open_scopes(app, context).await?;
    let Metadata { public, keys, settings, kept } = Metadata::read(&app.config, sent, &open)?;
    if (public, keys.is_some()) != (client.is_public(), client.keys().is_some()) {
        return Err(invalid("a client cannot change between having a secret, keys, and none of them"));
    }
    let settings: ClientSettings = as_metadata_error(checked(app, context, settings).await)?;
    let now = context.now().floor_to_second();
    as_metadata_error(check_whole(&settings.applied(client.clone(), now)))?;
    let keys = keys.map(|keys| client_keys::replace(id, Some(&keys)));
    let mut statements = vec![clients::update(id, &settings, now), clients::update_metadata(id, &kept)];
    statements.extend(keys);
    // Read by itself it might fail, and nobody would be told of what is in the log.
    statements.push(clients::select(id).fresh(Freshness::Primary));
    let outcomes = app.database.batch(statements).await?;
    let updated = clients::read(&outcomes.into_iter().next_back().unwrap_or_default())?.ok_or_else(refused)?;
    app.clients.forget(id);
    app.forget_standings();
    context.record(Happening::done(EventKind::ClientUpdated).by(id).client(id).because(settings.names()));
    Ok(updated)
}

/// RFC 7592 section 2.2: which client is meant is said twice, and what we made up is not the client's to say.
fn check_update(client: &Client, sent: &Map<String, Value>) -> Result<(), OAuthError> {
    const OURS: [&str; 4] =
        ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"];
    if sent.get("client_id").and_then(Value::as_str) != Some(&client.id) {
        return Err(OAuthError::invalid_request("client_id must be that of the client"));
    }
    if let Some(name) = OURS.iter().find(|name| sent.contains_key(**name)) {
        return Err(OAuthError::invalid_request(format!("{name} must not be sent")));
    }
    match sent.get("client_secret") {
        None => Ok(()),
        Some(secret) if secret.as_str().is_some_and(|secret| client.has_secret(secret)) => Ok(()),
        Some(_) => Err(OAuthError::invalid_request("client_secret is not the client's")),
    }
}

/// Removes a client with everything it was allowed (RFC 7592 section 2.3).
///
/// # Errors
/// `invalid_token`.
pub async fn remove(app: &App, context: &Context, id: &str, bearer: &str) -> Result<(), OAuthError> {
    let client = find(app, id, bearer).await?;
    throttle::allows_registration(app, context).await?;
    app.database.run(clients::delete(&client.id)).await?;
    app.clients.forget(id);
    app.forget_standings();
    context.record(Happening::done(EventKind::ClientRemoved).by(client.id.clone()).client(client.id));
    Ok(())
}

/// Whether clients may register themselves in some way, for the metadata.
#[must_use]
pub fn is_offered(app: &App) -> bool {
    app.config.dynamic_registration != DynamicRegistration::Off
}
