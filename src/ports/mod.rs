//! The outer world, as traits. On Workers they are adapters in `cloudflare/`; in tests, in-memory twins.
//!
//! All are object-safe and `Send`; [`crate::app::App`] holds them as `Arc<dyn …>`. Each adapter has a deadline of its
//! own (KV 1 s, D1 and objects 4 s, the keeper of tokens 15 s, other servers what the caller says) and answers [`StorageError`]
//! past it.

mod codes;
mod database;
mod grants;
mod guessing;
mod http;
mod keeper;
mod keys;
mod runtime;
mod schemas;
mod sockets;
mod storage;

pub use self::codes::Codes;
pub use self::database::{Database, Freshness, Outcome, Statement, Value};
pub use self::grants::Grants;
pub use self::guessing::{Limit, Limiter, LoginGuard};
pub use self::http::{Caching, HttpClient, HttpLimits, HttpReply, HttpRequest};
pub use self::keeper::TokenKeeper;
pub use self::keys::{Sealer, Signer};
pub use self::runtime::{Clock, Events, Logouts, Random};
pub use self::schemas::Schemas;
pub use self::sockets::{Opened, Sockets};
pub use self::storage::{StorageError, Stored};
