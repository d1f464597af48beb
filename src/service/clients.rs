//! Clients as administrators make and change them.

use serde::Deserialize;

use crate::app::{App, Context, Happening};
use crate::config::RequirePkce;
use crate::model::audit::EventKind;
use crate::model::client::{Client, ClientAuthentication, ConsentPolicy, GrantType};
use crate::model::user::USER_CLIENT_PREFIX;
use crate::ports::{Freshness, StorageError};
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::redirect_uri;
use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;
use crate::service::scopes;
use crate::store::{self, clients};

/// What a new client is to be.
#[derive(Debug, Default, Deserialize)]
pub struct NewClient {
    /// Its id; none: one is made up.
    pub client_id: Option<String>,
    /// Whether it has no secret.
    #[serde(default)]
    pub public: bool,
    /// What may be edited later, too.
    #[serde(flatten)]
    pub settings: ClientSettings,
}

/// What may be edited. A missing member leaves it as it is, or as a new client has it.
#[derive(Debug, Default, Deserialize)]
pub struct ClientSettings {
    /// What people are shown.
    pub client_name: Option<String>,
    /// Where answers may go.
    pub redirect_uris: Option<Vec<String>>,
    /// `authorization_code`, `refresh_token`, `client_credentials`.
    pub grant_types: Option<Vec<GrantType>>,
    /// Separated by spaces.
    pub scope: Option<String>,
    /// `always`, `once`, `skip`.
    pub consent_policy: Option<ConsentPolicy>,
    /// Whether codes need a challenge. Public clients: always.
    pub require_pkce: Option<bool>,
    /// One of the operator's own.
    pub first_party: Option<bool>,
    /// May introspect tokens meant for its resources.
    pub resource_server: Option<bool>,
    /// Its resources, as URLs.
    pub resources: Option<Vec<String>>,
    /// Switched off.
    pub disabled: Option<bool>,
}

/// Makes a client. The secret of a confidential one is answered this once.
///
/// # Errors
/// `invalid_request` for settings that contradict each other, `conflict` for an id that is taken.
pub async fn create(
    app: &App,
    context: &Context,
    actor: &str,
    new: NewClient,
) -> Result<(Client, Option<String>), OAuthError> {
    let id = match new.client_id {
        Some(id) => check_id(id)?,
        None => app.random_text::<16>(),
    };
    let secret = (!new.public).then(|| app.random_text::<32>());
    let now = context.now().floor_to_second();
    if new.settings.client_name.is_none() {
        return Err(OAuthError::invalid_request("client_name is missing"));
    }
    let mut client = blank(app, id, String::new(), secret.as_deref(), now);
    change(app, context, &mut client, new.settings).await?;
    let added = app.database.run(clients::insert(&client)).await;
    added.map_err(|error| taken(error, "a client of this id exists already"))?;
    context.record(Happening::done(EventKind::ClientCreated).by(actor).client(client.id.clone()));
    Ok((client, secret))
}

/// A client as it is when nothing else was said.
#[must_use]
pub fn blank(app: &App, id: String, name: String, secret: Option<&str>, now: Timestamp) -> Client {
    let public = secret.is_none();
    Client {
        id,
        name,
        authentication: match secret {
            Some(secret) => ClientAuthentication::Secret(Some(sha256_base64url(secret))),
            None => ClientAuthentication::Public,
        },
        redirect_uris: Vec::new(),
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        scopes: app.config.default_scopes.clone(),
        consent_policy: ConsentPolicy::Once,
        require_pkce: public || app.config.require_pkce == RequirePkce::Always,
        first_party: false,
        resource_server: false,
        resources: Vec::new(),
        owner: None,
        disabled_at: None,
        valid_from: Timestamp::from_seconds(0),
        created_at: now,
    }
}

/// Changes a client.
///
/// # Errors
/// `not_found`, and `invalid_request` for settings that contradict each other.
pub async fn edit(
    app: &App,
    context: &Context,
    actor: &str,
    id: &str,
    settings: ClientSettings,
) -> Result<Client, OAuthError> {
    let mut client = find(app, id).await?;
    change(app, context, &mut client, settings).await?;
    app.database.run(clients::update(&client)).await?;
    app.clients.forget(id);
    context.record(Happening::done(EventKind::ClientUpdated).by(actor).client(id));
    Ok(client)
}

/// Replaces a confidential client's secret and answers the new one, this once.
///
/// # Errors
/// `not_found`, and `invalid_request` for a public client.
pub async fn replace_secret(app: &App, context: &Context, actor: &str, id: &str) -> Result<String, OAuthError> {
    if find(app, id).await?.is_public() {
        return Err(OAuthError::invalid_request("a public client has no secret"));
    }
    let secret = app.random_text::<32>();
    app.database.run(clients::replace_secret(id, &sha256_base64url(&secret))).await?;
    app.clients.forget(id);
    context.record(Happening::done(EventKind::ClientSecretCreated).by(actor).client(id));
    Ok(secret)
}

