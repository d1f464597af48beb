//! What is remembered: plain values and state machines, without SQL, HTTP or a clock.

pub mod audit;
pub mod client;
pub mod client_keys;
pub mod client_lifetimes;
pub mod client_settings;
pub mod code;
pub mod connection;
pub mod consent;
pub mod grant;
pub mod identity;
pub mod initial_token;
pub mod interaction;
pub mod login_guard;
pub mod logout_notice;
pub mod password;
pub mod provider;
pub mod resource;
pub mod scope;
mod sent;
pub mod session;
pub mod signing_key;
pub mod status;
pub mod tool;
pub mod tool_group;
pub mod user;
pub mod user_claims;
pub mod user_settings;
