//! `/account/tools`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::shown::{around, show};
use crate::app::{App, Context};
use crate::model::interaction::OurPage;
use crate::protocol::error::OAuthError;
use crate::service::tools;
use crate::service::tools::switches::Hand;
use crate::web::api::users_me::as_module;
use crate::web::extract::Query;
use crate::web::pages::ToolsPage;
use crate::web::person::{Person, PersonForm};
use crate::web::query::done;
use crate::web::redirect::see_other;
use crate::web::render::brand;
use crate::web::switching::{DONE, group_rows, standing, switched, tool_rows};

/// What the person's agents may call.
pub async fn get(State(app): State<Arc<App>>, person: Person, Query(query): Query) -> Result<Response, OAuthError> {
    let (groups, tools) = standing(&app, person.user_id()).await?;
    let (groups, tools) = (group_rows(&groups), tool_rows(&tools));
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
    let done = switched(&app, &context, Hand::own(person.user_id()), &fields).await?;
    Ok(see_other(&format!("/account/tools?done={done}")))
}

/// The tools that are on, as a Python module.
pub async fn module(State(app): State<Arc<App>>, person: Person) -> Result<Response, OAuthError> {
    Ok(as_module(&app, &tools::listed(&app, person.user_id()).await?))
}
