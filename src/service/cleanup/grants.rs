//! Whether the row of a grant may go. Its object decides, for the row knows only from the Queue, which may lose it, whether the
//! code was redeemed and when the grant was last used.
//!
//! - The object knows no living grant: it has ended, or its code, which is over by now, was never redeemed and cannot be
//!   any more. The row goes.
//! - The grant lives: the row is looked at again when the grant ends, unless it is used before.
//! - The object fails: later. What fails must not hold up the others, so it is not asked again for an hour.
//! - The id is not of our objects' (the jurisdiction was changed): nobody can say, and it may be changed back. A day.
//!
//! So a living grant never loses its row, whatever the settings were when it began, and whatever the Queue has lost.

use std::time::Duration;

use futures_util::future::join_all;

use super::GRACE;
use crate::app::App;
use crate::model::grant::commands::Reply;
use crate::ports::{Statement, StorageError, Stored};
use crate::protocol::time::Timestamp;
use crate::service::errors::log_failure;
use crate::store::due_grants;

/// So many objects are asked at the same time: the runtime opens six connections at once.
const AT_ONCE: usize = 6;
const AFTER_A_FAILURE: Duration = Duration::from_hours(1);
const WITHOUT_AN_OBJECT: Duration = Duration::from_hours(24);

/// What came of asking.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) removed: u64,
    pub(super) kept: u64,
    pub(super) failed: u64,
}

enum Verdict {
    Over,
    LivesUntil(Timestamp),
    WithoutAnObject,
    Failed(StorageError),
}

/// Asks the objects of these grants, and removes the rows of those that are over.
///
/// # Errors
/// When the database fails: then all stay as they are.
pub(super) async fn ask(app: &App, due: &[String], now: Timestamp) -> Stored<Asked> {
    let (mut asked, mut statements) = (Asked::default(), Vec::with_capacity(due.len()));
    for ids in due.chunks(AT_ONCE) {
        let verdicts = join_all(ids.iter().map(|id| verdict(app, id))).await;
        for (id, verdict) in ids.iter().zip(verdicts) {
            statements.push(asked.note(id, verdict, now));
        }
    }
    if !statements.is_empty() {
        app.database.batch(statements).await?;
    }
    Ok(asked)
}

async fn verdict(app: &App, id: &str) -> Verdict {
    if !app.grants.is_id(id) {
        return Verdict::WithoutAnObject;
    }
    match app.grants.ends_at(id).await {
        Ok(Reply::EndsAt(None)) => Verdict::Over,
        Ok(Reply::EndsAt(Some(moment))) => Verdict::LivesUntil(moment),
        Ok(_) => Verdict::Failed(StorageError::new("grants", "an answer that does not fit")),
        Err(error) => Verdict::Failed(error),
    }
}

impl Asked {
    fn note(&mut self, id: &str, verdict: Verdict, now: Timestamp) -> Statement {
        match verdict {
            Verdict::Over => {
                self.removed += 1;
                due_grants::delete(id)
            }
            Verdict::LivesUntil(moment) => {
                self.kept += 1;
                due_grants::look_again(id, moment + GRACE)
            }
            Verdict::WithoutAnObject => {
                self.kept += 1;
                due_grants::look_again(id, now + WITHOUT_AN_OBJECT)
            }
            Verdict::Failed(error) => {
                self.failed += 1;
                log_failure("grant_not_asked", &error);
                due_grants::look_again(id, now + AFTER_A_FAILURE)
            }
        }
    }
}
