//! `/admin/api/users`

use async_trait::async_trait;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::noun::{About, Action, Answer, Field, FieldKind, Noun};
use super::{Administered, one_of, parameter, with_secret};
use crate::app::App;
use crate::model::user::{Role, User, user_client_id};
use crate::protocol::parameters::Parameters;
use crate::service::account::tickets;
use crate::service::listing::{Page, PageRequest};
use crate::service::users::{self, UserFilter};
use crate::store::revisions;
use crate::web::extract::object;

/// People with accounts.
pub struct Users;

static ABOUT: About = About {
    path: "users",
    list: "users",
    title_of_list: "Users",
    one: "user",
    id: "id",
    title: "name",
    fields: &[
        Field::read_only("id", FieldKind::Text, "Id"),
        Field::new("name", FieldKind::Text, "Name", "What the person signs in with.").required(),
        Field::new(
            "password",
            FieldKind::Password,
            "Password",
            "Without one, make a link by which the person sets one. A new one signs them out everywhere.",
        )
        .write_only(),
        Field::new(
            "role",
            FieldKind::Choice(&["user", "admin"]),
            "Role",
            "An administrator may do all that is done here. A change signs the person out everywhere.",
        )
        .initially("user")
        .tagged(),
        Field::new("disabled", FieldKind::Flag, "Switched off", "Nobody can sign in, and every token is dead.")
            .later()
            .tagged(),
        Field::new(
            "tools",
            FieldKind::Lines,
            "Tools that are on at first",
            "By name, one a line; without it those for new users.",
        )
        .fixed()
        .write_only()
        .rare(),
        Field::new("tool_groups", FieldKind::Lines, "Tool groups that are on at first", "Likewise.")
            .fixed()
            .write_only()
            .rare(),
        Field::new(
            "claims",
            FieldKind::Claims,
            "Claims",
            "What apps may learn of the person, by scope: a JSON object, such as {\"employee\": 7}.",
        ),
        Field::read_only("has_password", FieldKind::Flag, "Has a password"),
        Field::read_only("client_id", FieldKind::Text, "Client of their own"),
        Field::read_only("created_at", FieldKind::Moment, "Made"),
        Field::read_only("updated_at", FieldKind::Moment, "Changed"),
    ],
    filters: &[("q", "names that begin so"), ("role", "user or admin")],
    dependents: &["sessions", "grants", "clients"],
    actions: &[
        Action {
            name: "secret",
            label: "Generate New Secret",
            meaning: "The client of their own gets a new secret; the old one is worthless at once.",
            input: &[],
            answer: &["client_id", "client_secret"],
            status: StatusCode::OK,
        },
        Action {
            name: "password-link",
            label: "Make a link to set a password",
            meaning: "Whoever has the link can set the password: send it to that person only. It is good once, and for a day.",
            input: &[],
            answer: &["url", "expires_at"],
            status: StatusCode::CREATED,
        },
    ],
    audited: Some("subject"),
    removal: "The person is signed out everywhere, and every token of theirs is dead. The id is never given again.",
    revisions: &revisions::USERS,
    secret: Some("client_secret"),
};

/// A user as the admin API shows it; never a password's hash.
fn shown(user: &User) -> Value {
    json!({
        "id": user.id,
        "name": user.name,
        "role": user.role.as_str(),
        "has_password": user.password_hash.is_some(),
        "disabled": user.disabled_at.is_some(),
        "client_id": user_client_id(&user.id),
        "claims": user.claims,
        "created_at": user.created_at.rfc3339(),
        "updated_at": user.updated_at.rfc3339(),
    })
}

#[async_trait]
impl Noun for Users {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// In the order of their ids, or by `q` those whose names begin so, in the order of their names.
    async fn list(&self, app: &App, query: &Parameters, page: &PageRequest) -> Answer<Page<Value>> {
        let prefix = parameter(query, "q")?.map(str::to_owned);
        let filter = UserFilter { prefix, role: one_of(query, "role", Role::parse)? };
        Ok(users::list(app, &filter, page).await?.map(shown))
    }

    async fn read(&self, app: &App, id: &str) -> Answer<Value> {
        Ok(shown(&users::find(app, id).await?))
    }

    /// With the user client, whose secret is shown this once.
    async fn create(&self, by: &Administered, body: &[u8]) -> Answer<Value> {
        let (user, secret) = users::create(&by.app, &by.context, &by.actor, object(body)?).await?;
        Ok(with_secret(shown(&user), Some(secret)))
    }

    async fn edit(&self, by: &Administered, id: &str, body: &[u8]) -> Answer<Value> {
        Ok(shown(&users::edit(&by.app, &by.context, &by.actor, id, object(body)?).await?))
    }

    async fn remove(&self, by: &Administered, id: &str) -> Answer<()> {
        users::remove(&by.app, &by.context, &by.actor, id).await
    }

    async fn dependents(&self, app: &App, id: &str) -> Answer<Value> {
        let found = users::dependents(app, id).await?;
        Ok(json!({ "sessions": found.sessions, "grants": found.grants, "clients": found.clients }))
    }

    async fn act(&self, by: &Administered, id: &str, action: &Action, _body: &[u8]) -> Answer<Value> {
        if action.name == "password-link" {
            let ticket = tickets::issue(&by.app, &by.context, &by.actor, id).await?;
            return Ok(json!({ "url": ticket.url, "expires_at": ticket.expires_at.rfc3339() }));
        }
        let (client_id, secret) = users::replace_secret(&by.app, &by.context, &by.actor, id).await?;
        Ok(json!({ "client_id": client_id, "client_secret": secret }))
    }
}
