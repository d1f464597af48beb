//! The outer world, as traits. On Workers they are adapters in `cloudflare/`; in tests, in-memory twins.
//!
//! All are object-safe and `Send`; [`crate::app::App`] holds them as `Arc<dyn …>`. Each adapter has a deadline of its
//! own (KV 1 s, D1 and objects 4 s, other servers what the caller says) and answers [`StorageError`] past it.

use std::time::Duration;

use async_trait::async_trait;
use serde::de::DeserializeOwned;

use crate::model::audit::Event;
use crate::model::code::CodeRecord;
use crate::model::grant::commands::{End, Presented, Redeem, Refresh, Reply, Revoke, Unheard};
use crate::model::login_guard::LoginAttempt;
use crate::protocol::json::from_text;
use crate::protocol::time::Timestamp;

/// A store did not do what it was asked: it failed, answered nonsense, or took too long. The text is for the log.
#[derive(Debug, thiserror::Error)]
#[error("{store}: {problem}")]
pub struct StorageError {
    /// Which store.
    pub store: &'static str,
    /// What went wrong.
    pub problem: String,
    /// What a constraint of the database refused, when that is what happened.
    pub constraint: bool,
}

impl StorageError {
    /// A failure of `store`.
    #[must_use]
    pub fn new(store: &'static str, problem: impl Into<String>) -> Self {
        Self { store, problem: problem.into(), constraint: false }
    }
}

/// What an adapter answers.
pub type Stored<T> = Result<T, StorageError>;

/// A value bound to a statement. D1 knows no 64-bit integers; ours stay below 2^53.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// NULL
    Null,
    /// A whole number below 2^53.
    Integer(i64),
    /// Text.
    Text(String),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Integer(i64::from(yes))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Self {
        Self::Integer(moment.seconds())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// How fresh a read must be. A batch is as fresh as its most demanding statement; writes go to the primary anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// A replica nearby will do.
    Replica,
    /// The primary is asked.
    Primary,
}

/// One SQL statement with its values bound to `?1`, `?2`, …
#[derive(Clone, Debug)]
pub struct Statement {
    /// The SQL; never put together from input.
    pub sql: &'static str,
    /// The values.
    pub values: Vec<Value>,
    /// How fresh its answer must be.
    pub freshness: Freshness,
}

impl Statement {
    /// A read that a replica may answer.
    #[must_use]
    pub const fn read(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql, values, freshness: Freshness::Replica }
    }

    /// A write.
    #[must_use]
    pub const fn write(sql: &'static str, values: Vec<Value>) -> Self {
        Self { sql, values, freshness: Freshness::Primary }
    }

    /// The same, asked with this freshness.
    #[must_use]
    pub const fn fresh(mut self, freshness: Freshness) -> Self {
        self.freshness = freshness;
        self
    }
}

/// What one statement did.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The rows it answered, as the text of a JSON array of objects, column → value (booleans are numbers). Text, because
    /// so they leave JavaScript by one call, and are read once, straight into what they are.
    pub rows: String,
    /// How many rows it changed.
    pub changes: u64,
}

impl Outcome {
    /// Whether it answered no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self.rows.as_str(), "" | "[]")
    }

    /// The rows, each read as a `T`.
    ///
    /// # Errors
    /// When a row is not a `T`: the schema and the code disagree.
    pub fn read<T: DeserializeOwned>(&self) -> Stored<Vec<T>> {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        from_text(&self.rows).map_err(|error| StorageError::new("database", error.to_string()))
    }

    /// The first row, read as a `T`.
    ///
    /// # Errors
    /// When a row is not a `T`.
    pub fn first<T: DeserializeOwned>(&self) -> Stored<Option<T>> {
        Ok(self.read()?.into_iter().next())
    }
}

/// SQL: D1 on Workers, `SQLite` with the same migrations in tests.
#[async_trait]
pub trait Database: Send + Sync {
    /// Runs one statement.
    async fn run(&self, statement: Statement) -> Stored<Outcome>;

    /// Runs statements as one transaction, one hop: all or none. Answers one outcome for each, in order.
    async fn batch(&self, statements: Vec<Statement>) -> Stored<Vec<Outcome>>;
}

/// Short-lived authorization codes: KV on Workers. Eventually consistent, so a miss is not yet a no.
#[async_trait]
pub trait Codes: Send + Sync {
    /// Remembers `record` under the code's hash until it expires.
    async fn put(&self, code_hash: &str, record: &CodeRecord) -> Stored<()>;

    /// What was remembered; `None` also past its expiry.
    async fn get(&self, code_hash: &str) -> Stored<Option<CodeRecord>>;
}

