//! Scopes as administrators make and change them.

use serde::Deserialize;

use crate::app::{App, Context, Happening};
use crate::model::audit::EventKind;
use crate::model::scope::{Scope, ScopeSettings};
use crate::model::user_claims::check_claim_name;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::{ADMIN, BUILT_IN, ScopeSet};
use crate::service::clients::check_description;
use crate::service::errors::taken;
use crate::service::listing::{Page, PageRequest};
use crate::store::scopes::{self, Dependents};

/// Longest name, in bytes.
const LONGEST_NAME: usize = 128;
/// A scope releases no more claims than that.
const MOST_CLAIMS: usize = 64;

/// What a new scope is to be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewScope {
    /// As it is asked for.
    pub name: String,
    /// The sentence on the consent page.
    pub description: String,
    /// Whether clients that registered themselves may ask for it; by itself no.
    pub open: Option<bool>,
    /// What of a user it releases; by itself nothing.
    pub claims: Option<Vec<String>>,
}

/// Lists scopes in the order of their names.
///
/// # Errors
/// `temporarily_unavailable` when the database fails.
pub async fn list(app: &App, request: &PageRequest) -> Result<Page<Scope>, OAuthError> {
    let rows = app.database.run(scopes::select_page(&request.after, request.limit)).await?;
    Ok(Page::of(scopes::read_all(&rows)?, request, |scope| scope.name.clone()))
}

/// The scope of this name.
///
/// # Errors
/// `not_found`.
pub async fn find(app: &App, name: &str) -> Result<Scope, OAuthError> {
    scopes::read(&app.database.run(scopes::select(name)).await?)?.ok_or_else(nowhere)
}

/// What goes with a scope.
///
/// # Errors
/// `not_found`.
pub async fn dependents(app: &App, name: &str) -> Result<Dependents, OAuthError> {
    app.database.run(scopes::select_dependents(name)).await?.first()?.ok_or_else(nowhere)
}

/// Makes a scope.
///
/// # Errors
/// `invalid_request` for a name, sentence or claim that cannot be, `conflict` for a name that is taken.
pub async fn create(app: &App, context: &Context, actor: &str, new: NewScope) -> Result<Scope, OAuthError> {
    let is_one = ScopeSet::parse(&new.name).is_ok_and(|scopes| scopes.iter().eq([new.name.as_str()]));
    if !is_one || new.name.len() > LONGEST_NAME {
        let text = "name has 1 to 128 printable ASCII characters, without spaces, quotes and backslashes";
        return Err(OAuthError::invalid_request(text).field("name"));
    }
    let (open, claims) = (new.open, new.claims.unwrap_or_default());
    let settings = ScopeSettings { description: Some(new.description), open, claims: Some(claims) };
    let settings = checked(&new.name, settings)?;
    let scope = Scope {
        name: new.name,
        description: settings.description.unwrap_or_default(),
        open: open.unwrap_or_default(),
        claims: settings.claims.unwrap_or_default(),
    };
    let added = app.database.run(scopes::add(&scope)).await;
    added.map_err(|error| taken(error, "a scope of this name exists already").field("name"))?;
    app.scopes.clear();
    context.record(Happening::done(EventKind::ScopeCreated).by(actor).because(scope.name.clone()));
    Ok(scope)
}

/// Changes a scope: what `settings` name and nothing else.
///
/// # Errors
/// `not_found`, and as [`create`].
pub async fn edit(
    app: &App,
    context: &Context,
    actor: &str,
    name: &str,
    settings: ScopeSettings,
) -> Result<Scope, OAuthError> {
    let settings = checked(name, settings)?;
    let mut outcomes =
        app.database.batch(vec![scopes::update(name, &settings), scopes::select(name)]).await?.into_iter().skip(1);
    let scope = scopes::read(&outcomes.next().unwrap_or_default())?.ok_or_else(nowhere)?;
    app.scopes.clear();
    let why = format!("{name}: {}", settings.names());
    context.record(Happening::done(EventKind::ScopeUpdated).by(actor).because(why));
    Ok(scope)
}

/// Removes a scope, and takes it from every client and resource that had it. Tokens keep it until they are over, and no
/// refresh gives it again.
///
/// # Errors
/// `not_found`; `conflict` for one that is built in or named in the settings: it would come back.
pub async fn remove(app: &App, context: &Context, actor: &str, name: &str) -> Result<(), OAuthError> {
    if BUILT_IN.iter().any(|scope| scope.name == name) {
        return Err(OAuthError::conflict("a built-in scope stays; take it from the clients that shall not have it"));
    }
    if app.config.valid_scopes.contains(name) {
        return Err(OAuthError::conflict("the setting OAUTH_VALID_SCOPES names this scope; take it out there first"));
    }
    let outcomes = app.database.batch(scopes::delete(name).into()).await?;
    if outcomes.first().is_none_or(|deleted| deleted.changes == 0) {
        return Err(nowhere());
    }
    app.scopes.clear();
    app.clients.clear();
    app.resources.clear();
    context.record(Happening::done(EventKind::ScopeRemoved).by(actor).because(name));
    Ok(())
}

fn checked(name: &str, settings: ScopeSettings) -> Result<ScopeSettings, OAuthError> {
    if name == ADMIN && settings.open == Some(true) {
        let text = "the scope admin is never open to clients that registered themselves";
        return Err(OAuthError::invalid_request(text).field("open"));
    }
    let description = settings.description.as_deref().map(check_description).transpose();
    let description = description.map_err(|error| error.field("description"))?;
    let claims = settings.claims.as_deref().unwrap_or_default();
    if claims.len() > MOST_CLAIMS {
        return Err(OAuthError::invalid_request("a scope releases 64 claims at most").field("claims"));
    }
    claims.iter().try_for_each(|claim| check_claim_name(claim)).map_err(|error| error.field("claims"))?;
    Ok(ScopeSettings { description, ..settings })
}

fn nowhere() -> OAuthError {
    OAuthError::not_found("there is no scope of this name")
}
