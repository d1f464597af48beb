//! SQL: statements and what they did.

use async_trait::async_trait;
use serde::de::DeserializeOwned;

use super::{StorageError, Stored};
use crate::protocol::json::from_stored;
use crate::protocol::time::Timestamp;

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

    /// Whether it may write; if in doubt, yes.
    #[must_use]
    pub fn is_write(&self) -> bool {
        !self.sql.starts_with("SELECT")
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
        from_stored(&self.rows).map_err(|error| StorageError::new("database", error.to_string()))
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
