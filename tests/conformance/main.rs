//! What a certified OpenID Provider does: the modules of the OpenID Foundation's conformance plans, each as a test that bears
//! the module's name (Basic OP, Form Post OP, Config OP, Dynamic OP, 3rd-Party-Init OP, RP-Initiated Logout, Back-Channel Logout).
//!
//! The suite fails a module on some clauses and only warns on others; here each fails.
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod back_channel;
mod basic;
mod config;
mod dynamic;
mod form_post;
mod relying_party;
mod rp_logout;
mod third_party_init;
