//! Removes what is over from the databases: a bounded part at each call of the cron trigger, the rest at the next. What goes when is a
//! table, [`kinds`]; beside it:
//!
//! - a grant's row goes when the grant has ended, or its code is over and was never redeemed: see [`grants`];
//! - a signing key goes when it is in no slot, and its last token has been over for as long as a session may last.
//!
//! Users, other clients and remembered consents stay. Objects and codes remove themselves. Nothing is removed before
//! [`GRACE`] has passed, for the clocks of isolates differ.

mod grants;
mod kinds;
mod removed;

use std::time::Duration;

pub use self::removed::Removed;
use crate::app::App;
use crate::ports::{Outcome, Stored};
use crate::protocol::time::Timestamp;
use crate::service::{agents, signing_keys};
use crate::store::due_grants;

/// How far the clocks of two isolates may be apart.
const GRACE: Duration = Duration::from_mins(5);
/// So many rows of a kind are removed by one statement, so that each is quick.
const ROWS: i64 = 200;
/// So many grants are asked in one round, and then their answers written: a call that the runtime cuts short for its CPU
/// time has got somewhere.
const ASKED: i64 = 20;
/// So many rounds in one call: all of it well below the 1,000 calls to other services that the runtime allows.
const ROUNDS: u16 = 30;

/// The tables that are cleaned.
pub fn tables() -> impl Iterator<Item = &'static str> {
    let kinds = kinds::OF_THE_DATABASE.iter().chain(&kinds::OF_THE_AUDIT_DATABASE);
    kinds.map(|(table, _)| *table).chain(["signing_keys"])
}

/// Removes what is over, round by round, until nothing is left or this call has done its part. Doing it twice, or at the
/// same time, does no harm.
///
/// # Errors
/// When a database fails. What was removed before stays removed, the rest is for the next call.
pub async fn clean_up(app: &App) -> Stored<Removed> {
    let mut all = Removed::default();
    let done = clean_database(app, &mut all).await;
    // One database that fails is no reason to leave the other as it is.
    let audit = clean_audit_database(app, &mut all).await;
    all.log();
    done.and(audit).map(|()| all)
}

async fn clean_database(app: &App, all: &mut Removed) -> Stored<()> {
    for _ in 0..ROUNDS {
        all.unfinished = false;
        round(app, all).await?;
        // Where grants cannot be asked, more of it now would only wait longer.
        if !all.unfinished || all.count("grants_not_asked") > 0 {
            break;
        }
    }
    let forgotten = signing_keys::clean_up(app, app.clock.now()).await?;
    all.add("signing_keys", forgotten);
    Ok(())
}

async fn clean_audit_database(app: &App, all: &mut Removed) -> Stored<()> {
    let now = app.clock.now();
    for _ in 0..ROUNDS {
        let statements = kinds::OF_THE_AUDIT_DATABASE.iter().map(|(_, statement)| statement(app, now)).collect();
        let outcomes = app.audit_database.batch(statements).await?;
        for ((kind, _), outcome) in kinds::OF_THE_AUDIT_DATABASE.iter().zip(&outcomes) {
            all.add(kind, outcome.changes);
        }
        if outcomes.iter().all(|outcome| outcome.changes < ROWS.unsigned_abs()) {
            return Ok(());
        }
    }
    all.unfinished = true;
    Ok(())
}

async fn round(app: &App, all: &mut Removed) -> Stored<()> {
    let now = app.clock.now();
    let statements = kinds::OF_THE_DATABASE.iter().map(|(_, statement)| statement(app, now));
    let statements = statements.chain([due_grants::select(now, ASKED)]).collect();
    let mut outcomes = app.database.batch(statements).await?.into_iter();
    for ((kind, _), outcome) in kinds::OF_THE_DATABASE.iter().zip(&mut outcomes) {
        note(app, all, kind, &outcome).await?;
    }
    ask_grants(app, all, &outcomes.next().unwrap_or_default(), now).await
}

async fn note(app: &App, all: &mut Removed, kind: &'static str, outcome: &Outcome) -> Stored<()> {
    let count = kinds::count(outcome)?;
    all.add(kind, count);
    all.unfinished |= count == ROWS.unsigned_abs();
    match kind {
        "agent_sessions" => agents::note_expired(app, outcome).await,
        _ => Ok(()),
    }
}

async fn ask_grants(app: &App, all: &mut Removed, due: &Outcome, now: Timestamp) -> Stored<()> {
    let due = due_grants::read(due)?;
    all.unfinished |= i64::try_from(due.len()) == Ok(ASKED);
    let asked = grants::ask(app, &due, now).await?;
    all.add("grants", asked.removed);
    all.add("grants_kept", asked.kept);
    all.add("grants_not_asked", asked.failed);
    Ok(())
}
