//! Every rule of the server, path by path, over the whole router: the files mirror the URLs.
#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod account;
mod admin;
mod admin_pages;
mod api;
mod body_limits;
mod broker;
mod client_logo;
mod consent;
mod cors;
mod dev;
mod documents;
mod enabled;
mod garbage;
mod headers;
mod host;
mod login;
mod logout;
mod mcp;
mod methods;
mod migrations;
mod oauth;
mod paths;
mod root;
mod settings;
mod throttle;
mod well_known;
