//! `/oauth/…`, and the same at the root.

mod aliases;
mod authorize;
mod confusion;
mod described;
mod introspect;
mod logout;
mod private_key_jwt;
mod register;
mod resources;
mod revoke;
mod token;
mod userinfo;
