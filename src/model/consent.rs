//! What a person allowed a client, so that they need not be asked again.

use crate::protocol::scope::ScopeSet;

/// A remembered yes: it holds for user, client, redirect host, scopes and resources together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Host of the redirect URI that was shown; for a custom scheme, the scheme.
    pub redirect_host: String,
    /// The scopes allowed.
    pub scopes: ScopeSet,
    /// The resources allowed.
    pub resources: Vec<String>,
}

impl Consent {
    /// Whether this yes covers all that is asked now.
    #[must_use]
    pub fn covers(&self, redirect_host: &str, scopes: &ScopeSet, resources: &[String]) -> bool {
        self.redirect_host == redirect_host
            && scopes.is_subset(&self.scopes)
            && resources.iter().all(|resource| self.resources.contains(resource))
    }
}
