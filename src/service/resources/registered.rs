//! APIs as administrators register and remove them.

use serde::Deserialize;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::resource::Resource;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::{ADMIN, ScopeSet};
use crate::protocol::uri;
use crate::service::clients::{check_name, check_resource, check_scopes};
use crate::service::errors::taken;
use crate::service::listing::{Page, PageRequest};
use crate::store::resources;

/// What a new resource is to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewResource {
    /// Its URL.
    pub resource: String,
    /// What people are shown.
    pub name: String,
    /// Its default scopes, separated by spaces.
    pub scope: Option<ScopeSet>,
}

/// Registers an API.
///
/// # Errors
/// `invalid_request` for a URL or name that cannot be, `invalid_scope`, `conflict` for a URL that is taken.
pub async fn create(app: &App, context: &Context, actor: &str, new: NewResource) -> Result<Resource, OAuthError> {
    check_resource(&new.resource).map_err(|error| error.field("resource"))?;
    let origin = |text: &str| uri::parse(text).map(|url| url.origin());
    if origin(&new.resource) == origin(app.config.issuer.as_str()) {
        let text = "a resource at the issuer's own address is the server's own";
        return Err(OAuthError::invalid_request(text).field("resource"));
    }
    let scopes = new.scope.unwrap_or_default();
    check_defaults(app, context, &scopes).await?;
    let made = Resource {
        id: app.random_text::<16>(),
        uri: new.resource,
        name: check_name(&new.name).map_err(|error| error.field("name"))?,
        scopes,
        created_at: context.now().floor_to_second(),
    };
    let added = app.database.run(resources::insert(&made)).await;
    added.map_err(|error| taken(error, "this resource is registered already").field("resource"))?;
    context.record(Happening::done(EventKind::ResourceCreated).by(actor).because(made.uri.clone()));
    Ok(made)
}

async fn check_defaults(app: &App, context: &Context, scopes: &ScopeSet) -> Result<(), OAuthError> {
    if scopes.contains(ADMIN) {
        return Err(OAuthError::invalid_scope("the scope admin is never a default").field("scope"));
    }
    check_scopes(app, context, scopes).await.map_err(|error| error.field("scope"))
}

/// What of a resource may be edited. A missing member leaves it as it is. Its URL is its name in every token, so that stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceSettings {
    /// What people are shown.
    pub name: Option<String>,
    /// Its default scopes, separated by spaces.
    pub scope: Option<ScopeSet>,
}

/// Lists APIs in the order of their ids.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn list(app: &App, request: &PageRequest) -> Result<Page<Resource>, OAuthError> {
    let rows = app.database.run(resources::select_page(&request.after, request.limit)).await?;
    Ok(Page::of(resources::read_all(&rows)?, request, |resource| resource.id.clone()))
}

/// The API of this id.
///
/// # Errors
/// `not_found`.
pub async fn find(app: &App, id: &str) -> Result<Resource, OAuthError> {
    let found = resources::read_all(&app.database.run(resources::select(id)).await?)?;
    found.into_iter().next().ok_or_else(nowhere)
}

/// Changes an API: what `settings` name and nothing else.
///
/// # Errors
/// `not_found`, and as [`create`].
pub async fn edit(
    app: &App,
    context: &Context,
    actor: &str,
    id: &str,
    settings: ResourceSettings,
) -> Result<Resource, OAuthError> {
    let name = settings.name.as_deref().map(check_name).transpose().map_err(|error| error.field("name"))?;
    if let Some(scopes) = &settings.scope {
        check_defaults(app, context, scopes).await?;
    }
    let update = resources::update(id, name.as_deref(), settings.scope.as_ref());
    let mut outcomes = app.database.batch(vec![update, resources::select(id)]).await?.into_iter().skip(1);
    let found = resources::read_all(&outcomes.next().unwrap_or_default())?;
    let edited = found.into_iter().next().ok_or_else(nowhere)?;
    app.resources.clear();
    context.record(Happening::done(EventKind::ResourceUpdated).by(actor).because(edited.uri.clone()));
    Ok(edited)
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is no resource of this id")
}

/// Removes an API. Nobody is allowed it any more, and grants that were get no tokens for it; those they have live to their
/// end.
///
/// # Errors
/// `not_found`.
pub async fn remove(app: &App, context: &Context, actor: &str, id: &str) -> Result<(), OAuthError> {
    if app.database.run(resources::delete(id)).await?.changes == 0 {
        return Err(nowhere());
    }
    app.resources.clear();
    context.record(Happening::done(EventKind::ResourceRemoved).by(actor).because(id.to_owned()));
    Ok(())
}
