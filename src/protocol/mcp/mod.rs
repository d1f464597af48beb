//! The Model Context Protocol on the wire: what a client sends to `/mcp`, in each version that is spoken here.

mod call;
mod cursor;
mod exchange;
mod header_names;
mod mirrored;
mod parameter_headers;
mod version;

pub use self::call::Call;
pub use self::cursor::Cursor;
pub use self::exchange::{Asked, Exchange, Failure};
pub use self::header_names::check_names;
pub use self::mirrored::Mirrored;
pub use self::parameter_headers::check as check_parameter_headers;
pub use self::version::Version;

/// A header is missing, or does not say what the body says (2026-07-28).
pub const HEADER_MISMATCH: i32 = -32020;
/// The version is none of ours (2026-07-28).
pub const UNSUPPORTED_VERSION: i32 = -32022;

/// The member of `_meta` that says which version a request is of.
pub const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
/// The member of `_meta` that says what the client can do.
pub const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";
/// The member of `_meta` that says who answers.
pub const SERVER_KEY: &str = "io.modelcontextprotocol/serverInfo";
