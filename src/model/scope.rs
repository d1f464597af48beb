//! A scope as the scope table knows it.

use serde::Deserialize;

use super::sent;

/// A named permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// As it is asked for.
    pub name: String,
    /// The sentence on the consent page.
    pub description: String,
    /// Whether clients that registered themselves may ask for it.
    pub open: bool,
    /// What of a user it releases (OpenID Connect Core 5.4).
    pub claims: Vec<String>,
}

impl Scope {
    /// A scope of which nothing but the name is known.
    #[must_use]
    pub fn bare(name: &str) -> Self {
        Self { name: name.to_owned(), description: name.to_owned(), open: false, claims: Vec::new() }
    }
}

/// What of a scope may be edited. A missing member leaves it as it is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopeSettings {
    /// The sentence on the consent page.
    pub description: Option<String>,
    /// Whether clients that registered themselves may ask for it.
    pub open: Option<bool>,
    /// What of a user it releases, in place of all that it released before.
    pub claims: Option<Vec<String>>,
}

impl ScopeSettings {
    /// The names of the members that say something, in one line for the audit log.
    #[must_use]
    pub fn names(&self) -> String {
        sent::names(&[
            ("description", self.description.is_some()),
            ("open", self.open.is_some()),
            ("claims", self.claims.is_some()),
        ])
    }
}