async fn find(app: &App, id: &str) -> Result<Client, OAuthError> {
    let client = store::clients::lookup(&*app.database, id, Freshness::Primary).await?;
    client.ok_or_else(|| OAuthError::not_found("there is no client of this id"))
}

async fn change(app: &App, context: &Context, client: &mut Client, settings: ClientSettings) -> Result<(), OAuthError> {
    if let Some(name) = settings.client_name {
        client.name = check_name(&name)?;
    }
    if let Some(uris) = settings.redirect_uris {
        uris.iter().try_for_each(|uri| redirect_uri::validate(uri))?;
        client.redirect_uris = uris;
    }
    if let Some(scope) = settings.scope {
        client.scopes = check_scopes(app, context, &scope).await?;
    }
    if let Some(resources) = settings.resources {
        resources.iter().try_for_each(|resource| check_resource(resource))?;
        client.resources = resources;
    }
    if let Some(disabled) = settings.disabled {
        let since = client.disabled_at.unwrap_or(context.now().floor_to_second());
        client.disabled_at = disabled.then_some(since);
    }
    client.grant_types = settings.grant_types.unwrap_or(std::mem::take(&mut client.grant_types));
    client.consent_policy = settings.consent_policy.unwrap_or(client.consent_policy);
    client.require_pkce = settings.require_pkce.unwrap_or(client.require_pkce);
    client.first_party = settings.first_party.unwrap_or(client.first_party);
    client.resource_server = settings.resource_server.unwrap_or(client.resource_server);
    check_whole(client)
}

/// What must hold of a client as a whole.
fn check_whole(client: &Client) -> Result<(), OAuthError> {
    let refuse = |text: &str| Err(OAuthError::invalid_request(text));
    if client.is_public() && !client.require_pkce {
        return refuse("a public client always needs PKCE");
    }
    if client.is_public() && client.allows(GrantType::ClientCredentials) {
        return refuse("a public client may not use client_credentials");
    }
    if client.is_public() && client.resource_server {
        return refuse("a public client may not introspect tokens, so it cannot be a resource server");
    }
    if client.allows(GrantType::AuthorizationCode) && client.redirect_uris.is_empty() {
        return refuse("redirect_uris is missing: authorization_code needs at least one");
    }
    if client.consent_policy == ConsentPolicy::Skip && !client.first_party {
        return refuse("consent may be skipped for first-party clients only");
    }
    if client.owner.is_some() && !client.scopes.is_subset(&["read:tools", "call:tools"].into_iter().collect()) {
        return refuse("a user client may have read:tools and call:tools only");
    }
    Ok(())
}

fn check_id(id: String) -> Result<String, OAuthError> {
    let letters = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if id.is_empty() || id.len() > 64 || !id.bytes().all(letters) {
        return Err(OAuthError::invalid_request("client_id may have 1 to 64 letters, digits, - _ and ."));
    }
    if id.starts_with(USER_CLIENT_PREFIX) || id.starts_with(super::users::USER_ID_PREFIX) {
        return Err(OAuthError::invalid_request("client_id begins with letters kept for users"));
    }
    Ok(id)
}

/// A write that found its id or name taken is the caller's mistake, any other failure ours.
pub(super) fn taken(error: StorageError, description: &str) -> OAuthError {
    if error.constraint { OAuthError::conflict(description) } else { error.into() }
}

/// A name as people are shown it.
///
/// # Errors
/// `invalid_request` for an empty or overlong one, or control characters.
pub fn check_name(name: &str) -> Result<String, OAuthError> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        return Err(OAuthError::invalid_request("a name has 1 to 100 characters, none of them a control character"));
    }
    Ok(name.to_owned())
}

async fn check_scopes(app: &App, context: &Context, scope: &str) -> Result<ScopeSet, OAuthError> {
    let scopes = ScopeSet::parse(scope)?;
    let table = scopes::all(app, context).await?;
    let known: ScopeSet = table.iter().map(|scope| scope.name.as_str()).collect();
    match scopes.first_not_in(&known) {
        Some(unknown) => Err(OAuthError::invalid_scope(format!("there is no scope {unknown}"))),
        None => Ok(scopes),
    }
}

/// RFC 8707 section 2: an absolute URI without a fragment.
fn check_resource(resource: &str) -> Result<(), OAuthError> {
    let good = url::Url::parse(resource).is_ok_and(|url| url.has_host() && url.fragment().is_none());
    if good { Ok(()) } else { Err(OAuthError::invalid_request("a resource is an absolute URL without a fragment")) }
}
