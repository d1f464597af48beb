//! Clients that describe themselves (draft-ietf-oauth-client-id-metadata-document-03): their id is a URL, and what lies there
//! is what they would have registered.
//!
//! A document is read only for somebody who is signed in, so that nobody else can have us ask other servers; it is read again
//! when it is no longer fresh, before a person is asked about the client. What was read last is a row in `clients`, and the
//! token, revocation and introspection endpoints know nothing else.

use futures_util::join;
use serde_json::{Map, Value};

use super::metadata::{KEYS, Metadata, invalid};
use super::{as_metadata_error, open_scopes};
use crate::app::{App, Context, Happening};
use crate::config::{Config, DynamicRegistration};
use crate::model::audit::EventKind;
use crate::model::client::{Client, Document, Origin};
use crate::ports::Freshness;
use crate::protocol::client_id_url;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::ScopeSet;
use crate::protocol::{cache_control, json};
use crate::service::clients::keys::with_keys;
use crate::service::clients::{blank, check_whole, checked};
use crate::service::fetch::{self, Unfetched};
use crate::service::throttle;
use crate::store::{clients, consents};

/// Who did it, in events.
const ACTOR: &str = "document";

/// A client as its document says, and whether that is not what people were shown before.
#[derive(Debug)]
pub struct Described {
    /// The client.
    pub client: Client,
    /// Whether what people allowed it before no longer counts.
    pub changed: bool,
}

/// Whether clients may describe themselves. Where they may not register without an administrator's help, they may not come
/// this way either.
#[must_use]
pub fn is_offered(app: &App) -> bool {
    app.config.dynamic_registration == DynamicRegistration::Open
}

/// Whether this id says where its client describes itself.
#[must_use]
pub fn is_described(app: &App, client_id: &str) -> bool {
    is_offered(app) && client_id_url::looks_like_one(client_id)
}

/// The client of an id that [`is_described`], for the person `user_id`: what is kept while that is fresh, else what its
/// document says now.
///
/// # Errors
/// `invalid_client_metadata` for a document that cannot be had or used, `too_many_requests`, `temporarily_unavailable`.
pub async fn current(
    app: &App,
    context: &Context,
    id: &str,
    kept: Option<Client>,
    user_id: &str,
) -> Result<Described, OAuthError> {
    if let Some(client) = kept.as_ref().filter(|client| !client.is_stale(context.now())) {
        return Ok(Described { client: client.clone(), changed: false });
    }
    let host = client_id_url::host(id, app.config.development)
        .ok_or_else(|| invalid("client_id is a URL, but not one at which a client can describe itself"))?;
    throttle::allows_document(app, &host, user_id).await?;
    let described = described(app, context, id, &host).await?;
    let changed = kept.as_ref().is_some_and(|kept| looks_otherwise(kept, &described));
    Ok(Described { client: keep(app, context, kept, described, changed).await?, changed })
}

/// Fetches and reads the document.
async fn described(app: &App, context: &Context, id: &str, host: &str) -> Result<Client, OAuthError> {
    let unusable = |why: &str| invalid(format!("the client metadata document at {host} {why}"));
    let (reply, open) = join!(fetch::document(app, id, fetch::is_json), open_scopes(app, context));
    let reply = reply.map_err(|unfetched| match unfetched {
        Unfetched::NoAnswer(error) => unusable("could not be fetched").source(error),
        other => unusable(&other.to_string()),
    })?;
    let sent: Map<String, Value> = json::from_bytes(&reply.body).map_err(|_| unusable("is not a JSON object"))?;
    let read = read(&app.config, id, sent, &open?)
        .map_err(|error| unusable(&format!("cannot be used: {}", error.description)))?;
    let settings = as_metadata_error(checked(app, context, read.settings).await)?;
    let now = context.now().floor_to_second();
    let fresh_for = cache_control::freshness(reply.caching.cache_control.as_deref(), reply.caching.age.as_deref());
    let origin = Origin::Document(Document { fresh_until: now + fresh_for, last_used_on: now.floor_to_day() });
    let client = with_keys(app, blank(app, id.to_owned(), String::new(), None, now), read.keys);
    let client = settings.applied(client, now);
    let client = Client { origin, ..client };
    as_metadata_error(check_whole(&client))?;
    Ok(client)
}

/// A document is written for many servers, so what another server would use is left out where it does no harm, and the rest is
/// read as a registration is. There can be no shared secret (section 4.1).
///
/// # Errors
/// `invalid_client_metadata`, `invalid_redirect_uri`.
pub fn read(config: &Config, id: &str, mut sent: Map<String, Value>, open: &ScopeSet) -> Result<Metadata, OAuthError> {
    if sent.get("client_id").and_then(Value::as_str) != Some(id) {
        return Err(invalid("its client_id is not the URL it lies at"));
    }
    if sent.contains_key("client_secret") || sent.contains_key("client_secret_expires_at") {
        return Err(invalid("it holds a client_secret"));
    }
    let method = sent.entry("token_endpoint_auth_method").or_insert_with(|| "none".into());
    if method.as_str().is_some_and(|method| method.starts_with("client_secret")) {
        return Err(invalid("its token_endpoint_auth_method needs a secret"));
    }
    if method.as_str() != Some("private_key_jwt") {
        sent.retain(|name, _| !KEYS.contains(&name.as_str()));
    }
    sent.remove("software_statement");
    keep_known(&mut sent, "grant_types", &["authorization_code", "refresh_token"]);
    keep_known(&mut sent, "response_types", &["code"]);
    let scope = sent.get("scope").and_then(Value::as_str).and_then(|scope| ScopeSet::parse(scope).ok());
    match scope.map(|scope| scope.intersection(open)).filter(|scope| !scope.is_empty()) {
        Some(scope) => sent.insert("scope".into(), scope.to_string().into()),
        None => sent.remove("scope"),
    };
    Metadata::read(config, sent, open)
}

fn keep_known(sent: &mut Map<String, Value>, name: &str, known: &[&str]) {
    if let Some(Value::Array(values)) = sent.get_mut(name) {
        values.retain(|value| value.as_str().is_none_or(|value| known.contains(&value)));
    }
}

/// What people decided by: its name, where answers go, and whether it proves who it is.
fn looks_otherwise(kept: &Client, described: &Client) -> bool {
    kept.name != described.name
        || kept.redirect_uris != described.redirect_uris
        || kept.is_public() != described.is_public()
}

/// Keeps what was read and answers it with what an administrator said of the client. A person who allowed a client that then
/// called itself otherwise is asked again.
async fn keep(
    app: &App,
    context: &Context,
    kept: Option<Client>,
    described: Client,
    changed: bool,
) -> Result<Client, OAuthError> {
    let id = &described.id;
    let mut statements = vec![clients::upsert_described(&described)];
    statements.extend(changed.then(|| consents::forget(id)));
    statements.push(clients::select(id).fresh(Freshness::Primary));
    let outcomes = app.database.batch(statements).await?;
    let client = clients::read(&outcomes.into_iter().next_back().unwrap_or_default())?;
    let client = client.ok_or_else(|| OAuthError::temporarily_unavailable("the client is gone; try again"))?;
    app.clients.forget(id);
    if kept.is_none() {
        context.record(Happening::done(EventKind::ClientRegistered).by(ACTOR).client(id.clone()));
    } else if changed {
        context.record(Happening::done(EventKind::ClientUpdated).by(ACTOR).client(id.clone()));
    }
    Ok(client)
}
