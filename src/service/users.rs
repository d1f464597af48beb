//! Users as administrators make and change them; each gets its user client at once.

use serde::Deserialize;

use super::clients::{check_name, taken};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::{Client, ClientAuthentication, ClientLinks, ConsentPolicy, GrantType, Owner};
use crate::model::password;
use crate::model::user::{Role, User, user_client_id};
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::store::{clients, sessions, users};

/// How ids of users begin, so that they never look like a client's.
pub const USER_ID_PREFIX: &str = "usr_";

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
    let password_hash = match &new.password {
        Some(password) => Some(hash(app, &name, password).await?),
        None => None,
    };
    let user = User {
        id: format!("{USER_ID_PREFIX}{}", app.random_text::<16>()),
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
        scopes: ["read:tools", "call:tools"].into_iter().collect(),
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

/// Changes a user. A new password or role ends all that the user had begun: whatever was issued before is dead.
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
    let found = users::lookup(&*app.database, id).await?;
    let mut user = found.ok_or_else(|| OAuthError::not_found("there is no user of this id"))?;
    let now = context.now().floor_to_second();
    if let Some(name) = &settings.name {
        user.name = check_name(name)?;
    }
    if let Some(disabled) = settings.disabled {
        user.disabled_at = disabled.then_some(user.disabled_at.unwrap_or(now));
    }
    let role = settings.role.as_deref().map_or(Ok(user.role), parse_role)?;
    let begins_anew = role != user.role || settings.password.is_some();
    if begins_anew {
        user.valid_from = now;
    }
    user.role = role;
    if let Some(password) = &settings.password {
        user.password_hash = Some(hash(app, &user.name, password).await?);
    }
    let mut statements = vec![users::update(&user)];
    if begins_anew {
        // `valid_from` counts whole seconds; a session begun within this one goes all the same.
        statements.push(sessions::delete_of_user(id));
    }
    app.database.batch(statements).await.map_err(|error| taken(error, NAME_TAKEN))?;
    app.clients.forget(&user_client_id(id));
    context.record(Happening::done(EventKind::UserUpdated).by(actor).to(id));
    Ok(user)
}

async fn hash(app: &App, name: &str, new: &str) -> Result<String, OAuthError> {
    password::check_new(new)?;
    Ok(app.login_guard.hash(name, new).await?)
}

fn parse_role(text: &str) -> Result<Role, OAuthError> {
    Role::parse(text).ok_or_else(|| OAuthError::invalid_request("role is either user or admin"))
}
