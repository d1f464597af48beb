//! The grant: one authorization of one client by one user, its code, its refresh chain, its access tokens.
//!
//! A pure state machine, [`apply`], decides what may happen once. On Workers it runs in one Durable Object for each
//! grant, which is single-threaded and stores one small value; the native twin keeps the same states in a map.
//!
//! The rules, in the order they are checked, stand at each command in [`commands`]; what is kept, in [`state`].

pub mod commands;
mod end;
mod live;
mod machine;
mod redeem;
mod refresh;
mod revoke;
pub mod state;
mod status;
pub mod tokens;
mod unheard;

pub use commands::{Command, Reply};
pub use machine::{Wake, apply, wake};
pub use state::{Authority, GrantState};
pub use tokens::{AccessTokenId, RefreshToken};
