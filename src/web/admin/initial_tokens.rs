//! `/admin/api/initial-access-tokens`

use async_trait::async_trait;
use serde_json::{Value, json};

use super::Administered;
use super::noun::{About, Answer, Field, FieldKind, Noun};
use crate::app::App;
use crate::model::initial_token::InitialToken;
use crate::protocol::json::set;
use crate::protocol::parameters::Parameters;
use crate::protocol::time::Timestamp;
use crate::service::listing::{Page, PageRequest};
use crate::service::registration::initial_tokens;
use crate::store::revisions;
use crate::web::extract::object;

/// Tokens by which clients may be registered.
pub struct InitialTokens;

static ABOUT: About = About {
    path: "initial-access-tokens",
    list: "initial_access_tokens",
    title_of_list: "Initial access tokens",
    one: "initial access token",
    id: "id",
    title: "name",
    fields: &[
        Field::read_only("id", FieldKind::Text, "Id"),
        Field::new("name", FieldKind::Text, "Name", "Whom it is for, in your words.").required(),
        Field::new(
            "expires_in",
            FieldKind::Number(1, 4_294_967_295),
            "Seconds until it ends",
            "Leave it empty, and it is good until you end it.",
        )
        .fixed()
        .write_only(),
        Field::read_only("created_at", FieldKind::Moment, "Made"),
        Field::read_only("expires_at", FieldKind::Moment, "Ends").nullable(),
    ],
    filters: &[],
    dependents: &[],
    actions: &[],
    audited: None,
    removal: "No client can be registered with it any more. Those that were stay.",
    revisions: &revisions::INITIAL_TOKENS,
    secret: Some("token"),
};

fn shown(token: &InitialToken) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "created_at": token.created_at.rfc3339(),
        "expires_at": token.expires_at.map(Timestamp::rfc3339),
    })
}

#[async_trait]
impl Noun for InitialTokens {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// In the order of their ids.
    async fn list(&self, app: &App, _query: &Parameters, page: &PageRequest) -> Answer<Page<Value>> {
        Ok(initial_tokens::list(app, page).await?.map(shown))
    }

    async fn read(&self, app: &App, id: &str) -> Answer<Value> {
        Ok(shown(&initial_tokens::find(app, id).await?))
    }

    async fn create(&self, by: &Administered, body: &[u8]) -> Answer<Value> {
        let (made, token) = initial_tokens::create(&by.app, &by.context, &by.actor, object(body)?).await?;
        let mut shown = shown(&made);
        set(&mut shown, "token", token);
        Ok(shown)
    }

    async fn edit(&self, by: &Administered, id: &str, body: &[u8]) -> Answer<Value> {
        Ok(shown(&initial_tokens::edit(&by.app, &by.context, &by.actor, id, object(body)?).await?))
    }

    async fn remove(&self, by: &Administered, id: &str) -> Answer<()> {
        initial_tokens::end(&by.app, &by.context, &by.actor, id).await
    }
}
