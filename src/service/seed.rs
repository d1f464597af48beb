//! Users and clients to develop with. Idempotent: what is there stays as it is.

use serde_json::{Value, json};

use super::{clients, users};
use crate::app::{App, Context};
use crate::model::client::{Client, GrantType};
use crate::model::user::{Role, USER_ID_PREFIX, User, user_client_id};
use crate::protocol::error::OAuthError;
use crate::protocol::time::Timestamp;
use crate::store;

const USERS: [&str; 2] = ["alice", "bob"];
const SERVER_SECRET: &str = "demo-server-secret";

/// Makes what is missing, and says what there is: a secret that was made now is shown this once.
///
/// # Errors
/// `temporarily_unavailable` when a store fails.
pub async fn seed(app: &App, context: &Context) -> Result<Value, OAuthError> {
    let mut seeded = Vec::new();
    for name in USERS {
        seeded.push(user(app, context, name).await?);
    }
    for client in [demo_web(app, context), demo_server(app, context)] {
        add(app, vec![store::clients::insert(&client)]).await?;
    }
    Ok(json!({
        "users": seeded,
        "clients": [
            { "client_id": "demo-web", "redirect_uri": WEB_REDIRECT },
            { "client_id": "demo-server", "client_secret": SERVER_SECRET, "redirect_uri": SERVER_REDIRECT },
        ],
    }))
}

/// A user whose password is their name.
async fn user(app: &App, context: &Context, name: &str) -> Result<Value, OAuthError> {
    let found = store::users::read(&app.database.run(store::users::select_by_name(name)).await?)?;
    if let Some(user) = found {
        return Ok(json!({ "id": user.id, "name": user.name, "client_id": user_client_id(&user.id) }));
    }
    let user = User {
        id: format!("{}{}", USER_ID_PREFIX, app.random_text::<16>()),
        name: name.to_owned(),
        password_hash: Some(app.login_guard.hash(name, name).await?),
        role: Role::User,
        disabled_at: None,
        valid_from: Timestamp::from_seconds(0),
        created_at: context.now().floor_to_second(),
    };
    let secret = app.random_text::<32>();
    let client = users::user_client(&user, &secret);
    if add(app, vec![store::users::insert(&user), store::clients::insert(&client)]).await? {
        return Ok(json!({ "id": user.id, "name": user.name, "client_id": client.id, "client_secret": secret }));
    }
    let found = store::users::read(&app.database.run(store::users::select_by_name(name)).await?)?;
    Ok(found
        .map_or(Value::Null, |user| json!({ "id": user.id, "name": user.name, "client_id": user_client_id(&user.id) })))
}

const WEB_REDIRECT: &str = "http://localhost:3000/callback";
const SERVER_REDIRECT: &str = "https://server.example/callback";

fn demo_web(app: &App, context: &Context) -> Client {
    let blank = blank(app, context, "demo-web", "Demo web app", None);
    Client { redirect_uris: vec![WEB_REDIRECT.to_owned()], ..blank }
}

fn demo_server(app: &App, context: &Context) -> Client {
    let blank = blank(app, context, "demo-server", "Demo server", Some(SERVER_SECRET));
    Client {
        redirect_uris: vec![SERVER_REDIRECT.to_owned()],
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials],
        resource_server: true,
        ..blank
    }
}

fn blank(app: &App, context: &Context, id: &str, name: &str, secret: Option<&str>) -> Client {
    let now = context.now().floor_to_second();
    let scopes = ["read:tools", "call:tools", "agent:connect"].into_iter().collect();
    Client { scopes, ..clients::blank(app, id.to_owned(), name.to_owned(), secret, now) }
}

/// Two seeds at the same time are one: what the other has made is good. Answers whether this one made it.
async fn add(app: &App, statements: Vec<crate::ports::Statement>) -> Result<bool, OAuthError> {
    match app.database.batch(statements).await {
        Err(error) if !error.constraint => Err(error.into()),
        made => Ok(made.is_ok()),
    }
}
