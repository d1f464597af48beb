//! The use cases: what Ostiary does, in terms of ports and models, without HTTP.

pub mod audit;
pub mod authorize;
pub mod bearer;
pub mod cleanup;
pub mod client_auth;
pub mod client_logo;
pub mod clients;
pub mod consent;
pub mod errors;
pub mod grants;
pub mod interactions;
pub mod introspection;
pub mod login;
pub mod revocation;
pub mod scopes;
pub mod seed;
pub mod sessions;
pub mod standing;
pub mod throttle;
pub mod token;
pub mod tokens;
pub mod users;
