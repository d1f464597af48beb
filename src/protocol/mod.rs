//! The rules on the wire: one file a subject, each citing the RFC it follows. Nothing here waits, stores or
//! reads a clock.

pub mod audience;
pub mod authentication;
pub mod authorize;
pub mod cache_control;
pub mod claims_request;
pub mod client_auth;
pub mod client_id_url;
pub mod digest;
pub mod discovery;
pub mod entity_tag;
pub mod error;
pub mod input_schema;
pub mod introspection;
pub mod jose;
pub mod json;
pub mod json_rpc;
pub mod link_uri;
pub mod logout;
pub mod mcp;
pub mod outbound;
pub mod parameters;
pub mod pkce;
pub mod prometheus;
pub mod python_module;
pub mod redirect_uri;
pub mod requested;
pub mod scope;
pub mod sealed;
pub mod time;
pub mod token;
pub mod tool_name;
pub mod tool_request;
pub mod uri;
pub mod user_agent;
pub mod violation;
