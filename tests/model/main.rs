//! The grant's state machine, exhausted: every command in every state, and what no sequence of them may bring about.
#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod fixture;
#[path = "../support/generated.rs"]
mod generated;
mod guessing;
mod invariants;
#[path = "../support/limits.rs"]
mod limits;
mod redeem;
mod refresh;
mod revoke;
mod status;
mod stored;
mod table;
mod wake;
