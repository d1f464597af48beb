//! Resource indicators (RFC 8707): for which API a token is meant.

use crate::app::App;
use crate::protocol::error::OAuthError;
use crate::protocol::scope::{OPENID, ScopeSet};

/// The resources a request names, without the issuer, which is meant where none is named. No API can be registered
/// yet, so the issuer is the only one; what a client record says under `resources` decides what it may introspect.
///
/// # Errors
/// `invalid_target` for any other.
pub fn known(app: &App, requested: &[String]) -> Result<Vec<String>, OAuthError> {
    if requested.iter().all(|resource| resource == app.config.issuer.as_str()) {
        return Ok(Vec::new());
    }
    Err(OAuthError::invalid_target("the resource is not one this server issues tokens for"))
}

/// The audience of a token for `resources`: those, else the issuer. With `openid` both, since UserInfo is the issuer's.
#[must_use]
pub fn audience(app: &App, resources: &[String], scope: &ScopeSet) -> Vec<String> {
    let issuer = (resources.is_empty() || scope.contains(OPENID)).then(|| app.config.issuer.as_str().to_owned());
    resources.iter().cloned().chain(issuer).collect()
}
