//! What every store may answer instead of what it was asked.

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
