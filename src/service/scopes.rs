//! Which scopes there are, and which a request gets.

use std::sync::Arc;

use crate::app::{App, Context};
use crate::model::client::Client;
use crate::model::scope::Scope;
use crate::ports::Freshness;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::{OPENID, ScopeSet};
use crate::store::scopes;

const KEY: &str = "";

/// The scope table, at most 30 s old. Scopes of `OAUTH_VALID_SCOPES` that it lacks are added to it first.
///
/// # Errors
/// When the database fails.
pub async fn all(app: &App, context: &Context) -> Result<Arc<Vec<Scope>>, OAuthError> {
    if let Some(known) = app.scopes.get(KEY, context.now()) {
        return Ok(known);
    }
    let table = add_missing(app, scopes::list(&*app.database, Freshness::Replica).await?).await?;
    let table = Arc::new(table);
    app.scopes.put(KEY, Arc::clone(&table), context.now());
    Ok(table)
}

async fn add_missing(app: &App, table: Vec<Scope>) -> Result<Vec<Scope>, OAuthError> {
    let is_missing = |name: &&str| !table.iter().any(|scope| scope.name == **name);
    let missing: Vec<&str> = app.config.valid_scopes.iter().filter(is_missing).collect();
    if missing.is_empty() {
        return Ok(table);
    }
    app.database.batch(missing.into_iter().map(|name| scopes::insert(name, name, true)).collect()).await?;
    Ok(scopes::list(&*app.database, Freshness::Primary).await?)
}

/// What is asked for, as far as it is understood: with `openid` a scope that is nowhere is ignored (OpenID Connect Core
/// 3.1.2.1), without it one is refused by [`granted`].
#[must_use]
pub fn understood(table: &[Scope], requested: ScopeSet) -> ScopeSet {
    if !requested.contains(OPENID) {
        return requested;
    }
    let known: ScopeSet = table.iter().map(|scope| scope.name.as_str()).collect();
    requested.intersection(&known)
}

/// What a client gets that asks for `requested` or, when it asks for none, the default scopes of the resources that it names,
/// as far as it may have them.
///
/// # Errors
/// As [`granted`].
pub fn granted_at(
    app: &App,
    client: &Client,
    of_resources: &ScopeSet,
    requested: Option<&ScopeSet>,
) -> Result<ScopeSet, OAuthError> {
    let usual = of_resources.intersection(&client.scopes);
    let asks_for_none = requested.is_none_or(ScopeSet::is_empty);
    if asks_for_none && !usual.is_empty() { Ok(usual) } else { granted(app, client, requested) }
}

/// What a client gets that asks for `requested`, or the default scopes when it asks for none.
///
/// # Errors
/// `invalid_scope` for one that the client may not have, or when nothing would be left. Every scope a client may have
/// exists (its registration saw to that), so an unknown one is refused by the same rule.
pub fn granted(app: &App, client: &Client, requested: Option<&ScopeSet>) -> Result<ScopeSet, OAuthError> {
    let Some(requested) = requested.filter(|scopes| !scopes.is_empty()) else {
        let default = app.config.default_scopes.intersection(&client.scopes);
        if default.is_empty() {
            return Err(OAuthError::invalid_scope("the client may have none of the default scopes; ask for a scope"));
        }
        return Ok(default);
    };
    match requested.iter().find(|scope| !client.may_have(scope)) {
        Some(scope) => Err(OAuthError::invalid_scope(format!("the client may not have the scope {scope}"))),
        None => Ok(requested.clone()),
    }
}
