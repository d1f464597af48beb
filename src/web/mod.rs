//! HTTP: which path answers what, how requests become calls and errors become answers. Handlers are thin.

mod accept;
mod account;
mod admin;
mod admin_pages;
mod api;
mod bearer;
pub mod cookies;
mod dev;
mod endpoint;
mod error;
mod error_page;
mod extract;
mod gate;
mod headers;
mod layers;
mod mcp;
mod oauth;
pub mod pages;
mod person;
mod problem;
mod query;
mod redirect;
mod render;
mod root;
mod router;
mod switching;
mod visitor;

pub use error_page::setting_error;
pub use layers::Place;
pub use router::router;
