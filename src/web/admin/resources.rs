//! `/admin/api/resources`

use async_trait::async_trait;
use serde_json::{Value, json};

use super::Administered;
use super::noun::{About, Answer, Field, FieldKind, Noun};
use crate::app::App;
use crate::model::resource::Resource;
use crate::protocol::parameters::Parameters;
use crate::service::listing::{Page, PageRequest};
use crate::service::resources;
use crate::store::revisions;
use crate::web::extract::object;

/// APIs that accept our tokens.
pub struct Resources;

static ABOUT: About = About {
    path: "resources",
    list: "resources",
    title_of_list: "Resources",
    one: "resource",
    id: "id",
    title: "name",
    fields: &[
        Field::read_only("id", FieldKind::Text, "Id"),
        Field::new("resource", FieldKind::Url, "URL", "As clients name it, and the audience of its tokens.")
            .required()
            .fixed(),
        Field::new("name", FieldKind::Text, "Name", "What people are shown.").required(),
        Field::new(
            "scope",
            FieldKind::Words,
            "Default scopes",
            "What a client gets that asks for none; separated by spaces.",
        ),
        Field::read_only("created_at", FieldKind::Moment, "Made"),
    ],
    filters: &[],
    dependents: &[],
    actions: &[],
    audited: None,
    removal: "Nobody is allowed it any more. Grants that were get no new tokens for it; those they have live to their end.",
    revisions: &revisions::RESOURCES,
    secret: None,
};

fn shown(resource: &Resource) -> Value {
    json!({
        "id": resource.id,
        "resource": resource.uri,
        "name": resource.name,
        "scope": resource.scopes,
        "created_at": resource.created_at.rfc3339(),
    })
}

#[async_trait]
impl Noun for Resources {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// In the order of their ids.
    async fn list(&self, app: &App, _query: &Parameters, page: &PageRequest) -> Answer<Page<Value>> {
        Ok(resources::list(app, page).await?.map(shown))
    }

    async fn read(&self, app: &App, id: &str) -> Answer<Value> {
        Ok(shown(&resources::find(app, id).await?))
    }

    async fn create(&self, by: &Administered, body: &[u8]) -> Answer<Value> {
        Ok(shown(&resources::create(&by.app, &by.context, &by.actor, object(body)?).await?))
    }

    async fn edit(&self, by: &Administered, id: &str, body: &[u8]) -> Answer<Value> {
        Ok(shown(&resources::edit(&by.app, &by.context, &by.actor, id, object(body)?).await?))
    }

    async fn remove(&self, by: &Administered, id: &str) -> Answer<()> {
        resources::remove(&by.app, &by.context, &by.actor, id).await
    }
}
