//! `/admin/api/tools`

use async_trait::async_trait;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Administered;
use super::noun::{About, Action, Answer, Field, FieldKind, Noun};
use crate::app::App;
use crate::model::tool::{MOST_BYTES, MOST_SECONDS, Tool};
use crate::protocol::input_schema;
use crate::protocol::parameters::Parameters;
use crate::service::listing::{Page, PageRequest};
use crate::service::tools::{attempt, manage};
use crate::store::{self, revisions};
use crate::web::extract::object;

/// What agents can call.
pub struct Tools;

static ABOUT: About = About {
    path: "tools",
    list: "tools",
    title_of_list: "Tools",
    one: "tool",
    id: "id",
    title: "name",
    fields: &[
        Field::read_only("id", FieldKind::Text, "Id"),
        Field::new("name", FieldKind::Text, "Name", "What it is called by: letters, digits and _.").required(),
        Field::new("description", FieldKind::LongText, "Description", "What an agent reads to know when to call it."),
        Field::new("input_schema", FieldKind::Object, "Arguments", "A JSON Schema (2020-12) of an object.")
            .initially("{\n  \"type\": \"object\",\n  \"properties\": {}\n}"),
        Field::new(
            "request",
            FieldKind::Object,
            "Request",
            "method, url, and if need be headers, query and body; {name} stands for an argument.",
        )
        .initially("{\n  \"method\": \"GET\",\n  \"url\": \"https://\"\n}")
        .required(),
        Field::new(
            "authentication",
            FieldKind::Authentication,
            "Authentication",
            "How the request proves who sends it: \"none\", bearer, basic or api_key with their secret, or connection with a provider and scopes.",
        )
        .initially("none"),
        Field::read_only("has_secret", FieldKind::Flag, "Has a secret"),
        Field::new(
            "timeout_seconds",
            FieldKind::Number(0, MOST_SECONDS),
            "Seconds it may take",
            "Empty: as set for all.",
        )
        .rare()
        .nullable(),
        Field::new("max_bytes", FieldKind::Number(0, MOST_BYTES), "Bytes it may answer", "Empty: as set for all.")
            .rare()
            .nullable(),
        Field::new("default_enabled", FieldKind::Flag, "On for new users", "").tagged(),
        Field::read_only("created_at", FieldKind::Moment, "Made"),
        Field::read_only("updated_at", FieldKind::Moment, "Changed"),
    ],
    filters: &[],
    dependents: &[],
    actions: &[Action {
        name: "try",
        label: "Try it",
        meaning: "The tool is called as if a program of this user did, and that is in the audit log.",
        input: &[
            Field::new("user", FieldKind::Text, "User", "By name. The tool must be on for them.").required(),
            Field::new("arguments", FieldKind::Object, "Arguments", "A JSON object, as the tool wants it."),
            Field::new("scope", FieldKind::Words, "Scopes", "What the program was granted; a call needs call:tools.")
                .initially("call:tools"),
        ],
        answer: &["status", "content_type", "encoding", "body"],
        status: StatusCode::OK,
    }],
    audited: None,
    removal: "It goes from its groups, and nobody can call it any more.",
    revisions: &revisions::TOOLS,
    secret: None,
};

/// A tool as the admin API shows it; of a secret only that there is one.
fn shown(tool: &Tool) -> Value {
    json!({
        "id": tool.id,
        "name": tool.name,
        "description": tool.description,
        "input_schema": tool.input_schema,
        "request": tool.request,
        "authentication": tool.authentication.clone().with_secret(None),
        "has_secret": tool.authentication.credential().is_some(),
        "timeout_seconds": tool.timeout_seconds,
        "max_bytes": tool.max_bytes,
        "default_enabled": tool.default_enabled,
        "created_at": tool.created_at.rfc3339(),
        "updated_at": tool.updated_at.rfc3339(),
    })
}

#[async_trait]
impl Noun for Tools {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    /// In the order of their ids.
    async fn list(&self, app: &App, _query: &Parameters, page: &PageRequest) -> Answer<Page<Value>> {
        let tools = store::tools::list(&*app.database, &page.after, page.limit).await?;
        Ok(Page::of(tools, page, |tool| tool.id.clone()).map(shown))
    }

    async fn read(&self, app: &App, id: &str) -> Answer<Value> {
        Ok(shown(&manage::find(app, id).await?))
    }

    async fn create(&self, by: &Administered, body: &[u8]) -> Answer<Value> {
        Ok(shown(&manage::create(&by.app, &by.context, &by.actor, object(body)?).await?))
    }

    async fn edit(&self, by: &Administered, id: &str, body: &[u8]) -> Answer<Value> {
        Ok(shown(&manage::edit(&by.app, &by.context, &by.actor, id, object(body)?).await?))
    }

    async fn remove(&self, by: &Administered, id: &str) -> Answer<()> {
        manage::remove(&by.app, &by.context, &by.actor, id).await
    }

    async fn act(&self, by: &Administered, id: &str, _action: &Action, body: &[u8]) -> Answer<Value> {
        let answer = attempt(&by.app, &by.context, &by.actor, id, object(body)?).await?;
        let (status, content_type, encoding) = (answer.status, answer.content_type, answer.encoding);
        Ok(json!({ "status": status, "content_type": content_type, "encoding": encoding, "body": answer.body }))
    }

    /// Arguments such as its schema may mean.
    fn initial(&self, shown: &Value, field: &Field) -> String {
        match shown.get("input_schema").filter(|_| field.name == "arguments") {
            Some(schema) => format!("{:#}", input_schema::example(schema)),
            None => field.initial.to_owned(),
        }
    }
}
