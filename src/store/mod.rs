//! SQL over [`crate::ports::Database`], one file a model.

pub mod cache;
