//! The database as a request about one thing has it: it tells of which revision was what the request read or wrote, and may write only
//! while the thing is of an expected one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::revisions::{self, Revisions};
use crate::ports::{Database, Freshness, Outcome, Statement, StorageError, Stored};

/// A database around another. What it is asked it asks with a question for the revision, in one batch, so no hop more.
pub struct Versioned {
    database: Arc<dyn Database>,
    revisions: &'static Revisions,
    /// `None`: it is yet to be made.
    id: Option<String>,
    /// Nothing is written while the revision is none of these; empty: whatever it is.
    expected: Vec<i64>,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Default)]
struct State {
    /// The revision of what was read or written; never a later one, which would let a change rest on what nobody was shown.
    seen: Option<i64>,
    /// Whether the thing was written. What is read or written after may be of a later revision.
    written: bool,
    /// Whether a write was refused, since the revision was none of those expected.
    refused: bool,
}

impl Versioned {
    /// For a request that makes one.
    #[must_use]
    pub fn new_one(database: Arc<dyn Database>, revisions: &'static Revisions) -> Self {
        Self { database, revisions, id: None, expected: Vec::new(), state: Mutex::default() }
    }

    /// For a request about the one of this id.
    #[must_use]
    pub fn one(database: Arc<dyn Database>, revisions: &'static Revisions, id: &str) -> Self {
        Self { id: Some(id.to_owned()), ..Self::new_one(database, revisions) }
    }

    /// The same, writing only while it is of one of these revisions.
    #[must_use]
    pub fn expecting(self, expected: Vec<i64>) -> Self {
        Self { expected, ..self }
    }

    /// The revision it is of now; `None`: there is no such thing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look(&self) -> Stored<Option<i64>> {
        let revision = revisions::read(&self.database.run(self.question().fresh(Freshness::Primary)).await?)?;
        self.state().seen = revision;
        Ok(revision)
    }

    /// The revision of what was shown.
    #[must_use]
    pub fn seen(&self) -> Option<i64> {
        self.state().seen
    }

    /// Whether a write was refused because of the revision.
    #[must_use]
    pub fn was_refused(&self) -> bool {
        self.state().refused
    }

    fn question(&self) -> Statement {
        match &self.id {
            Some(id) => self.revisions.select(id),
            None => self.revisions.select_newest(),
        }
    }

    /// Other things may be written before (scopes of the settings), so a batch that writes is guarded until one of them has
    /// made the revision another.
    fn guard(&self, writes: bool) -> Option<Statement> {
        let wanted = writes && !self.expected.is_empty() && !self.state().written;
        self.id.as_ref().filter(|_| wanted).map(|id| self.revisions.guard(id, &self.expected))
    }

    /// What was read first, and what was written.
    fn asks(&self, writes: bool) -> bool {
        let State { seen, written, .. } = *self.state();
        !written && (writes || self.id.is_some() && seen.is_none())
    }

    fn note(&self, writes: bool, revision: Option<i64>) {
        let mut state = self.state();
        let is_another = match self.expected.as_slice() {
            [] => state.seen.is_none() || state.seen != revision,
            expected => revision.is_none_or(|revision| !expected.contains(&revision)),
        };
        // Of what is being made the last batch that writes is the one.
        state.written = self.id.is_some() && writes && is_another;
        state.seen = revision;
    }

    /// A panic elsewhere leaves nothing half done here.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Database for Versioned {
    async fn run(&self, statement: Statement) -> Stored<Outcome> {
        let outcomes = self.batch(vec![statement]).await?;
        outcomes.into_iter().next().ok_or_else(|| StorageError::new("database", "no outcome"))
    }

    async fn batch(&self, statements: Vec<Statement>) -> Stored<Vec<Outcome>> {
        let writes = statements.iter().any(Statement::is_write);
        let (guard, asks) = (self.guard(writes), self.asks(writes));
        let before = usize::from(guard.is_some());
        let question = asks.then(|| self.question());
        let all = guard.into_iter().chain(statements).chain(question).collect();
        let outcomes = self.database.batch(all).await;
        if outcomes.as_ref().err().is_some_and(revisions::is_refusal) {
            self.state().refused = true;
        }
        let mut outcomes = outcomes?;
        if asks {
            self.note(writes, revisions::read(&outcomes.pop().unwrap_or_default())?);
        }
        Ok(outcomes.into_iter().skip(before).collect())
    }
}
