//! What clients and people do, from beginning to end, over the whole router.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod account_rows;
mod audit;
mod back_channel;
mod cleanup;
mod cleanup_bounds;
mod code_flow;
mod depth;
mod faults;
mod faults_authorize;
mod first_answer;
mod interaction;
mod kept;
mod key_rotation;
mod key_rows;
mod log;
mod log_table;
mod outage;
mod parallel;
mod replicas;
mod sign_out;
mod standing;
