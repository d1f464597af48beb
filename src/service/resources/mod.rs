//! Resource indicators (RFC 8707): for which API a token is meant. Our own APIs are always there, others are registered by an
//! administrator.

mod registered;

use std::sync::Arc;

pub use self::registered::{NewResource, ResourceSettings, create, edit, find, list, remove};
use crate::app::{App, Context};
use crate::model::resource::Resource;
use crate::ports::Freshness;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::{OPENID, ScopeSet};
use crate::store::resources;

/// An API of ours.
#[derive(Clone, Copy, Debug)]
pub struct OwnResource {
    /// Its path, which after the issuer is its URL.
    pub path: &'static str,
    /// What people are shown after the operator's name.
    pub name: &'static str,
    /// What it is usually asked for, separated by spaces.
    pub scope: &'static str,
}

/// `/api/…`
pub const API: OwnResource = OwnResource { path: "/api", name: "API", scope: "read:tools call:tools" };

/// `/mcp`
pub const MCP: OwnResource = OwnResource { path: "/mcp", name: "tools (MCP)", scope: "read:tools call:tools" };

/// `/admin/api/…`. Its scope is never a default, so whoever sends a person for it asks for it by name.
pub const ADMIN_API: OwnResource = OwnResource { path: "/admin/api", name: "admin API", scope: "" };

/// `/oauth/fastmcp/agent/…`, to which tokens for [`API`] may be brought.
pub const AGENTS: OwnResource = OwnResource { path: API.path, name: API.name, scope: "agent:connect" };

/// The APIs of ours.
pub const OWN: [OwnResource; 3] = [API, MCP, ADMIN_API];

/// Resources that exist, as a request names them; what people are shown; what they are usually asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// URIs, each once; empty: the issuer.
    pub uris: Vec<String>,
    /// What people are shown, a name each.
    pub names: Vec<String>,
    /// The scopes that they name as their defaults.
    pub scopes: ScopeSet,
}

/// Looks up the resources that a request names; the issuer alone is as good as none.
///
/// # Errors
/// `invalid_target` for one that is none; `temporarily_unavailable` when the database fails.
pub async fn named(app: &App, context: &Context, requested: &[String]) -> Result<Named, OAuthError> {
    if is_issuer_alone(app, requested) {
        return Ok(Named::default());
    }
    let foreign: Vec<String> = requested.iter().filter(|uri| own(app, uri).is_none()).cloned().collect();
    let found = look_up(app, context, &foreign).await?;
    let mut named = Named { uris: requested.to_vec(), ..Named::default() };
    for uri in requested {
        let (name, scopes) = own(app, uri)
            .or_else(|| {
                found.iter().find(|found| found.uri == *uri).map(|found| (found.name.clone(), found.scopes.clone()))
            })
            .ok_or_else(unknown)?;
        named.names.push(name);
        named.scopes = named.scopes.union(&scopes);
    }
    Ok(named)
}

/// What was read within the last 30 s may confirm. A resource that a replica does not know may be younger than the replica.
async fn look_up(app: &App, context: &Context, uris: &[String]) -> Result<Vec<Arc<Resource>>, OAuthError> {
    let now = context.now();
    let known: Vec<_> = uris.iter().filter_map(|uri| app.resources.get(uri, now)).collect();
    if known.len() == uris.len() {
        return Ok(known);
    }
    let mut found = resources::find(&*app.database, uris, Freshness::Replica).await?;
    if found.len() < uris.len() {
        found = resources::find(&*app.database, uris, Freshness::Primary).await?;
    }
    let found: Vec<_> = found.into_iter().map(Arc::new).collect();
    for resource in &found {
        app.resources.put(&resource.uri, Arc::clone(resource), now);
    }
    Ok(found)
}

/// Name and usual scopes of what is ours.
fn own(app: &App, uri: &str) -> Option<(String, ScopeSet)> {
    let brand = &app.config.brand.name;
    let path = uri.strip_prefix(app.config.issuer.as_str())?;
    if path.is_empty() {
        return Some((brand.clone(), ScopeSet::default()));
    }
    let own = OWN.iter().find(|own| own.path == path)?;
    Some((format!("{brand} {}", own.name), own.scope.split_ascii_whitespace().collect()))
}

fn unknown() -> OAuthError {
    OAuthError::invalid_target("the resource is not one this server issues tokens for")
}

fn is_issuer_alone(app: &App, requested: &[String]) -> bool {
    requested.iter().all(|resource| resource == app.config.issuer.as_str())
}

/// What an access token of a grant is for: what was allowed, or fewer of it if so asked, as far as that is still there.
///
/// # Errors
/// `invalid_target` for one that was not allowed, or asked for by name and removed since, and when none is left;
/// `temporarily_unavailable`.
pub async fn of_grant(
    app: &App,
    context: &Context,
    allowed: &[String],
    requested: &[String],
) -> Result<Vec<String>, OAuthError> {
    let mut uris = narrowed(app, allowed, requested)?;
    let foreign: Vec<String> = uris.iter().filter(|uri| own(app, uri).is_none()).cloned().collect();
    let found = look_up(app, context, &foreign).await?;
    let gone = |uri: &String| foreign.contains(uri) && !found.iter().any(|found| found.uri == *uri);
    // One that was asked for by name must be there; and none at all would be the issuer, which nobody allowed.
    if uris.iter().any(gone) && (!requested.is_empty() || uris.iter().all(gone)) {
        return Err(OAuthError::invalid_target("the resource was removed since it was allowed"));
    }
    uris.retain(|uri| !gone(uri));
    Ok(uris)
}

/// Fewer resources than were allowed, for one access token (RFC 8707 2.2); none asked for: all of them.
///
/// # Errors
/// `invalid_target` for one that was not allowed.
fn narrowed(app: &App, allowed: &[String], requested: &[String]) -> Result<Vec<String>, OAuthError> {
    let all = requested.is_empty() || (allowed.is_empty() && is_issuer_alone(app, requested));
    if all {
        return Ok(allowed.to_vec());
    }
    if requested.iter().all(|resource| allowed.contains(resource)) {
        return Ok(requested.to_vec());
    }
    Err(OAuthError::invalid_target("the resource is not one that was allowed"))
}

/// What a grant's object is asked about at a refresh. It does not know that the issuer alone is as good as none, so that is
/// left to [`narrowed`] afterwards; when that refuses, the object is told that nobody heard its answer.
#[must_use]
pub fn to_judge(app: &App, requested: &[String]) -> Vec<String> {
    if is_issuer_alone(app, requested) { Vec::new() } else { requested.to_vec() }
}

/// The audience of a token for `resources`: those, else the issuer. With `openid` both, since UserInfo is the issuer's.
#[must_use]
pub fn audience(app: &App, resources: &[String], scope: &ScopeSet) -> Vec<String> {
    let issuer = app.config.issuer.as_str();
    let also = resources.is_empty() || (scope.contains(OPENID) && !resources.iter().any(|resource| resource == issuer));
    resources.iter().cloned().chain(also.then(|| issuer.to_owned())).collect()
}
