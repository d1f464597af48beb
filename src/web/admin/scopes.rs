//! `/admin/api/scopes`

use async_trait::async_trait;
use serde_json::{Value, json};

use super::Administered;
use super::noun::{About, Answer, Field, FieldKind, Noun};
use crate::app::App;
use crate::model::scope::Scope;
use crate::protocol::parameters::Parameters;
use crate::protocol::scope::BUILT_IN;
use crate::service::listing::{Page, PageRequest};
use crate::service::scope_table;
use crate::store::revisions;
use crate::web::extract::object;

/// Named permissions.
pub struct Scopes;

static ABOUT: About = About {
    path: "scopes",
    list: "scopes",
    title_of_list: "Scopes",
    one: "scope",
    id: "name",
    title: "name",
    fields: &[
        Field::new("name", FieldKind::Text, "Name", "As clients ask for it.").required().fixed(),
        Field::new("description", FieldKind::Text, "Sentence", "What people read when they are asked for it.")
            .required(),
        Field::new("open", FieldKind::Flag, "Open", "Clients that registered themselves may ask for it.").tagged(),
        Field::new("claims", FieldKind::Lines, "Claims", "What of a person it tells; one a line."),
        Field::read_only("built_in", FieldKind::Flag, "Built in").tagged(),
    ],
    filters: &[],
    dependents: &["clients", "resources"],
    actions: &[],
    audited: None,
    removal: "Nobody can ask for it any more. Tokens that have it keep it until they end.",
    revisions: &revisions::SCOPES,
    secret: None,
};

fn shown(scope: &Scope) -> Value {
    json!({
        "name": scope.name,
        "description": scope.description,
        "open": scope.open,
        "claims": scope.claims,
        "built_in": BUILT_IN.iter().any(|built_in| built_in.name == scope.name),
    })
}

#[async_trait]
impl Noun for Scopes {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// In the order of their names.
    async fn list(&self, app: &App, _query: &Parameters, page: &PageRequest) -> Answer<Page<Value>> {
        Ok(scope_table::list(app, page).await?.map(shown))
    }

    async fn read(&self, app: &App, id: &str) -> Answer<Value> {
        Ok(shown(&scope_table::find(app, id).await?))
    }

    async fn create(&self, by: &Administered, body: &[u8]) -> Answer<Value> {
        Ok(shown(&scope_table::create(&by.app, &by.context, &by.actor, object(body)?).await?))
    }

    async fn edit(&self, by: &Administered, id: &str, body: &[u8]) -> Answer<Value> {
        Ok(shown(&scope_table::edit(&by.app, &by.context, &by.actor, id, object(body)?).await?))
    }

    async fn remove(&self, by: &Administered, id: &str) -> Answer<()> {
        scope_table::remove(&by.app, &by.context, &by.actor, id).await
    }

    async fn dependents(&self, app: &App, id: &str) -> Answer<Value> {
        let found = scope_table::dependents(app, id).await?;
        Ok(json!({ "clients": found.clients, "resources": found.resources }))
    }
}
