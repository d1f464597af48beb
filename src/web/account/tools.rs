//! `/account/tools`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::join;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::service::tools::{self, switches};
use crate::web::api::users_me::as_module;
use crate::web::extract::Query;
use crate::web::pages::{GroupRow, ToolRow, ToolsPage};
use crate::web::person::{Person, PersonForm};
use crate::web::query::done;
use crate::web::redirect::see_other;
use crate::web::render::brand;

const DONE: [(&str, &str); 2] =
    [("switched", "Switched. It acts from the next call on."), ("gone", "That is there no more.")];

/// What the person's agents may call.
pub async fn get(State(app): State<Arc<App>>, person: Person, Query(query): Query) -> Result<Response, OAuthError> {
    let (groups, tools) = join!(switches::groups(&app, person.user_id()), switches::tools(&app, person.user_id()));
    let (groups, tools) = (groups?, tools?);
    let groups: Vec<GroupRow<'_>> = groups
        .iter()
        .map(|group| GroupRow {
            name: &group.name,
            description: &group.description,
            tools: &group.tools,
            is_on: group.enabled,
        })
        .collect();
    let tools: Vec<ToolRow<'_>> = tools
        .iter()
        .map(|tool| ToolRow {
            name: &tool.name,
            description: &tool.description,
            is_on: tool.enabled,
            is_own: tool.own.is_some(),
            groups: &tool.groups,
        })
        .collect();
    let page = ToolsPage {
        brand: &brand(&app),
        around: around(&person, OurPage::Tools),
        groups: &groups,
        tools: &tools,
        done: done(&query, &DONE),
        problem: None,
    };
    show(&app, &person, StatusCode::OK, page.render())
}

/// Switches the tool or the group that the form names.
pub async fn post(
    State(app): State<Arc<App>>,
    context: Context,
    PersonForm { person, fields }: PersonForm,
) -> Result<Response, OAuthError> {
    let enabled = match fields.required("switch")? {
        "on" => Some(true),
        "off" => Some(false),
        "groups" => None,
        _ => return Err(OAuthError::invalid_request("switch is not one of this page's")),
    };
    let user_id = person.user_id();
    let switched = match fields.optional("group")? {
        Some(group) => switches::set_group(&app, &context, user_id, group, enabled).await.map(drop),
        None => switches::set_tool(&app, &context, user_id, fields.required("tool")?, enabled).await.map(drop),
    };
    match switched {
        Ok(()) => Ok(see_other("/account/tools?done=switched")),
        Err(error) if error.code == ErrorCode::NotFound => Ok(see_other("/account/tools?done=gone")),
        Err(error) => Err(error),
    }
}

/// The tools that are on, as a Python module.
pub async fn module(State(app): State<Arc<App>>, person: Person) -> Result<Response, OAuthError> {
    Ok(as_module(&app, &tools::listed(&app, person.user_id()).await?))
}
