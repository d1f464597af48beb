//! Everything that is kept sealed, wherever it lies: for sealing it anew when the key has changed.

use serde::Deserialize;

use crate::ports::{Freshness, Outcome, Statement, Stored};
use crate::protocol::time::Timestamp;

/// A sealed text and where it lies.
#[derive(Debug, Deserialize)]
pub struct SealedText {
    /// In which kind of row: `connection`, `provider`, `server` (its own connection at a provider) or `tool`.
    pub kind: String,
    /// Of which id.
    pub id: String,
    /// What it is sealed for.
    pub context: String,
    /// As it lies there.
    pub sealed: String,
}

impl SealedText {
    /// Where it lies, in words, and its place in the order of all.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{} {}", self.kind, self.id)
    }
}

/// Asks for what another key than `kid` sealed, in the order of their places, after `after`. The contexts are those of
/// `seal_context` of each model.
#[must_use]
pub fn select_of_other_keys(kid: &str, after: &str, limit: i64) -> Statement {
    let sql = "SELECT kind, id, context, sealed FROM ( \
               SELECT 'connection' AS kind, id, 'connection ' || user_id || ' ' || agent_id || ' ' || provider_id AS context, \
               tokens AS sealed FROM connections \
               UNION ALL SELECT 'provider', id, 'provider ' || id, secret FROM providers WHERE secret IS NOT NULL \
               UNION ALL SELECT 'tool', id, 'tool ' || id, COALESCE(authentication ->> '$.api_key.secret', \
               authentication ->> '$.bearer.secret', authentication ->> '$.basic.secret') FROM tools \
               UNION ALL SELECT 'server', provider_id, 'server connection ' || provider_id, token FROM server_connections \
               ) WHERE substr(sealed, 1, length(?1) + 1) <> ?1 || '.' AND kind || ' ' || id > ?2 ORDER BY kind, id LIMIT ?3";
    Statement::read(sql, vec![kid.into(), after.into(), limit.into()]).fresh(Freshness::Primary)
}

/// Reads the answer to [`select_of_other_keys`].
///
/// # Errors
/// When a row cannot be understood.
pub fn read(outcome: &Outcome) -> Stored<Vec<SealedText>> {
    outcome.read()
}

/// Writes another text in place of this one, unless something else was written there meanwhile. That of a connection whose token is
/// being renewed stays: what is answered to that is written in place of the text that was read before, and is sealed by the right
/// key then. A claim from before `abandoned` is one of nobody any more.
#[must_use]
pub fn replace(old: &SealedText, new: &str, abandoned: Timestamp) -> Statement {
    let mut values = vec![old.id.as_str().into(), old.sealed.as_str().into(), new.into()];
    let sql = match old.kind.as_str() {
        "connection" => {
            values.push(abandoned.into());
            "UPDATE connections SET tokens = ?3 WHERE id = ?1 AND tokens = ?2 \
             AND (refreshing_since IS NULL OR refreshing_since <= ?4)"
        }
        "server" => "UPDATE server_connections SET token = ?3 WHERE provider_id = ?1 AND token = ?2",
        "provider" => "UPDATE providers SET secret = ?3 WHERE id = ?1 AND secret = ?2",
        // Sealed text is like no other within the JSON.
        _ => {
            "UPDATE tools SET authentication = replace(authentication, ?2, ?3) \
             WHERE id = ?1 AND instr(authentication, ?2) > 0"
        }
    };
    Statement::write(sql, values)
}
