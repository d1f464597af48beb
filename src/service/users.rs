//! Users as administrators make and change them; each gets its user client at once.

use serde::Deserialize;

use super::clients::check_name;
use super::errors::taken;
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::{
    Client, ClientAuthentication, ClientLinks, ConsentPolicy, GrantType, Owner, USER_CLIENT_SCOPES,
};
use crate::model::password;
use crate::model::user::{Role, USER_ID_PREFIX, User, user_client_id};
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::store::users::UserChange;
use crate::store::{clients, users};

const NAME_TAKEN: &str = "this name is taken";

/// Where a user client may be answered at first.
const USER_CLIENT_REDIRECT_URI: &str = "http://localhost:8501/oauth/callback";

/// What a new user is to be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// What the person signs in with; unique whatever its case.
    pub name: String,
    /// Without one, the person cannot sign in yet.
    pub password: Option<String>,
    /// `user` or `admin`.
    pub role: Option<String>,
}

/// What may be edited. A missing member leaves it as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserSettings {
    /// The name.
    pub name: Option<String>,
    /// A new password: ends every session and grant of the user.
    pub password: Option<String>,
    /// `user` or `admin`; a change ends every session and grant of the user.
    pub role: Option<String>,
    /// Switched off.
    pub disabled: Option<bool>,
}

/// Makes a user and the user client, whose secret is answered this once.
///
/// # Errors
/// `conflict` for a name that is taken, `invalid_request` for a name or password that cannot be.
pub async fn create(
    app: &App,
    context: &Context,
    actor: &str,
    new: NewUser,
) -> Result<(User, Client, String), OAuthError> {
    let name = check_name(&new.name)?;
    let role = new.role.as_deref().map_or(Ok(Role::User), parse_role)?;
    let id = format!("{USER_ID_PREFIX}{}", app.random_text::<16>());
    let password_hash = hash(app, &id, new.password.as_deref()).await?;
    let user = User {
        id,
        name,
        password_hash,
        role,
        disabled_at: None,
        valid_from: Timestamp::from_seconds(0),
        created_at: context.now().floor_to_second(),
    };
    let secret = app.random_text::<32>();
    let client = user_client(&user, &secret);
    let added = app.database.batch(vec![users::insert(&user), clients::insert(&client)]).await;
    added.map_err(|error| taken(error, NAME_TAKEN))?;
    context.record(Happening::done(EventKind::UserCreated).by(actor).to(user.id.clone()));
    Ok((user, client, secret))
}

/// The client that acts for `user`.
#[must_use]
pub fn user_client(user: &User, secret: &str) -> Client {
    Client {
        id: user_client_id(&user.id),
        name: format!("{} OAuth Client", user.name),
        links: ClientLinks::default(),
        authentication: ClientAuthentication::Secret(Some(sha256_base64url(secret))),
        redirect_uris: vec![USER_CLIENT_REDIRECT_URI.to_owned()],
        grant_types: vec![GrantType::AuthorizationCode, GrantType::ClientCredentials, GrantType::RefreshToken],
        scopes: USER_CLIENT_SCOPES.into_iter().collect(),
        consent_policy: ConsentPolicy::Once,
        require_pkce: true,
        first_party: false,
        resource_server: false,
        resources: Vec::new(),
        owner: Some(Owner { user_id: user.id.clone(), disabled: user.disabled_at.is_some() }),
        disabled_at: None,
        valid_from: Timestamp::from_seconds(0),
        created_at: user.created_at,
    }
}

/// Changes a user. With a new password or role, or switched off, all that the user had begun is dead, for good.
///
/// # Errors
/// `not_found`, and as [`create`].
pub async fn edit(
    app: &App,
    context: &Context,
    actor: &str,
    id: &str,
    settings: UserSettings,
) -> Result<User, OAuthError> {
    let changed = settings.named();
    let change = change(app, id, settings).await?;
    let statements = vec![users::update(id, &change, context.now()), users::select(id)];
    let outcomes = app.database.batch(statements).await.map_err(|error| taken(error, NAME_TAKEN))?;
    let user = users::read(&outcomes.into_iter().next_back().unwrap_or_default())?;
    let user = user.ok_or_else(no_such_user)?;
    app.clients.forget(&user_client_id(id));
    context.record(Happening::done(EventKind::UserUpdated).by(actor).to(id).because(changed));
    Ok(user)
}

impl UserSettings {
    /// Which of them were sent, for the audit log.
    fn named(&self) -> String {
        let sent = [
            ("name", self.name.is_some()),
            ("password", self.password.is_some()),
            ("role", self.role.is_some()),
            ("disabled", self.disabled.is_some()),
        ];
        sent.iter().filter(|(_, sent)| *sent).map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
    }
}

async fn change(app: &App, id: &str, settings: UserSettings) -> Result<UserChange, OAuthError> {
    let name = settings.name.as_deref().map(check_name).transpose()?;
    let role = settings.role.as_deref().map(parse_role).transpose()?;
    let password_hash = hash(app, id, settings.password.as_deref()).await?;
    Ok(UserChange { name, password_hash, role, disabled: settings.disabled })
}

fn no_such_user() -> OAuthError {
    OAuthError::not_found("there is no user of this id")
}

/// Hashing touches nothing that a guard remembers, so any guard will do: that of the id, which is known before the user is
/// read and stays when the name changes.
async fn hash(app: &App, id: &str, new: Option<&str>) -> Result<Option<String>, OAuthError> {
    let Some(new) = new else { return Ok(None) };
    password::check_new(new)?;
    Ok(Some(app.login_guard.hash(id, new).await?))
}

fn parse_role(text: &str) -> Result<Role, OAuthError> {
    Role::parse(text).ok_or_else(|| OAuthError::invalid_request("role is either user or admin"))
}
