//! Reads that a replica may answer, as long as it knows of what is asked for.

use crate::ports::{Database, Freshness, Outcome, Statement, Stored};

/// Runs a read. A row that a replica lacks may be younger than the replica, so the primary is asked before it is taken for
/// missing.
///
/// # Errors
/// When the database fails.
pub(super) async fn or_primary(database: &dyn Database, statement: Statement) -> Stored<Outcome> {
    let outcome = database.run(statement.clone()).await?;
    if outcome.is_empty() && statement.freshness == Freshness::Replica {
        return database.run(statement.fresh(Freshness::Primary)).await;
    }
    Ok(outcome)
}
