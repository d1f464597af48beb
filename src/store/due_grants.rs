//! Rows of grants that clean-up has to look at: `look_at` has come, and the row is old enough to be removed at all.

use serde::Deserialize;

use super::grants::ANSWERS_FOR;
use crate::ports::{Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

#[derive(Deserialize)]
struct Row {
    id: String,
}

/// Removes grants that are known to have ended, at most so many.
#[must_use]
pub fn delete_ended(now: Timestamp, most: i64) -> Statement {
    Statement::write(
        "DELETE FROM grants WHERE id IN \
         (SELECT id FROM grants WHERE ended_at IS NOT NULL AND look_at <= ?1 AND created_at <= ?2 LIMIT ?3)",
        vec![now.into(), (now - ANSWERS_FOR).into(), most.into()],
    )
}

/// Asks for grants whose objects must say whether they live, the longest due first, at most so many.
#[must_use]
pub fn select(now: Timestamp, most: i64) -> Statement {
    Statement::write(
        "SELECT id FROM grants WHERE ended_at IS NULL AND look_at <= ?1 AND created_at <= ?2 ORDER BY look_at LIMIT ?3",
        vec![now.into(), (now - ANSWERS_FOR).into(), most.into()],
    )
}

/// Reads the answer to [`select`]: the ids.
///
/// # Errors
/// When a row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Vec<String>> {
    Ok(outcome.read::<Row>()?.into_iter().map(|row| row.id).collect())
}

/// Removes a grant: it has ended, or its code is over and was never redeemed.
#[must_use]
pub fn delete(id: &str) -> Statement {
    Statement::write("DELETE FROM grants WHERE id = ?1", vec![id.into()])
}

/// Leaves a grant alone until `moment`. One that was ended meanwhile keeps its own time.
#[must_use]
pub fn look_again(id: &str, moment: Timestamp) -> Statement {
    Statement::write(
        "UPDATE grants SET look_at = ?2 WHERE id = ?1 AND ended_at IS NULL",
        vec![id.into(), moment.into()],
    )
}
