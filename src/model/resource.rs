//! An API that accepts our tokens (RFC 8707).

use crate::protocol::scope::ScopeSet;
use crate::protocol::time::Timestamp;

/// An API, named by its URL: the `aud` of tokens for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// By which an administrator removes it.
    pub id: String,
    /// Its URL, byte for byte.
    pub uri: String,
    /// What people are shown.
    pub name: String,
    /// What is given when a client sends a person for it and asks for no scope; none: the server's default.
    pub scopes: ScopeSet,
    /// When it was registered.
    pub created_at: Timestamp,
}
