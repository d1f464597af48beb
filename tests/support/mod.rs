//! The outer world's twins: every port in memory, on a clock that tests move.
//!
//! A test makes one [`Hops`] and one [`TestClock`], and gives both to the twins it needs. A twin's `fault` makes it
//! fail as the real thing may.
#![allow(dead_code, reason = "each test crate uses other parts of this module")]
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

pub mod admin;
pub mod agent_socket;
pub mod browser;
pub mod cleanup;
pub mod client_key;
pub mod clock;
pub mod codes;
pub mod database;
pub mod events;
pub mod fault;
pub mod flow;
pub mod forge;
pub mod forgeries;
pub mod generated;
pub mod grants;
pub mod hops;
pub mod http;
pub mod idp;
pub mod jwt;
pub mod keeper;
pub mod keys;
pub mod limiter;
pub mod limits;
pub mod log_lines;
pub mod log_table;
pub mod login_guard;
pub mod logouts;
pub mod made_keys;
pub mod mcp;
pub mod openapi;
pub mod random;
pub mod reply;
pub mod request;
pub mod router_table;
pub mod schemas;
pub mod sealer;
pub mod secrets;
pub mod server;
pub mod sign_in;
pub mod signer;
pub mod snapshot;
pub mod sockets;
pub mod tools;
pub mod verifier;
