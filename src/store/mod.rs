//! SQL over [`crate::ports::Database`]; one file a model: full SQL, a private row type, the model out.
//!
//! Two forms of each query: a [`crate::ports::Statement`] and a reader of its outcome, so that use cases can send
//! several in one batch (one hop), and where that is of use a method that does both.

pub mod account_sessions;
pub mod admin_sessions;
pub mod admin_token;
pub mod agent_sessions;
pub mod agents;
pub mod apps;
pub mod audit;
pub mod beginnings;
pub mod client_keys;
pub mod clients;
pub mod connect_states;
pub mod connections;
pub mod consents;
pub mod counted_messages;
pub mod due_grants;
pub mod grants;
pub mod identities;
pub mod initial_tokens;
mod json;
pub mod metrics;
pub mod passwords;
pub mod profiles;
pub mod providers;
mod replica;
pub mod resources;
pub mod revisions;
pub mod revoked_tokens;
pub mod scopes;
pub mod sealed;
pub mod server_connections;
pub mod session_clients;
pub mod sessions;
pub mod sign_in_states;
pub mod signing_keys;
pub mod stats;
pub mod tool_groups;
pub mod tool_switches;
pub mod tools;
pub mod used_assertions;
pub mod users;
pub mod versioned;

/// A text behind every one that begins with `prefix`.
fn after_all(prefix: &str) -> String {
    format!("{prefix}{}", char::MAX)
}
