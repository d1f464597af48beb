//! What clients and people do, from beginning to end, over the whole router.

#[path = "../support/mod.rs"]
mod support;

mod code_flow;
