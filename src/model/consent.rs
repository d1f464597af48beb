//! What a person allowed a client, so that they need not be asked again.

use crate::protocol::scope::ScopeSet;

/// A remembered yes: it holds for user, client, redirect host, scopes and resources together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Host of the redirect URI that was shown; for a custom scheme, the scheme.
    pub redirect_host: String,
    /// The scopes allowed.
    pub scopes: ScopeSet,
    /// The resources they were allowed at, in the order of their texts; none: the issuer.
    pub resources: Vec<String>,
}

impl Consent {
    /// Whether this yes was given for this host and exactly these resources: a yes for one API is none for another, nor for
    /// the issuer's own, which is meant where none is named.
    #[must_use]
    pub fn is_for(&self, redirect_host: &str, resources: &[String]) -> bool {
        self.redirect_host == redirect_host && self.resources == in_order(resources)
    }

    /// Whether this yes covers all that is asked now.
    #[must_use]
    pub fn covers(&self, redirect_host: &str, scopes: &ScopeSet, resources: &[String]) -> bool {
        self.is_for(redirect_host, resources) && scopes.is_subset(&self.scopes)
    }
}

/// Resources in the order of their texts, so that the same ones are the same however they were named.
#[must_use]
pub fn in_order(resources: &[String]) -> Vec<String> {
    let mut resources = resources.to_vec();
    resources.sort_unstable();
    resources
}
