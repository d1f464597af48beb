//! Durable Objects: single-threaded, each the only judge of one thing. Both sides of one object stand in one file: the
//! object, and the port that calls it.

mod call;
pub mod connection;
pub mod grant;
mod id;
pub mod login_guard;
mod namespace;
pub mod socket;
mod storage;
