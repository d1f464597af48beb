//! Clients as administrators make and change them.

mod check;
pub mod keys;
mod lists;
mod members;
mod remove;

use serde::Deserialize;
use serde_json::Value;

use self::check::check_id;
pub use self::check::{check_description, check_name, check_resource, check_scopes, check_whole, checked};
use self::keys::with_keys;
pub use self::lists::{ClientFilter, list};
use self::members::Members;
pub use self::remove::{dependents, remove};
use crate::app::{App, Context, Happening};
use crate::config::RequirePkce;
use crate::model::audit::EventKind;
use crate::model::client::{Client, ClientAuthentication, ClientLinks, ConsentPolicy, GrantType, Origin, RelyingParty};
use crate::model::client_lifetimes::ClientLifetimes;
use crate::model::client_settings::AuthMethod;
pub use crate::model::client_settings::ClientSettings;
use crate::ports::Freshness;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::json::{from_text, in_member, member_of};
use crate::protocol::time::Timestamp;
use crate::service::errors::taken;
use crate::store::{self, clients};

/// What a new client is to be.
#[derive(Debug, Default, Deserialize)]
#[serde(try_from = "Members")]
pub struct NewClient {
    /// Its id; none: one is made up.
    pub client_id: Option<String>,
    /// Whether it proves itself by nothing; also said by `token_endpoint_auth_method`.
    pub public: bool,
    /// What may be edited later, too.
    pub settings: ClientSettings,
}

/// By hand, since serde's `flatten` would let unknown members through.
impl TryFrom<Members> for NewClient {
    type Error = serde_json::Error;

    fn try_from(Members(mut members): Members) -> Result<Self, Self::Error> {
        let mut take = |name: &str| members.remove(name).unwrap_or_default().to_string();
        // By way of text: a reader of values would be a second one for every type (protocol/json.rs).
        let client_id = from_text(&take("client_id")).map_err(|error| in_member("client_id", &error))?;
        let public: Option<bool> = from_text(&take("public")).map_err(|error| in_member("public", &error))?;
        let settings = Value::Object(members).to_string();
        let settings = from_text(&settings).map_err(|error| match member_of(settings.as_bytes(), &error) {
            Some(member) => in_member(&member, &error),
            None => error,
        })?;
        Ok(Self { client_id, public: public.unwrap_or_default(), settings })
    }
}

/// Makes a client. The secret of one that has a secret is answered this once.
///
/// # Errors
/// `invalid_request` for settings that contradict each other, `conflict` for an id that is taken.
pub async fn create(
    app: &App,
    context: &Context,
    actor: &str,
    new: NewClient,
) -> Result<(Client, Option<String>), OAuthError> {
    let keys = keys::of_new(app, &new.settings)?;
    let secret = (!is_public(&new)? && keys.is_none()).then(|| app.random_text::<32>());
    let id = match new.client_id {
        Some(id) => check_id(id).map_err(|error| error.field("client_id"))?,
        None => app.random_text::<16>(),
    };
    let now = context.now().floor_to_second();
    if new.settings.client_name.is_none() {
        return Err(OAuthError::invalid_request("client_name is missing").field("client_name"));
    }
    let settings = checked(app, context, new.settings).await?;
    let blank = with_keys(app, blank(app, id, String::new(), secret.as_deref(), now), keys);
    let client = settings.applied(blank, now);
    check_whole(&client)?;
    let added = app.database.run(clients::insert(&client)).await;
    added.map_err(|error| taken(error, "a client of this id exists already").field("client_id"))?;
    context.record(Happening::done(EventKind::ClientCreated).by(actor).client(client.id.clone()));
    Ok((client, secret))
}

fn is_public(new: &NewClient) -> Result<bool, OAuthError> {
    match new.settings.token_endpoint_auth_method {
        None => Ok(new.public),
        Some(AuthMethod::None) => Ok(true),
        Some(_) if new.public => {
            let text = "the token_endpoint_auth_method of a public client is none";
            Err(OAuthError::invalid_request(text).field("token_endpoint_auth_method"))
        }
        Some(_) => Ok(false),
    }
}

/// A client as it is when nothing else was said.
#[must_use]
pub fn blank(app: &App, id: String, name: String, secret: Option<&str>, now: Timestamp) -> Client {
    let public = secret.is_none();
    Client {
        id,
        name,
        links: ClientLinks::default(),
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
        lifetimes: ClientLifetimes::default(),
        relying_party: RelyingParty::default(),
        origin: Origin::Administrator,
        owner: None,
        disabled_at: None,
        valid_from: Timestamp::from_seconds(0),
        created_at: now,
    }
}

/// Changes a client: what `settings` name and nothing else, so that edits at the same time do not undo each other. The
/// whole is checked as it was read; of two such edits each may be good where both are not, and then the rules of use
/// are the stricter ones (nothing is skipped for a client that is not first-party).
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
    let settings = checked(app, context, settings).await?;
    let now = context.now().floor_to_second();
    let before = find(app, id).await?;
    let settings = with_ceiling(&before, settings);
    let keys = keys::of_edited(app, &before, &settings)?;
    check_whole(&settings.applied(before, now))?;
    let read_back = clients::select(id).fresh(Freshness::Primary);
    let statements = keys.into_iter().chain([clients::update(id, &settings, now), read_back]).collect();
    let mut outcomes = app.database.batch(statements).await?.into_iter().rev();
    let client = clients::read(&outcomes.next().unwrap_or_default())?;
    let changed = outcomes.next().unwrap_or_default().changes > 0;
    let client = client.filter(|_| changed).ok_or_else(nowhere)?;
    app.clients.forget(id);
    app.forget_standings();
    context.record(Happening::done(EventKind::ClientUpdated).by(actor).client(id).because(settings.names()));
    Ok(client)
}

/// What a client says of itself it may say again at any time (RFC 7592, its document), so what an administrator leaves to it is kept
/// apart.
fn with_ceiling(client: &Client, settings: ClientSettings) -> ClientSettings {
    let scope_ceiling = settings.scope.clone().filter(|_| !client.is_vouched_for());
    ClientSettings { scope_ceiling, ..settings }
}

/// Replaces a confidential client's secret and answers the new one, this once.
///
/// # Errors
/// `not_found`, and `invalid_request` for a public client and one with keys.
pub async fn replace_secret(app: &App, context: &Context, actor: &str, id: &str) -> Result<String, OAuthError> {
    match find(app, id).await?.authentication {
        ClientAuthentication::Public => return Err(OAuthError::invalid_request("a public client has no secret")),
        ClientAuthentication::Keys(_) => {
            return Err(OAuthError::invalid_request(
                "a client that proves itself by keys (private_key_jwt) has no secret",
            ));
        }
        ClientAuthentication::Secret(_) => {}
    }
    let secret = app.random_text::<32>();
    if app.database.run(clients::replace_secret(id, &sha256_base64url(&secret))).await?.changes == 0 {
        return Err(nowhere());
    }
    app.clients.forget(id);
    context.record(Happening::done(EventKind::ClientSecretCreated).by(actor).client(id));
    Ok(secret)
}

/// The client of this id.
///
/// # Errors
/// `not_found`.
pub async fn find(app: &App, id: &str) -> Result<Client, OAuthError> {
    let client = store::clients::lookup(&*app.database, id, Freshness::Primary).await?;
    client.ok_or_else(nowhere)
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is no client of this id")
}
