//! `/oauth/…`, and the same at the root.

mod aliases;
mod authorize;
mod introspect;
mod revoke;
mod token;
