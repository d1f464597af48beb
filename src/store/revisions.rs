//! Revisions of the things that administrators look after: another number after each change of what is shown of one
//! (migrations/0015_revisions.sql).

use serde::Deserialize;

use super::json;
use crate::ports::{Outcome, Statement, StorageError, Stored};

/// Where the revisions of one kind of thing are.
pub struct Revisions {
    select: &'static str,
    newest: &'static str,
    guard: &'static str,
}

macro_rules! revisions {
    ($table:literal, $id:literal) => {
        Revisions {
            select: concat!("SELECT revision FROM ", $table, " WHERE ", $id, " = ?1"),
            newest: concat!("SELECT revision FROM ", $table, " WHERE rowid = (SELECT MAX(rowid) FROM ", $table, ")"),
            guard: concat!(
                "UPDATE ",
                $table,
                " SET revision = NULL WHERE ",
                $id,
                " = ?1 AND revision NOT IN (SELECT value FROM json_each(?2))"
            ),
        }
    };
}

/// Those of users.
pub static USERS: Revisions = revisions!("users", "id");
/// Those of clients.
pub static CLIENTS: Revisions = revisions!("clients", "id");
/// Those of scopes.
pub static SCOPES: Revisions = revisions!("scopes", "name");
/// Those of resources.
pub static RESOURCES: Revisions = revisions!("resources", "id");
/// Those of initial access tokens.
pub static INITIAL_TOKENS: Revisions = revisions!("initial_access_tokens", "id");
/// Those of tools.
pub static TOOLS: Revisions = revisions!("tools", "id");
/// Those of groups of tools.
pub static TOOL_GROUPS: Revisions = revisions!("tool_groups", "id");

/// Those of providers.
pub static PROVIDERS: Revisions = revisions!("providers", "id");

impl Revisions {
    /// Asks for that of one. An old answer does no harm: it is refused where it matters.
    #[must_use]
    pub fn select(&self, id: &str) -> Statement {
        Statement::read(self.select, vec![id.into()])
    }

    /// Asks for that of the one that was inserted in the same batch, whatever its id: none has a higher rowid.
    #[must_use]
    pub fn select_newest(&self) -> Statement {
        Statement::read(self.newest, Vec::new())
    }

    /// Has the batch that it stands in fail as a whole ([`is_refusal`]) unless the revision is one of these, or there is no
    /// such thing.
    #[must_use]
    pub fn guard(&self, id: &str, expected: &[i64]) -> Statement {
        Statement::write(self.guard, vec![id.into(), json::write(&expected).into()])
    }
}

/// Whether a batch failed by its [`Revisions::guard`]: "NOT NULL constraint failed: users.revision", as SQLite says it.
#[must_use]
pub fn is_refusal(error: &StorageError) -> bool {
    error.constraint && error.problem.contains(".revision")
}

/// Reads the answer to one of the questions; `None`: there is no such thing.
///
/// # Errors
/// When the row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Option<i64>> {
    #[derive(Deserialize)]
    struct Row {
        revision: i64,
    }
    Ok(outcome.first::<Row>()?.map(|row| row.revision))
}
