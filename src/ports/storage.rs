//! What every store may answer instead of what it was asked.

use std::ops::Deref;

/// A store did not do what it was asked: it failed, answered nonsense, or took too long. The text is for the log. One
/// pointer wide, since every call of a port hands it on.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", .0.store, .0.problem)]
pub struct StorageError(Box<Trouble>);

/// What a [`StorageError`] tells.
#[derive(Debug)]
pub struct Trouble {
    /// Which store.
    pub store: &'static str,
    /// What went wrong.
    pub problem: String,
    /// What a constraint of the database refused, when that is what happened.
    pub constraint: bool,
    /// Whether it took too long.
    pub late: bool,
}

impl StorageError {
    /// A failure of `store`.
    #[must_use]
    pub fn new(store: &'static str, problem: impl Into<String>) -> Self {
        Self(Box::new(Trouble { store, problem: problem.into(), constraint: false, late: false }))
    }

    /// The same, and whether a constraint of the database refused it.
    #[must_use]
    pub fn constraint(mut self, constraint: bool) -> Self {
        self.0.constraint = constraint;
        self
    }

    /// The same: it took too long.
    #[must_use]
    pub fn late(mut self) -> Self {
        self.0.late = true;
        self
    }
}

impl Deref for StorageError {
    type Target = Trouble;

    fn deref(&self) -> &Trouble {
        &self.0
    }
}

/// What an adapter answers.
pub type Stored<T> = Result<T, StorageError>;
