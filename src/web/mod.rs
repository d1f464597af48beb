//! HTTP: which path answers what, how requests become calls and errors become answers. Handlers are thin.

mod account;
mod admin;
mod api;
mod cookies;
mod dev;
mod error;
mod extract;
mod headers;
mod layers;
mod oauth;
pub mod pages;
mod render;
mod root;
mod router;

pub use render::setting_error;
pub use router::router;