/// Grants, each the only judge of what may happen once: one Durable Object each on Workers.
///
/// A command may be repeated by the adapter when its connection broke. A repetition leaves the grant as the first did, and
/// tokens are issued alike; but what a repetition finds ended, it does not report as ended by it. So when the first answer of
/// a revocation or a replay was lost, the grant has ended, and neither the audit log nor the row in `grants` hears of it:
/// `ended_at` is a hint, never a proof that a grant lives.
#[async_trait]
pub trait Grants: Send + Sync {
    /// A new grant's id, 43 letters of base64url; takes no hop.
    ///
    /// # Errors
    /// When the runtime refuses to make one.
    fn new_id(&self) -> Stored<String>;

    /// Whether `id` is one this deployment may have made. A forged one wakes no object.
    fn is_id(&self, id: &str) -> bool;

    /// Exchanges a code: [`Reply::Issued`] or [`Reply::Refused`].
    async fn redeem(&self, id: &str, command: Redeem) -> Stored<Reply>;

    /// Exchanges a refresh token: [`Reply::Issued`] or [`Reply::Refused`].
    async fn refresh(&self, id: &str, command: Refresh) -> Stored<Reply>;

    /// Says that the answer to an exchange of a refresh token never left us: [`Reply::Unchanged`].
    async fn unheard(&self, id: &str, command: Unheard) -> Stored<Reply>;

    /// Looks at a token: [`Reply::Active`] or [`Reply::Inactive`].
    async fn status(&self, id: &str, token: Presented) -> Stored<Reply>;

    /// Takes a token back: [`Reply::Revoked`], [`Reply::Ended`] or [`Reply::Unchanged`].
    async fn revoke(&self, id: &str, command: Revoke) -> Stored<Reply>;

    /// Ends a grant: [`Reply::Ended`] or [`Reply::Unchanged`].
    async fn end(&self, id: &str, command: End) -> Stored<Reply>;

    /// When a grant ends unless it is used before: [`Reply::EndsAt`].
    async fn ends_at(&self, id: &str) -> Stored<Reply>;
}

/// Checks passwords and slows guessing: one Durable Object an account name on Workers, where the slow hash holds up
/// nobody else.
#[async_trait]
pub trait LoginGuard: Send + Sync {
    /// Checks `password` against `stored` (PHC form). `account` names the guard, byte for byte. `None` takes the same time and is always refused.
    async fn attempt(&self, account: &str, address: &str, password: &str, stored: Option<&str>)
    -> Stored<LoginAttempt>;

    /// Hashes a password, PHC form. `place` says which guard does the work, and no more: none remembers anything of it.
    async fn hash(&self, place: &str, password: &str) -> Stored<String>;
}

/// Signs and verifies with our own keys, found by `kid`: WebCrypto on Workers.
#[async_trait]
pub trait Signer: Send + Sync {
    /// The signature of `bytes` as JWS writes it (ES256: r ‖ s, 64 bytes).
    async fn sign(&self, kid: &str, bytes: &[u8]) -> Stored<Vec<u8>>;

    /// Whether `signature` is that of `bytes` by the key `kid`. An unknown `kid` is `false`.
    async fn verify(&self, kid: &str, bytes: &[u8], signature: &[u8]) -> Stored<bool>;
}

/// Seals what leaves us and must come back as it was: AES-256-GCM.
#[async_trait]
pub trait Sealer: Send + Sync {
    /// Seals `bytes`; `context` must be the same at [`Sealer::open`]. Text safe in a URL and a form.
    async fn seal(&self, bytes: &[u8], context: &str) -> Stored<String>;

    /// Opens what [`Sealer::seal`] made; `None` when it was altered, cut, or sealed for another context.
    async fn open(&self, sealed: &str, context: &str) -> Stored<Option<Vec<u8>>>;
}

/// Slows an address over many accounts: approximate, per location.
#[async_trait]
pub trait Limiter: Send + Sync {
    /// Whether `key` may go on.
    async fn allow(&self, key: &str) -> Stored<bool>;
}

/// How long an answer of another server may take, and how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpLimits {
    /// From the request to the last byte.
    pub deadline: Duration,
    /// The longest body.
    pub bytes: usize,
}

/// What another server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpReply {
    /// The status; a redirect is one of them, none is followed.
    pub status: u16,
    /// `Content-Type`, as it was sent.
    pub content_type: Option<String>,
    /// The body, whole.
    pub body: Vec<u8>,
}

/// Asks other servers. Which may be asked is for [`crate::protocol::outbound`] to say, before.
#[async_trait]
pub trait HttpClient: Send + Sync {
    /// `GET url`, with no cookies and no credentials. An answer beyond `limits` is an error.
    async fn get(&self, url: &str, limits: HttpLimits) -> Stored<HttpReply>;
}

/// Takes events off the request's path: a Queue on Workers, sent after the answer.
pub trait Events: Send + Sync {
    /// Hands the events of one request on. Never waits, never fails the request.
    fn send(&self, events: Vec<Event>);
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Makes randomness fit for keys.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}
