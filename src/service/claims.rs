//! Which claims of a user a client is told: those its scopes release, and those it asked for by name.

use serde_json::{Map, Value};

use crate::model::client::Client;
use crate::model::scope::Scope;
use crate::model::user_claims::KnownUser;
use crate::protocol::claims_request::ClaimsRequest;
use crate::protocol::scope::ScopeSet;

/// What of `user` is known under these names.
#[must_use]
pub fn named(user: &KnownUser, names: &[String]) -> Map<String, Value> {
    names.iter().filter_map(|name| Some((name.clone(), user.claim(name)?))).collect()
}

/// What these scopes release of `user` (OpenID Connect Core 5.4), by the scope table.
#[must_use]
pub fn released(user: &KnownUser, table: &[Scope], scopes: &ScopeSet) -> Map<String, Value> {
    let released = table.iter().filter(|scope| scopes.contains(&scope.name)).flat_map(|scope| &scope.claims);
    released.filter_map(|name| Some((name.clone(), user.claim(name)?))).collect()
}

/// Of what was asked for by name, what the client may have at all: claims that one of its scopes releases. The others are
/// left out, as if they were not known (Core 5.5.1).
#[must_use]
pub fn allowed(request: ClaimsRequest, table: &[Scope], client: &Client) -> ClaimsRequest {
    request.filtered(|name| releasing(table, &client.scopes, name).is_some())
}

/// The scopes that a person is asked about, beyond those asked for: each claim by name is as much as the scope that
/// releases it.
#[must_use]
pub fn implied_scopes(request: &ClaimsRequest, table: &[Scope], client: &Client, asked: &ScopeSet) -> ScopeSet {
    let names = request.userinfo.iter().chain(&request.id_token);
    let wanted = names.filter(|name| releasing(table, asked, name).is_none());
    wanted.filter_map(|name| releasing(table, &client.scopes, name)).collect()
}

/// The first of these scopes that releases a claim.
fn releasing<'a>(table: &'a [Scope], scopes: &ScopeSet, claim: &str) -> Option<&'a str> {
    let mut releasing = table.iter().filter(|scope| scopes.contains(&scope.name));
    releasing.find(|scope| scope.claims.iter().any(|name| name == claim)).map(|scope| scope.name.as_str())
}
