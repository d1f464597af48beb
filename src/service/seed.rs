//! Users and clients to develop with. Idempotent: what is there stays as it is.

use serde_json::{Map, Value, json};

use super::{clients, users};
use crate::app::{App, Context};
use crate::model::client::{Client, GrantType, RelyingParty};
use crate::model::user::{Role, USER_ID_PREFIX, User, user_client_id};
use crate::model::user_claims::UserClaims;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::BUILT_IN;
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
    let now = context.now().floor_to_second();
    let user = User {
        id: format!("{}{}", USER_ID_PREFIX, app.random_text::<16>()),
        name: name.to_owned(),
        password_hash: Some(app.login_guard.hash(name, name).await?),
        role: Role::User,
        disabled_at: None,
        valid_from: Timestamp::from_seconds(0),
        claims: claims(name),
        created_at: now,
        updated_at: now,
    };
    let secret = app.random_text::<32>();
    let client = users::user_client(&user, &secret);
    if add(app, users::insert(&user, &client, store::tool_switches::first(&user.id, None, None))).await? {
        return Ok(json!({ "id": user.id, "name": user.name, "client_id": client.id, "client_secret": secret }));
    }
    let found = store::users::read(&app.database.run(store::users::select_by_name(name)).await?)?;
    Ok(found
        .map_or(Value::Null, |user| json!({ "id": user.id, "name": user.name, "client_id": user_client_id(&user.id) })))
}

/// Every standard claim (OpenID Connect Core 5.1), so that a client can be tried with all of them.
fn claims(name: &str) -> UserClaims {
    let (first, rest) = name.split_at(1);
    let given_name = format!("{}{rest}", first.to_ascii_uppercase());
    let claims = json!({
        "name": format!("{given_name} Example"),
        "given_name": given_name,
        "middle_name": "van",
        "family_name": "Example",
        "nickname": name,
        "preferred_username": name,
        "profile": format!("https://people.example/{name}"),
        "picture": format!("https://people.example/{name}.png"),
        "website": format!("https://{name}.example/"),
        "gender": "unknown",
        "birthdate": "1990-01-31",
        "zoneinfo": "Europe/Amsterdam",
        "locale": "en-GB",
        "email": format!("{name}@example.com"),
        "email_verified": true,
        "phone_number": "+31 20 555 0100",
        "phone_number_verified": false,
        "address": {
            "formatted": "1 Example Street\n1000 AA Amsterdam\nNetherlands",
            "street_address": "1 Example Street",
            "locality": "Amsterdam",
            "region": "Noord-Holland",
            "postal_code": "1000 AA",
            "country": "NL",
        },
    });
    UserClaims(match claims {
        Value::Object(claims) => claims,
        _ => Map::new(),
    })
}

const WEB_REDIRECT: &str = "http://localhost:3000/callback";
const WEB_HOME: &str = "http://localhost:3000/";
const SERVER_REDIRECT: &str = "https://server.example/callback";
const SERVER_HOME: &str = "https://server.example/";

fn demo_web(app: &App, context: &Context) -> Client {
    let blank = blank(app, context, "demo-web", "Demo web app", None);
    let relying_party =
        RelyingParty { post_logout_redirect_uris: vec![WEB_HOME.to_owned()], ..RelyingParty::default() };
    Client { redirect_uris: vec![WEB_REDIRECT.to_owned()], relying_party, ..blank }
}

fn demo_server(app: &App, context: &Context) -> Client {
    let blank = blank(app, context, "demo-server", "Demo server", Some(SERVER_SECRET));
    Client {
        redirect_uris: vec![SERVER_REDIRECT.to_owned()],
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::ClientCredentials],
        resource_server: true,
        relying_party: RelyingParty {
            post_logout_redirect_uris: vec![SERVER_HOME.to_owned()],
            ..RelyingParty::default()
        },
        ..blank
    }
}

fn blank(app: &App, context: &Context, id: &str, name: &str, secret: Option<&str>) -> Client {
    let now = context.now().floor_to_second();
    let scopes = BUILT_IN.iter().filter(|scope| scope.open).map(|scope| scope.name).collect();
    Client { scopes, ..clients::blank(app, id.to_owned(), name.to_owned(), secret, now) }
}

/// Two seeds at the same time are one: what the other has made is good. Answers whether this one made it.
async fn add(app: &App, statements: Vec<crate::ports::Statement>) -> Result<bool, OAuthError> {
    match app.database.batch(statements).await {
        Err(error) if !error.constraint => Err(error.into()),
        made => Ok(made.is_ok()),
    }
}
