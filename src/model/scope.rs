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
}
