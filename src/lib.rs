//! Ostiary: an OAuth 2.1 authorization server that lives wholly on Cloudflare Workers.
//!
//! The map of the house. A room may name only those to its right:
//!
//! ```text
//! cloudflare → web → service → store → { ports, model } → protocol
//! ```
//!
//! | room | what lives there |
//! |---|---|
//! | [`protocol`] | the rules on the wire: parsing, checking, encoding; pure and synchronous |
//! | [`model`] | what is remembered, as state machines; the time is an argument |
//! | [`ports`] | the outer world as traits: database, code store, grant objects, keys, clock… |
//! | [`store`] | SQL, one file a model |
//! | [`service`] | the use cases: authorize, the grants, login, consent, introspection… |
//! | [`web`] | HTTP: the router, extractors, pages |
//! | `cloudflare` | the Worker: the only room that knows the runtime |
//!
//! [`app`] and [`config`] stand beside [`ports`]: what a request may touch, and the operator's settings.
//! `tests/architecture/` keeps the arrows.

pub mod app;
pub mod config;
pub mod model;
pub mod ports;
pub mod protocol;
pub mod service;
pub mod store;
pub mod web;

#[cfg(target_arch = "wasm32")]
mod cloudflare;
