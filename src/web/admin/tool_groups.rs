//! `/admin/api/tool-groups`

use async_trait::async_trait;
use serde_json::{Value, json};

use super::Administered;
use super::noun::{About, Answer, Field, FieldKind, Noun};
use crate::app::App;
use crate::model::tool_group::ToolGroup;
use crate::protocol::parameters::Parameters;
use crate::service::listing::{Page, PageRequest};
use crate::service::tools::groups;
use crate::store::{self, revisions};
use crate::web::extract::object;

/// Tools that are switched on together.
pub struct ToolGroups;

static ABOUT: About = About {
    path: "tool-groups",
    list: "tool_groups",
    title_of_list: "Tool groups",
    one: "tool group",
    id: "id",
    title: "name",
    fields: &[
        Field::read_only("id", FieldKind::Text, "Id"),
        Field::new("name", FieldKind::Text, "Name", "What it is called by.").required(),
        Field::new("description", FieldKind::LongText, "Description", "What people read who switch it."),
        Field::new("tools", FieldKind::Lines, "Tools", "The names of all its tools; one a line."),
        Field::new("default_enabled", FieldKind::Flag, "On for new users", "").tagged(),
        Field::read_only("created_at", FieldKind::Moment, "Made"),
        Field::read_only("updated_at", FieldKind::Moment, "Changed"),
    ],
    filters: &[],
    dependents: &[],
    actions: &[],
    audited: None,
    removal: "The tools stay; whoever had them on by this group alone has them off.",
    revisions: &revisions::TOOL_GROUPS,
    secret: None,
};

fn shown(group: &ToolGroup) -> Value {
    json!({
        "id": group.id,
        "name": group.name,
        "description": group.description,
        "tools": group.tools,
        "default_enabled": group.default_enabled,
        "created_at": group.created_at.rfc3339(),
        "updated_at": group.updated_at.rfc3339(),
    })
}

#[async_trait]
impl Noun for ToolGroups {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// In the order of their ids.
    async fn list(&self, app: &App, _query: &Parameters, page: &PageRequest) -> Answer<Page<Value>> {
        let found = store::tool_groups::list(&*app.database, &page.after, page.limit).await?;
        Ok(Page::of(found, page, |group| group.id.clone()).map(shown))
    }

    async fn read(&self, app: &App, id: &str) -> Answer<Value> {
        Ok(shown(&groups::find(app, id).await?))
    }

    async fn create(&self, by: &Administered, body: &[u8]) -> Answer<Value> {
        Ok(shown(&groups::create(&by.app, &by.context, &by.actor, object(body)?).await?))
    }

    async fn edit(&self, by: &Administered, id: &str, body: &[u8]) -> Answer<Value> {
        Ok(shown(&groups::edit(&by.app, &by.context, &by.actor, id, object(body)?).await?))
    }

    async fn remove(&self, by: &Administered, id: &str) -> Answer<()> {
        groups::remove(&by.app, &by.context, &by.actor, id).await
    }
}
