//! A scope as the scope table knows it.

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
