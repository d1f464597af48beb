//! Users as administrators make and change them; each gets its user client at once.

mod lists;
mod remove;

use serde::Deserialize;

pub use self::lists::{UserFilter, list};
pub use self::remove::{dependents, remove};
use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::client::{
    Client, ClientAuthentication, ClientLinks, ConsentPolicy, GrantType, Origin, Owner, RelyingParty,
    USER_CLIENT_SCOPES,
};
use crate::model::client_lifetimes::ClientLifetimes;
use crate::model::identity::Account;
use crate::model::password;
use crate::model::user::{Role, USER_ID_PREFIX, User, user_client_id};
use crate::model::user_claims::UserClaims;
pub use crate::model::user_settings::UserSettings;
use crate::ports::Statement;
use crate::protocol::digest::sha256_base64url;
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::service::clients::{self as client_service, check_name};
use crate::service::errors::taken;
use crate::service::sign_out::{end_dead_sessions, tell_of_dead};
use crate::store::{clients, identities, tool_switches, users};

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
    /// `user` or `admin`; by itself a user.
    pub role: Option<Role>,
    /// What may be released to clients.
    pub claims: Option<UserClaims>,
    /// The tools that are on at first, by their names; without it those that are on for new users.
    pub tools: Option<Vec<String>>,
    /// The same of groups.
    pub tool_groups: Option<Vec<String>>,
    /// The account at this provider by which the person signs in.
    #[serde(skip)]
    pub account: Option<(String, Account)>,
}

/// Makes a user and the user client, whose secret is answered this once.
///
/// # Errors
/// `conflict` for a name that is taken, `invalid_request` for a name or password that cannot be.
pub async fn create(app: &App, context: &Context, actor: &str, new: NewUser) -> Result<(User, String), OAuthError> {
    let name = check_name(&new.name).map_err(|error| error.field("name"))?;
    let claims = new.claims.unwrap_or_default();
    claims.check().map_err(|error| error.field("claims"))?;
    check_tools(app, new.tools.as_deref(), new.tool_groups.as_deref()).await?;
    let now = context.now().floor_to_second();
    let id = format!("{USER_ID_PREFIX}{}", app.random_text::<16>());
    let password_hash = hash(app, &id, new.password.as_deref()).await?;
    let user = User {
        id,
        name,
        password_hash,
        role: new.role.unwrap_or(Role::User),
        disabled_at: None,
        valid_from: Timestamp::from_seconds(0),
        claims,
        created_at: now,
        updated_at: now,
    };
    let secret = app.random_text::<32>();
    let client = user_client(&user, &secret);
    let first = tool_switches::first(&user.id, new.tools.as_deref(), new.tool_groups.as_deref());
    let mut statements = insert(&user, &client, first);
    if let Some((provider_id, account)) = &new.account {
        let linked = identities::New { id: &app.random_text::<16>(), provider_id, account, now };
        statements.push(identities::insert(&linked, &user.id));
    }
    let added = app.database.batch(statements).await;
    added.map_err(|error| taken(error, NAME_TAKEN).field("name"))?;
    context.record(Happening::done(EventKind::UserCreated).by(actor).to(user.id.clone()));
    Ok((user, secret))
}

/// Whether there are all the tools and groups that are to be on at first.
async fn check_tools(app: &App, tools: Option<&[String]>, groups: Option<&[String]>) -> Result<(), OAuthError> {
    if tools.is_none() && groups.is_none() {
        return Ok(());
    }
    let unknown = tool_switches::unknown(&*app.database, tools.unwrap_or_default(), groups.unwrap_or_default()).await?;
    match unknown {
        None => Ok(()),
        Some((field, name)) => Err(OAuthError::invalid_request(format!("there is no {name}")).field(field)),
    }
}

/// What makes a user: the row, the user client, and the tools that are on at first.
#[must_use]
pub fn insert(user: &User, client: &Client, switches: [Statement; 2]) -> Vec<Statement> {
    let mut statements = vec![users::insert(user), clients::insert(client)];
    statements.extend(switches);
    statements
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
        lifetimes: ClientLifetimes::default(),
        relying_party: RelyingParty::default(),
        origin: Origin::Administrator,
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
    let name = settings.name.as_deref().map(check_name).transpose().map_err(|error| error.field("name"))?;
    settings.claims.as_ref().map_or(Ok(()), UserClaims::check).map_err(|error| error.field("claims"))?;
    let password_hash = hash(app, id, settings.password.as_deref()).await?;
    let settings = UserSettings { name, ..settings };
    let mut statements = vec![users::update(id, &settings, password_hash, context.now()), users::select(id)];
    statements.extend(end_dead_sessions(id));
    let outcomes = app.database.batch(statements).await.map_err(|error| taken(error, NAME_TAKEN).field("name"))?;
    let mut outcomes = outcomes.into_iter().skip(1);
    let mut next = || outcomes.next().unwrap_or_default();
    let (user, dead) = (users::read(&next())?, next());
    let user = user.ok_or_else(no_such_user)?;
    tell_of_dead(app, context, id, &dead)?;
    app.clients.forget(&user_client_id(id));
    app.forget_standings();
    context.record(Happening::done(EventKind::UserUpdated).by(actor).to(id).because(settings.names()));
    Ok(user)
}

/// The user of this id.
///
/// # Errors
/// `not_found`.
pub async fn find(app: &App, id: &str) -> Result<User, OAuthError> {
    users::read(&app.database.run(users::select(id)).await?)?.ok_or_else(no_such_user)
}

/// Replaces the secret of the user's own client, and answers its id and the new secret, this once.
///
/// # Errors
/// `not_found`; as [`client_service::replace_secret`].
pub async fn replace_secret(
    app: &App,
    context: &Context,
    actor: &str,
    id: &str,
) -> Result<(String, String), OAuthError> {
    find(app, id).await?;
    let client_id = user_client_id(id);
    let secret = client_service::replace_secret(app, context, actor, &client_id).await?;
    Ok((client_id, secret))
}

fn no_such_user() -> OAuthError {
    OAuthError::not_found("there is no user of this id")
}

/// Hashing touches nothing that a guard remembers, so any guard will do: that of the id, which is known before the user is
/// read and stays when the name changes.
async fn hash(app: &App, id: &str, new: Option<&str>) -> Result<Option<String>, OAuthError> {
    let Some(new) = new else { return Ok(None) };
    password::check_new(new).map_err(|unfit| OAuthError::from(unfit).field("password"))?;
    Ok(Some(app.login_guard.hash(id, new).await?))
}
