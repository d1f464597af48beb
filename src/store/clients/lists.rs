//! Lists of clients, page by page, and what goes with one.

use serde::{Deserialize, Serialize};

use super::Row;
use crate::model::client::Client;
use crate::ports::{Freshness, Outcome, Statement, Stored};
use crate::store::after_all;

/// Asks for clients in the order of their ids, after `after`.
#[must_use]
pub fn select_page(after: &str, limit: i64) -> Statement {
    let sql = select_clients!("WHERE clients.id > ?1 ORDER BY clients.id LIMIT ?2");
    Statement::read(sql, vec![after.into(), limit.into()]).fresh(Freshness::Primary)
}

/// The same of clients that act for no user.
#[must_use]
pub fn select_without_owner(after: &str, limit: i64) -> Statement {
    let sql = select_clients!("WHERE clients.owner_user_id IS NULL AND clients.id > ?1 ORDER BY clients.id LIMIT ?2");
    Statement::read(sql, vec![after.into(), limit.into()]).fresh(Freshness::Primary)
}

/// The same of clients that act for this user.
#[must_use]
pub fn select_by_owner(owner: &str, after: &str, limit: i64) -> Statement {
    let sql = select_clients!("WHERE clients.owner_user_id = ?1 AND clients.id > ?2 ORDER BY clients.id LIMIT ?3");
    Statement::read(sql, vec![owner.into(), after.into(), limit.into()]).fresh(Freshness::Primary)
}

/// Asks for clients that act for no user and whose names begin so, whatever the case of ASCII letters, in the order of their
/// names and ids, after the name and id `after`.
#[must_use]
pub fn select_by_prefix(prefix: &str, after: (&str, &str), limit: i64) -> Statement {
    let sql = select_clients!(
        "WHERE clients.name COLLATE NOCASE >= ?1 AND clients.name COLLATE NOCASE < ?2 \
         AND (clients.name COLLATE NOCASE, clients.id) > (?3, ?4) AND clients.owner_user_id IS NULL \
         ORDER BY clients.name COLLATE NOCASE, clients.id LIMIT ?5"
    );
    let values = vec![prefix.into(), after_all(prefix).into(), after.0.into(), after.1.into(), limit.into()];
    Statement::read(sql, values).fresh(Freshness::Primary)
}

/// Reads the answer to a list of clients.
///
/// # Errors
/// When a row cannot be understood.
pub fn read_all(outcome: &Outcome) -> Stored<Vec<Client>> {
    outcome.read::<Row>()?.into_iter().map(Client::try_from).collect()
}

/// What goes with a client, by count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Dependents {
    /// Grants that have not ended.
    pub grants: i64,
    /// People whose answer on the consent page is remembered, or who have such a grant.
    pub users: i64,
}

/// Asks for what goes with a client; no row: no such client.
#[must_use]
pub fn select_dependents(id: &str) -> Statement {
    Statement::read(
        "SELECT (SELECT COUNT(*) FROM grants WHERE grants.client_id = clients.id AND grants.ended_at IS NULL) AS grants, \
         (SELECT COUNT(*) FROM (SELECT user_id FROM consents WHERE consents.client_id = ?1 UNION \
          SELECT user_id FROM grants WHERE grants.client_id = ?1 AND grants.ended_at IS NULL)) AS users \
         FROM clients WHERE id = ?1",
        vec![id.into()],
    )
    .fresh(Freshness::Primary)
}
